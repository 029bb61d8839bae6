/**
 * Holds executions of a kernel that WebAssembly steps against the reference (docs/engine.md): their moves made there come to the
 * same state after as many steps, and every bug that shows there was seen here. The executions of one subject count together,
 * whatever parts of a search they belong to.
 */
import { hashText } from '../../stepped/state.ts';
import { type Outcome, Runner } from '../run/runner.ts';
import { Replay } from '../strategies/replay.ts';
import type { Subject } from '../subject/subject.ts';
import { EnginesDiffer } from './sprint.ts';

/** A search of fewer is over before the reference is read. */
const FIRST = 256;
/** From one to the next, once they are many. */
const APART = 1024;

const known = new WeakMap<Subject, Reference>();

/** An execution that ended with the machine in this state. */
export interface Ended extends Pick<Outcome, 'steps' | 'bugs'> {
  readonly index: number;
  readonly decisions: Uint16Array;
  readonly hash: string;
}

export class Reference {
  #made = 0;
  #runner: Promise<Runner> | undefined;
  readonly #make: () => Promise<Subject>;

  private constructor(make: () => Promise<Subject>) {
    this.#make = make;
  }

  /** That of a subject; undefined where it is stepped by the reference. */
  static of(subject: Subject): Reference | undefined {
    if (subject.reference === undefined) return undefined;
    const one = known.get(subject) ?? new Reference(async () => (await subject.reference?.()) as Subject);
    known.set(subject, one);
    return one;
  }

  /** Counts an execution; whether it is to be compared. */
  counts(): boolean {
    this.#made++;
    return this.#made === FIRST || this.#made % APART === 0;
  }

  /** Throws EnginesDiffer. */
  async compare({ index, decisions, steps, bugs, hash }: Ended): Promise<void> {
    this.#runner ??= this.#make().then((subject) => new Runner(subject, []));
    const runner = await this.#runner;
    const replay = new Replay(decisions, true);
    const there = runner.run(replay, 0);
    const end = hashText(runner.subject.machine.hash());
    // An observer may have seen it here before.
    const missed = there?.bugs.find(({ title }) => !bugs.some((one) => one.title === title));
    if (there?.steps === steps && end === hash && replay.divergence === undefined && missed === undefined) return;
    throw new EnginesDiffer(
      `execution ${index + 1} ended after ${steps} steps in state ${hash} in WebAssembly, ` +
        `and after ${there?.steps} steps in state ${end} on the reference` +
        (missed === undefined ? '' : `, where step ${missed.step} shows "${missed.title}"`),
    );
  }
}
