/**
 * Runs executions of a subject: one strategy chooses, the machine steps, observers are told. An execution ends when no
 * CPU can go on, when something is wrong, when its strategy gives it up, or at the step bound.
 *
 * What an observer or the kernel itself warns of does not end an execution: a kernel goes on after a warning, and what it
 * warned of would hide all that comes later. Faults and broken invariants do.
 *
 * An execution that meets the bound is given as many steps again under a fair schedule, each enabled CPU in turn: when
 * that does not end it either, it is a livelock; when it does, the search was cut short there and is not complete.
 */
import { type Finding, finding, formerlyIn, isTitled } from '../../check/evidence/finding.ts';
import { type Frame, frameText } from '../../check/evidence/call-chain.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { type BugKind, MachineFault, traceFaults } from '../../machine/fault.ts';
import { cpuOf, isStep, type Move } from '../../stepped/move.ts';
import { Fair } from './fair.ts';
import { Replay } from '../strategies/replay.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Subject } from '../subject/subject.ts';
import type { CompiledChecks } from '../subject/compiled-checks.ts';
import { Watch } from './watch.ts';

/**
 * How an execution ended. `cut`: the strategy gave it up on the way, as one seen before; `again`: it ran to its end and
 * is one that was counted before.
 */
export type Ending = 'done' | 'bug' | 'bound' | 'cut' | 'again';

/** Something wrong, with the moment it was seen. */
export interface Bug extends Finding {
  /** The CPU that stepped, -1 for one found when all stood still. */
  readonly cpu: number;
  /** Steps performed until then, the one that showed it included. */
  readonly step: number;
  readonly stack: readonly Frame[];
}

export interface Outcome {
  readonly ending: Ending;
  readonly steps: number;
  readonly bugs: readonly Bug[];
  /** Where the CPU stood that was stepping when the bound was met; empty when it was not. */
  readonly cutAt: string;
}

export class Runner {
  readonly subject: Subject;
  /** The moves of the last execution, in order; `steps` of its outcome are valid. */
  decisions = new Uint16Array(1 << 12);
  readonly #watch: Watch | undefined;
  #step = 0;
  #cpu = -1;
  #bugs: Bug[] = [];
  /** A bug of this title ends the execution. */
  #until: string | undefined;
  /** The last step ended the execution. */
  #failed = false;
  #cutAt = '';
  /** The execution's steps that were not chosen, but belong to the opening. */
  #opened = 0;
  /** The moves that come in front of the strategy's; none for most. */
  readonly #opening: Uint16Array;
  /** What puts observers behind it, and what they reported until then; undefined while nobody knows, or where one cannot. */
  #kept: { readonly back: () => void; readonly bugs: readonly Bug[] } | undefined;
  /** Who chooses behind the bound. */
  #fair = new Fair();

  /** Steps that the strategy chooses; those behind are chosen in turn. */
  readonly #bound: number;

  /** `opens`: executions begin with the subject's opening; the strategy's steps are those behind it. */
  constructor(subject: Subject, observers: readonly Observer[], bound = subject.stepBound, opens = false) {
    this.subject = subject;
    this.#opening = (opens ? subject.opening : undefined) ?? new Uint16Array(0);
    // What an opening takes counts in the bound that all know of, and in no smaller one.
    this.#bound = Math.min(subject.stepBound, bound + this.#opening.length);
    // The kernel's own warnings come through it as well.
    const all = [...subject.standing, ...observers];
    this.#watch = all.length > 0 || subject.warns ? new Watch(subject, all) : undefined;
  }

  /**
   * One execution, from reset to end; `index` numbers it. Undefined when the strategy has none left. A bug of the title
   * `until` ends it at once.
   */
  run(strategy: Strategy, index: number, until?: string): Outcome | undefined {
    if (!strategy.begin(index)) return undefined;
    this.#until = until;
    this.#step = 0;
    this.#cpu = -1;
    this.#bugs = [];
    this.#failed = false;
    this.#cutAt = '';
    let ending: Ending;
    traceFaults(false);
    try {
      this.subject.listener = this.#watch;
      ending = this.#begin() ?? this.#go(strategy);
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      // What an observer said of this very step comes first: it knows more than the fault.
      for (const { finding: what, stack } of this.#watch?.take() ?? []) this.#add(what, this.#cpu, stack);
      const stack = this.subject.faultStack(this.#cpu);
      this.#add(this.#blamed(error.kind, error.what, error.address, stack), this.#cpu, stack);
      ending = 'bug';
      this.#failed = true;
    } finally {
      traceFaults(true);
    }
    const bugs = this.#bugs;
    const counts = strategy.end(this.#step - this.#opened, this.#failed);
    if (ending === 'done' && bugs.length > 0) ending = 'bug';
    if (!counts && ending !== 'cut') ending = 'again';
    return { ending, steps: this.#step, bugs, cutAt: this.#cutAt };
  }

  /** Moves of a strategy, with those of the opening in front. */
  fromBeginning(moves: Uint16Array): Uint16Array {
    const all = new Uint16Array(this.#opening.length + moves.length);
    all.set(this.#opening);
    all.set(moves, this.#opening.length);
    return all;
  }

  /** Puts everything where the strategy begins; the ending, when the execution is over before that. */
  #begin(): Ending | undefined {
    const { subject } = this;
    const opening = this.#opening;
    this.#opened = 0;
    if (this.#kept !== undefined) {
      subject.open?.();
      this.#kept.back();
      this.#bugs = [...this.#kept.bugs];
    } else {
      subject.reset();
      this.#watch?.begin();
      if (opening.length === 0) return undefined;
      const ending = this.#go(new Replay(opening, true));
      if (ending !== 'cut') {
        // Nobody had anything to choose until the end.
        this.#opened = this.#step;
        return ending;
      }
      if (this.#step !== opening.length) throw new Error(`the opening cannot be made again behind step ${this.#step}`);
      const back = this.#watch === undefined ? (): void => {} : this.#watch.keep();
      if (back !== undefined) this.#kept = { back, bugs: this.#bugs.slice() };
      // What observers go back to, all executions begin with.
      back?.();
    }
    this.#opened = opening.length;
    this.#step = this.#opened;
    return undefined;
  }

  /** Steps until nothing is left to do. */
  #go(strategy: Strategy): Ending {
    const watch = this.#watch;
    const bound = this.#bound;
    const { machine, stepBound, lookout } = this.subject;
    let { decisions } = this;
    let move: Move = -1;
    let step = this.#step;
    const opened = this.#opened;
    if (lookout?.due === true && this.#judge()) return 'bug';
    const { repeats = 0 } = strategy;
    const stretches = strategy.unasked === undefined ? undefined : watch?.stretches;
    for (let moves = machine.moves(); !moves.isEmpty; ) {
      if (step === bound) this.#meetBound(strategy);
      if (step < bound) move = strategy.choose(moves, step - opened);
      else if (step < 2 * stepBound) move = this.#fair.next(moves, move);
      else return this.#endless();
      if (move < 0) return 'cut';
      if (stretches !== undefined && step < bound && isStep(move) && this.#mayStretch(stretches)) {
        const made = this.#stretch(strategy, stretches, move, step);
        if (made > 0) {
          step += made;
          ({ decisions } = this);
          if (watch?.found === true && this.#judge()) return 'bug';
          move = stretches.chosen;
          if (move < 0) {
            move = decisions[step - 1] as number;
            moves = machine.moves();
            continue;
          }
        }
      }
      if (step === decisions.length) decisions = this.#grow();
      decisions[step] = move;
      const cpu = cpuOf(move);
      this.#cpu = cpu;
      this.#step = ++step;
      if (watch !== undefined) watch.beforeStep(move, step);
      if (lookout !== undefined) lookout.beforeStep(cpu);
      machine.step(move);
      if (watch !== undefined) watch.afterStep();
      if ((lookout?.due === true || watch?.found === true) && this.#judge()) return 'bug';
      if (step - opened >= repeats) moves = machine.moves();
    }
    return this.#atEnd();
  }

  /** Whether nobody has to be told of steps but of those that compiled code refuses. */
  #mayStretch(stretches: CompiledChecks): boolean {
    return stretches.machine.isSimple && this.#watch?.due === false && this.subject.lookout?.due !== true;
  }

  /** Makes a move and those behind it that the strategy need not be asked for, until somebody has to be told of one. How many were made. */
  #stretch(strategy: Strategy, stretches: CompiledChecks, cpu: Move, step: number): number {
    const watch = this.#watch as Watch;
    const most = Math.min(this.#bound - step, strategy.unasked?.(step - this.#opened) ?? 1);
    try {
      return watch.run(stretches, cpu, step, most, strategy.choice);
    } finally {
      // A fault is one of the step under way.
      const made = watch.step - step;
      while (step + made > this.decisions.length) this.#grow();
      this.decisions.set(stretches.moves.subarray(0, made), step);
      this.#step = step + made;
      this.#cpu = watch.cpu;
      const unasked = stretches.chosen < 0 ? made - 1 : made;
      if (made > 0 && unasked > 0) strategy.made?.(cpu, unasked);
    }
  }

  #meetBound(strategy: Strategy): void {
    this.#fair = new Fair();
    strategy.bound?.();
    const others = Array.from({ length: this.subject.cpus }, (_, cpu) => cpu);
    // The one that was stepping may be done.
    const [at] = [this.#cpu, ...others].flatMap((cpu) => this.subject.stack(cpu)[0] ?? []);
    this.#cutAt = at === undefined ? 'a machine at rest' : frameText(at);
  }

  #grow(): Uint16Array<ArrayBuffer> {
    const larger = new Uint16Array(2 * this.decisions.length);
    larger.set(this.decisions);
    this.decisions = larger;
    return larger;
  }

  /** Notes a bug, each title once an execution. */
  #add(what: Finding, cpu: number, stack: readonly Frame[]): void {
    if (!this.#shows(what.title)) this.#bugs.push({ ...what, cpu, step: this.#step, stack });
  }

  /** What observers and the invariant say after a step; true when it ends the execution. */
  #judge(): boolean {
    const broken = this.subject.lookout?.due === true ? this.subject.invariant() : undefined;
    for (const { finding: what, stack } of this.#watch?.take() ?? []) this.#add(what, this.#cpu, stack);
    if (broken !== undefined) this.#add(broken, this.#cpu, this.#cpu < 0 ? [] : this.subject.stack(this.#cpu));
    this.#failed = broken !== undefined || this.#bugs.some((bug) => isTitled(bug, this.#until));
    return this.#failed;
  }

  /** What the code at the end of a call chain did. */
  #blamed(
    kind: BugKind,
    what: string,
    object: number,
    stack: readonly Frame[],
    lines: readonly string[] = [],
  ): Finding {
    const one = finding(kind, what, this.subject.blame(stack), object, ...lines);
    return formerlyIn(one, stack[0] === undefined || this.subject.profile !== null ? one.function : stack[0].function);
  }

  #shows(title: string): boolean {
    return this.#bugs.some((bug) => bug.title === title);
  }

  #endless(): Ending {
    const { subject } = this;
    const lines = Array.from({ length: subject.cpus }, (_, one) => subject.cpuLines(one)).flat();
    const stack = subject.stack(this.#cpu);
    this.#failed = true;
    this.#add(this.#blamed('livelock', 'no end under a fair schedule', 0, stack, lines), this.#cpu, stack);
    return 'bug';
  }

  #atEnd(): Ending {
    const { subject } = this;
    const watch = this.#watch;
    if (watch !== undefined) {
      watch.atEnd();
      for (const one of watch.take()) this.#add(one.finding, -1, []);
    }
    for (const one of subject.atEnd()) this.#add(one, -1, []);
    return this.#step > this.#bound ? 'bound' : 'done';
  }
}
