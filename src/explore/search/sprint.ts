/**
 * The part of a search that runs inside (sampler.ts): stretches of executions between those that somebody has to be told of. The
 * stepped machine stays the judge. It runs every execution that shows anything, and with the 64th, 128th, 256th, 512th and every
 * 1,024th it is held against the inside: same steps, same state.
 */
import type { Engine } from '../../machine/engine.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { hashText, type StateHash } from '../../stepped/state.ts';
import type { Outcome } from '../run/runner.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Subject } from '../subject/subject.ts';
import { Sampler, type Slice } from '../inside/sampler.ts';

export interface SprintOptions {
  readonly subject: Subject;
  readonly strategy: Strategy;
  readonly observers: readonly Observer[];
  readonly bound: number;
  readonly engine?: Engine | undefined;
}

/** The two engines came to different ends: our own defect. */
export class EnginesDiffer extends Error {}

/** A search of fewer is over before the module is compiled. */
const FIRST = 64;
/** Executions from one that is held against the machine to the next, once they are many. */
const APART = 1024;
/** Numbers of executions are words with sign inside. */
const MOST_INDEX = 0x7fff_ffff;
/** After so many stretches, of which each was shorter than this on average, there is more to tell than to gain. */
const ENOUGH = 64;
const SHORT = 4;

export class Sprint {
  /** Nothing runs inside, or nothing any more. */
  isOver: boolean;
  readonly #options: SprintOptions;
  #sampler: Sampler | undefined;
  #stretches = 0;
  #executions = 0;

  constructor(options: SprintOptions) {
    this.#options = options;
    const { strategy, subject, observers, engine } = options;
    const isJudged = observers.length > 0 || subject.standing.length > 0 || subject.warns;
    this.isOver = engine === 'js' || isJudged || strategy.inside === undefined || subject.beginning === undefined;
  }

  /** Runs executions from number `first` up to below `last`; undefined where the next one is for the machine. */
  run(first: number, last: number, onEnd: (state: number) => void): Slice | undefined {
    if (first >= last || last > MOST_INDEX) return undefined;
    const sampler = this.#ready();
    if (sampler === undefined) return undefined;
    const slice = sampler.run(first, last, onEnd);
    this.#stretches++;
    this.#executions += slice.next - first;
    if (this.#stretches > ENOUGH && this.#executions < SHORT * this.#stretches) this.isOver = true;
    return slice;
  }

  /** How many executions may run inside, where `made` were run before, until one that is to be compared. */
  static ahead(made: number): number {
    if (made < FIRST) return 0;
    const next = made < APART ? 2 ** Math.ceil(Math.log2(made + 1)) : Math.ceil((made + 1) / APART) * APART;
    return next - 1 - made;
  }

  /** Whether the execution that was the `made`-th is to be compared. */
  static compares(made: number): boolean {
    return made === FIRST || (made > FIRST && Sprint.ahead(made - 1) === 0);
  }

  /** Holds an execution of this number that has just run on the machine against the inside. Throws EnginesDiffer. */
  compare(index: number, { ending, steps, bugs }: Outcome, hash: () => StateHash): void {
    const { subject } = this.#options;
    const used = subject.stepped?.used;
    const sampler = index < MOST_INDEX ? this.#ready() : undefined;
    if (sampler === undefined || used === undefined) return;
    if (used.far.length > 0) {
      this.isOver = true;
      return;
    }
    sampler.grow(used.end);
    const inside = sampler.one(index);
    if (inside === undefined) return;
    const there = hashText(inside);
    const here = hashText(hash());
    if (ending === 'done' && bugs.length === 0 && steps === inside.steps && here === there) return;
    throw new EnginesDiffer(
      `execution ${index + 1} ended (${ending}) after ${steps} steps in state ${here} on the stepped machine, ` +
        `and after ${inside.steps} steps in state ${there} in WebAssembly`,
    );
  }

  #ready(): Sampler | undefined {
    if (this.isOver) return undefined;
    if (this.#sampler !== undefined) return this.#sampler;
    const { subject, strategy, bound } = this.#options;
    const begun = subject.beginning?.();
    const { inside } = strategy;
    this.#sampler = begun === undefined || inside === undefined ? undefined : Sampler.of(begun, inside, bound);
    this.isOver = this.#sampler === undefined;
    return this.#sampler;
  }
}
