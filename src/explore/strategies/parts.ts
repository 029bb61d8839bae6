/**
 * dpor in parts, one after the other, as they are handed out: what one searcher of several does (shared-tree.ts). It listens in
 * front of every execution, and between two of them gives nodes away when somebody has nothing to do.
 */
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import type { Dpor } from './dpor.ts';
import type { PlainNode } from './plain-node.ts';
import type { Root } from './root.ts';
import type { PartRoot } from './shared-tree.ts';
import type { Facts, Strategy } from './strategy.ts';
import type { Step } from './wakeup-tree.ts';

/** What the holder of the shared nodes says. Words are plain data. */
export type ToSearcher =
  /** A part to search. */
  | { readonly kind: 'part'; readonly root: PartRoot }
  /** Somebody has nothing to do. */
  | { readonly kind: 'ask' }
  /** See Dpor.learn; of the part that is searched. */
  | { readonly kind: 'tried'; readonly depth: number; readonly move: Move }
  /** No more parts will come. */
  | { readonly kind: 'end' };

/** What a searcher says of its part. */
export type FromSearcher =
  | { readonly kind: 'begun'; readonly fatal: boolean }
  | { readonly kind: 'turned'; readonly depth: number; readonly sequence: readonly Step[] }
  | { readonly kind: 'shared'; readonly nodes: readonly PlainNode[] }
  /** The part has nothing left; `said`: words about it in front of this one. */
  | { readonly kind: 'done'; readonly said: number }
  /** Of all its parts so far. */
  | { readonly kind: 'counts'; readonly executions: number; readonly steps: number }
  /** An execution met the step bound. */
  | { readonly kind: 'bound' };

export interface Wire {
  say(word: FromSearcher): void;
  /** The next word, if one has come. */
  hear(): ToSearcher | undefined;
}

/** Sequences that were told lately and need not be told again; so many at most are kept. */
const MOST_TOLD = 4_096;

export class Parts implements Strategy {
  readonly exhausted = false;
  readonly #wire: Wire;
  readonly #make: (root: Root) => Dpor;
  #dpor: Dpor | undefined;
  #executions = 0;
  #blocked = 0;
  /** Words about the part. */
  #said = 0;
  #asked = false;
  /** Heard before the first execution of the part. */
  #early: { readonly depth: number; readonly move: Move }[] = [];
  readonly #told = new Set<string>();

  /** `make`: a search of one part. */
  constructor(wire: Wire, make: (root: Root) => Dpor) {
    this.#wire = wire;
    this.#make = make;
  }

  take({ decisions, levels, subtree }: PartRoot): void {
    const holder = {
      begun: (fatal: boolean): void => this.#say({ kind: 'begun', fatal }),
      turned: (depth: number, sequence: readonly Step[]): void => this.#turned(depth, sequence),
    };
    this.#dpor = this.#make({ decisions, sleep: [], handed: { levels, subtree, holder } });
    this.#executions = 0;
    this.#said = 0;
    this.#asked = false;
    this.#early = [];
    this.#told.clear();
  }

  /** False when the part has nothing left. */
  begin(): boolean {
    const dpor = this.#dpor;
    if (dpor === undefined) return false;
    this.#listen(dpor);
    if (this.#executions > 0 && this.#asked) this.#share(dpor);
    if (dpor.begin()) {
      this.#executions++;
      return true;
    }
    this.#blocked += dpor.blocked;
    this.#dpor = undefined;
    this.#wire.say({ kind: 'done', said: this.#said });
    return false;
  }

  #say(word: FromSearcher): void {
    this.#said++;
    this.#wire.say(word);
  }

  #listen(dpor: Dpor): void {
    for (let word = this.#wire.hear(); word !== undefined; word = this.#wire.hear()) {
      if (word.kind === 'ask') this.#asked = true;
      else if (word.kind === 'tried') this.#early.push(word);
    }
    if (this.#executions === 0 || this.#early.length === 0) return;
    for (const { depth, move } of this.#early) dpor.learn(depth, move);
    this.#early = [];
  }

  #share(dpor: Dpor): void {
    const nodes = dpor.share();
    if (nodes === undefined) return;
    this.#asked = false;
    this.#say({ kind: 'shared', nodes });
  }

  #turned(depth: number, sequence: readonly Step[]): void {
    // What a step touches follows from the moves, but for the last one, which may have ended the execution.
    const key = `${depth}:${sequence.map(({ move }) => move).join()}:${sequence.at(-1)?.footprint.join()}`;
    if (this.#told.has(key)) return;
    if (this.#told.size === MOST_TOLD) this.#told.clear();
    this.#told.add(key);
    this.#say({ kind: 'turned', depth, sequence });
  }

  get repeats(): number {
    return this.#dpor?.repeats ?? 0;
  }

  choose(moves: Moves, step: number): Move {
    return (this.#dpor as Dpor).choose(moves, step);
  }

  bound(): void {
    this.#dpor?.bound();
    this.#wire.say({ kind: 'bound' });
  }

  end(steps: number, failed: boolean): boolean {
    return (this.#dpor as Dpor).end(steps, failed);
  }

  leastOrder(): Uint16Array | undefined {
    return this.#dpor?.leastOrder();
  }

  facts(): Facts {
    return { blocked: this.#blocked + (this.#dpor?.blocked ?? 0) };
  }
}
