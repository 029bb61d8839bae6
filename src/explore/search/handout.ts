/**
 * Who searches which part of a dpor search, and what he is told: a branch when he has nothing to do, or that somebody else has.
 * Of the searchers it knows their numbers and what they say; it does not matter whether they are threads (shared-search.ts).
 */
import type { FromSearcher, ToSearcher } from '../strategies/parts.ts';
import { type Part, type PartRoot, SharedTree } from '../strategies/shared-tree.ts';

/** The searcher that begins; others are numbered from 1 on. */
export const HOME = 0;

export class Handout {
  readonly #tree: SharedTree;
  readonly #tell: (searcher: number, word: ToSearcher) => void;
  /** By searcher: his part, undefined when he has none. */
  readonly #parts = new Map<number, Part | undefined>();
  readonly #asked = new Set<number>();

  constructor(tell: (searcher: number, word: ToSearcher) => void) {
    this.#tell = tell;
    this.#tree = new SharedTree((part, depth, move) => {
      for (const [searcher, one] of this.#parts) if (one === part) tell(searcher, { kind: 'tried', depth, move });
    });
  }

  /** Everything was searched, to its end. */
  get isExhausted(): boolean {
    return this.#tree.isExhausted;
  }

  /** The whole search, for who begins. */
  begin(): PartRoot {
    this.#parts.set(HOME, this.#tree.whole);
    return { decisions: [], levels: [], subtree: [] };
  }

  /** One more searcher, with nothing to do. */
  join(searcher: number): void {
    this.#parts.set(searcher, undefined);
    this.#spread();
  }

  hear(searcher: number, word: FromSearcher): void {
    const part = this.#parts.get(searcher);
    if (part === undefined) return;
    if (word.kind === 'begun') this.#tree.begun(part, word.fatal);
    else if (word.kind === 'turned') this.#tree.turned(part, word.depth, word.sequence);
    else if (word.kind === 'shared') {
      this.#asked.delete(searcher);
      this.#tree.adopt(part, word.nodes);
    } else if (word.kind === 'done') {
      this.#free(searcher);
      this.#tree.done(part, word.said);
    }
    this.#spread();
  }

  /** A searcher is no more, with his part done or not. */
  lose(searcher: number): void {
    const part = this.#parts.get(searcher);
    this.#parts.delete(searcher);
    this.#asked.delete(searcher);
    if (part !== undefined) this.#tree.lose(part);
    this.#spread();
  }

  #free(searcher: number): void {
    this.#parts.set(searcher, undefined);
    this.#asked.delete(searcher);
  }

  /** Gives everybody something to do, asks for it, or says that there is nothing any more. */
  #spread(): void {
    const idle = [...this.#parts.keys()].filter((searcher) => this.#parts.get(searcher) === undefined);
    for (let searcher = idle[0]; searcher !== undefined; searcher = idle[0]) {
      const next = this.#tree.next();
      if (next === undefined) break;
      idle.shift();
      this.#parts.set(searcher, next.part);
      this.#tell(searcher, { kind: 'part', root: next.root });
    }
    if (this.#tree.isOver) {
      for (const searcher of idle) {
        this.#parts.delete(searcher);
        this.#tell(searcher, { kind: 'end' });
      }
    } else if (!this.#tree.isWaiting) for (let i = this.#asked.size; i < idle.length; i++) this.#ask();
  }

  /** Asks the searcher with the fewest nodes in front of his part, of those that were not. */
  #ask(): void {
    let [best, depth] = [-1, Number.POSITIVE_INFINITY];
    for (const [searcher, part] of this.#parts) {
      if (part === undefined || this.#asked.has(searcher) || this.#tree.depthOf(part) >= depth) continue;
      [best, depth] = [searcher, this.#tree.depthOf(part)];
    }
    if (best < 0) return;
    this.#asked.add(best);
    this.#tell(best, { kind: 'ask' });
  }
}
