/**
 * Runs executions of a subject: one strategy chooses, the machine steps, observers are told. An execution ends when no
 * CPU can go on, when something is wrong, when its strategy gives it up, or at the step bound.
 *
 * An execution that meets the bound is given as many steps again under a fair schedule, each enabled CPU in turn: when
 * that does not end it either, it is a livelock; when it does, the search was cut short there and is not complete.
 */
import type { Finding } from '../check/finding.ts';
import type { Frame } from '../check/call-chain.ts';
import type { Observer } from '../check/observer.ts';
import { finding } from '../check/finding.ts';
import { MachineFault } from '../machine/fault.ts';
import { fairNext } from './fair.ts';
import type { Strategy } from './strategy.ts';
import type { Subject } from './subject.ts';
import { Watch } from './watch.ts';

/** How an execution ended. `cut`: the strategy gave it up as one seen before. */
export type Ending = 'done' | 'bug' | 'bound' | 'cut';

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
}

export class Runner {
  readonly subject: Subject;
  /** CPUs in the order they stepped in the last execution; `steps` of its outcome are valid. */
  decisions = new Uint8Array(1 << 12);
  readonly #watch: Watch | undefined;

  constructor(subject: Subject, observers: readonly Observer[]) {
    this.subject = subject;
    this.#watch = observers.length > 0 ? new Watch(subject, observers) : undefined;
  }

  /** One execution, from reset to end. `index` numbers it; undefined when the strategy has none left. */
  run(strategy: Strategy, index: number): Outcome | undefined {
    const { subject } = this;
    if (!strategy.begin(index)) return undefined;
    let step = 0;
    let cpu = -1;
    let ending: Ending = 'done';
    const bugs: Bug[] = [];
    try {
      subject.reset();
      this.#watch?.begin();
      const { machine, stepBound } = subject;
      for (;;) {
        const enabled = machine.enabledMask();
        if (enabled === 0) break;
        if (step < stepBound) cpu = strategy.choose(enabled, step);
        else if (step < 2 * stepBound) cpu = fairNext(enabled, cpu);
        else break;
        if (cpu < 0) {
          ending = 'cut';
          break;
        }
        if (step === this.decisions.length) this.#grow();
        this.decisions[step] = cpu;
        if (this.#watch !== undefined) this.#watch.beforeStep(cpu, step);
        step++;
        machine.step(cpu);
        if (this.#watch?.found || subject.watches) this.#judge(cpu, step, bugs);
        if (bugs.length > 0) break;
      }
      if (bugs.length === 0 && ending === 'done') ending = this.#atEnd(cpu, step, bugs);
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      const stack = cpu < 0 ? [] : subject.stack(cpu);
      bugs.push(this.#bug(finding(error.kind, error.what, subject.blame(stack), error.address), cpu, step, stack));
    }
    if (bugs.length > 0) ending = 'bug';
    const counts = strategy.end(step, bugs.some((bug) => bug.cpu >= 0));
    return { ending: counts || ending === 'bug' ? ending : 'cut', steps: step, bugs };
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.decisions.length);
    larger.set(this.decisions);
    this.decisions = larger;
  }

  #bug(what: Finding, cpu: number, step: number, stack: readonly Frame[]): Bug {
    return { ...what, cpu, step, stack };
  }

  /** What observers and the invariant say after a step. */
  #judge(cpu: number, step: number, bugs: Bug[]): void {
    for (const found of this.#watch?.take() ?? []) bugs.push(this.#bug(found, cpu, step, this.subject.stack(cpu)));
    const broken = this.subject.watches && bugs.length === 0 ? this.subject.invariant() : undefined;
    if (broken !== undefined) bugs.push(this.#bug(broken, cpu, step, this.subject.stack(cpu)));
  }

  #atEnd(cpu: number, step: number, bugs: Bug[]): Ending {
    const { subject } = this;
    if (step >= 2 * subject.stepBound) {
      const where = subject.blame(subject.stack(cpu));
      const lines = Array.from({ length: subject.cpus }, (_, one) => subject.cpuLines(one)).flat();
      const what = finding('livelock', 'no end under a fair schedule', where, 0, ...lines);
      bugs.push(this.#bug(what, cpu, step, subject.stack(cpu)));
      return 'bug';
    }
    this.#watch?.atEnd();
    const found = [...(this.#watch?.take() ?? []), ...subject.atEnd()];
    for (const one of found) bugs.push(this.#bug(one, -1, step, []));
    return step >= subject.stepBound ? 'bound' : 'done';
  }
}
