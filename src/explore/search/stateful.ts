/**
 * Exhaustive search over states instead of executions: depth first, and a state that was met before is not gone on from.
 * What a state is says stepped/state.ts: RAM and what can still be read of each CPU, as a fingerprint of 64 bits. Among n
 * states the chance that any two meet, and one of them is left out, is at most n^2 / 2^65.
 *
 * With `reduce`, sleep sets as well (Godefroid, LNCS 1032, 1996): of two steps that commute the second order is not
 * tried. A state then keeps the CPUs that were asleep when it was gone on from. Met again with fewer of them asleep, it is
 * gone on from with those that were left out, and keeps what was asleep both times. Without that last rule states would
 * be lost. All states and all ends are still seen; only fewer steps are taken between them.
 *
 * A step that shows a bug has no state behind it, and commutes with nothing.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { EVERYTHING, type Footprint, type Footprints, wake } from '../subject/footprint.ts';
import { type Finding, finding } from '../../check/evidence/finding.ts';
import { MachineFault } from '../../machine/fault.ts';
import { stateNumber } from '../../stepped/state.ts';
import type { Snapshot, SteppedMachine } from '../../stepped/machine.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { type SearchControl, type SearchCounts, searchBreather } from './control.ts';
import type { Bug } from '../run/runner.ts';
import type { SearchEnd } from './result.ts';
import { StateTable } from './state-table.ts';
import type { Subject } from '../subject/subject.ts';

export interface StatefulResult {
  readonly states: number;
  readonly transitions: number;
  /** Ends of executions met, and the fingerprints of their states: of those where all was well, and of the others. */
  readonly ends: number;
  readonly finalStates: ReadonlySet<number>;
  readonly failedStates: ReadonlySet<number>;
  readonly bugs: readonly StateBug[];
  readonly end: SearchEnd;
}

export interface StateBug {
  readonly bug: Bug;
  readonly decisions: Uint16Array;
  times: number;
}

interface Level {
  saved: Snapshot | undefined;
  /** Moves to be made from here, how many there are, and how many of them have been made. */
  readonly todo: Move[];
  count: number;
  done: number;
  /** CPUs asleep. */
  readonly sleep: CpuSet;
  readonly next: Footprint[];
  /** A move of the CPU that is being tried showed a bug. */
  failed: boolean;
}

/** Steps between two breaths. */
const BREATHE_EVERY = 1 << 12;

export class StatefulSearch {
  readonly #subject: Subject;
  readonly #reduce: boolean;
  readonly #machine: SteppedMachine;
  readonly #footprints: Footprints;
  readonly #table = new StateTable();
  readonly #levels: Level[] = [];
  readonly #finals = new Set<number>();
  readonly #failed = new Set<number>();
  readonly #bugs = new Map<string, StateBug>();
  #depth = 0;
  /** The CPUs asleep behind a step, and those that were when a state was met before. */
  readonly #asleep = new CpuSet();
  readonly #before = new CpuSet();
  #transitions = 0;
  #ends = 0;

  readonly #onFound: (found: StateBug) => void;

  /** `onFound` may use the machine: a step that showed a bug is not gone on from. */
  constructor(subject: Subject, reduce: boolean, onFound: (found: StateBug) => void = () => undefined) {
    if (subject.stepped === undefined) throw new RangeError('its states cannot be told apart: no --stateful');
    this.#machine = subject.stepped;
    this.#subject = subject;
    this.#onFound = onFound;
    this.#reduce = reduce;
    this.#footprints = subject.footprints(subject.watched);
  }

  /** Searches to the end, or until it is told to stop. */
  async run(control: SearchControl & { readonly stopAtFirst?: boolean | undefined } = {}): Promise<StatefulResult> {
    const most = control.mostStates ?? Number.POSITIVE_INFINITY;
    const breathe = searchBreather(control, () => this.#counts());
    let end: SearchEnd | undefined;
    this.#begin();
    for (let turn = 1; this.#depth > 0; turn++) {
      if (turn % BREATHE_EVERY === 0) end = await breathe();
      if (control.stopAtFirst === true && this.#bugs.size > 0) end = 'found';
      else if (this.#table.size >= most) end = 'executions';
      if (end !== undefined) break;
      this.#advance();
    }
    return {
      states: this.#table.size,
      transitions: this.#transitions,
      ends: this.#ends,
      finalStates: this.#finals,
      failedStates: this.#failed,
      bugs: [...this.#bugs.values()],
      end: end ?? 'exhausted',
    };
  }

  #counts(): SearchCounts {
    return { executions: this.#ends, steps: this.#transitions, bugs: this.#bugs.size };
  }

  #begin(): void {
    this.#depth = 0;
    try {
      this.#subject.reset();
    } catch (error) {
      this.#fault(error, -1);
      return;
    }
    if (!this.#judge(-1)) this.#arrive(this.#asleep);
  }

  /** One step from the deepest level, or back from it. */
  #advance(): void {
    const level = this.#levels[this.#depth - 1] as Level;
    if (level.done === level.count) {
      this.#depth--;
      return;
    }
    const move = level.todo[level.done++] as Move;
    const cpu = cpuOf(move);
    const machine = this.#machine;
    machine.restore(level.saved as Snapshot);
    this.#transitions++;
    const failed = this.#step(move);
    const sleep = this.#asleep;
    sleep.clear();
    if (!failed && this.#reduce) {
      sleep.copy(level.sleep);
      wake(sleep, level.next, level.next[cpu] as Footprint);
    }
    level.failed ||= failed;
    if (level.done === level.count || cpuOf(level.todo[level.done] as Move) !== cpu) {
      // From here on what this CPU does has been tried: the steps that commute with it need not be followed by it.
      level.sleep.add(cpu);
      if (level.failed) level.next[cpu] = EVERYTHING;
      level.failed = false;
    }
    if (!failed) this.#arrive(sleep);
  }

  /** Performs a step; true when it showed a bug. */
  #step(move: Move): boolean {
    const subject = this.#subject;
    const cpu = cpuOf(move);
    try {
      subject.machine.step(move);
    } catch (error) {
      this.#fault(error, cpu);
      return true;
    }
    return this.#judge(cpu);
  }

  /** Asks the invariant; true when it is broken. */
  #judge(cpu: number): boolean {
    const broken = this.#subject.watches ? this.#subject.invariant() : undefined;
    if (broken === undefined) return false;
    this.#add(broken, cpu);
    return true;
  }

  /** The machine stands in a state: new, or with something left to try, it becomes the deepest level. */
  #arrive(sleep: CpuSet): void {
    const { cpus } = this.#subject;
    const machine = this.#machine;
    const { high, low } = machine.searchHash();
    const before = this.#before;
    const isNew = this.#table.enter(high, low, sleep, before);
    const moves = machine.moves();
    if (isNew && moves.isEmpty) this.#end();
    const level = this.#level();
    for (let move = moves.first(); move >= 0; move = moves.next(move)) {
      const cpu = cpuOf(move);
      if (!sleep.has(cpu) && (isNew || before.has(cpu))) level.todo[level.count++] = move;
    }
    if (level.count === 0) return;
    this.#depth++;
    level.sleep.copy(sleep);
    if (!isNew) {
      level.sleep.retain(before);
      this.#table.replace(high, low, level.sleep);
    }
    level.saved = machine.snapshot(level.saved);
    if (this.#reduce) for (let cpu = 0; cpu < cpus; cpu++) level.next[cpu] = this.#footprints.of(cpu);
  }

  #level(): Level {
    const at = this.#depth;
    let level = this.#levels[at];
    if (level === undefined) {
      level = { saved: undefined, todo: [], count: 0, done: 0, sleep: new CpuSet(), next: [], failed: false };
      this.#levels[at] = level;
    }
    level.count = 0;
    level.done = 0;
    level.failed = false;
    return level;
  }

  /** The end is what finished() leaves, as it is for executions. */
  #end(): void {
    this.#ends++;
    const found = this.#subject.atEnd();
    (found.length === 0 ? this.#finals : this.#failed).add(stateNumber(this.#machine.hash()));
    for (const one of found) this.#add(one, -1);
  }

  #fault(error: unknown, cpu: number): void {
    if (!(error instanceof MachineFault)) throw error;
    const stack = this.#subject.faultStack(cpu);
    this.#add(finding(error.kind, error.what, this.#subject.blame(stack), error.address), cpu);
  }

  #add(what: Finding, cpu: number): void {
    const known = this.#bugs.get(what.title);
    if (known !== undefined) {
      known.times++;
      return;
    }
    const decisions = Uint16Array.from({ length: this.#depth }, (_, i) => {
      const { todo, done } = this.#levels[i] as Level;
      return todo[done - 1] as Move;
    });
    const stack = cpu < 0 ? [] : this.#subject.faultStack(cpu);
    const found = { bug: { ...what, cpu, step: decisions.length, stack }, decisions, times: 1 };
    this.#bugs.set(what.title, found);
    this.#onFound(found);
  }
}
