/** What connects the searcher of this thread with the one who hands parts out, in the same thread. */
import type { FromSearcher, ToSearcher } from '../strategies/parts.ts';
import type { SearcherWire } from './part-searcher.ts';

export class HomeWire implements SearcherWire {
  readonly say: (word: FromSearcher) => void;
  readonly #listen: () => void;
  readonly #words: ToSearcher[] = [];
  #wake: (() => void) | undefined;

  /** `listen`: takes what others have said, which may be about this one. */
  constructor(say: (word: FromSearcher) => void, listen: () => void) {
    this.say = say;
    this.#listen = listen;
  }

  tell(word: ToSearcher): void {
    this.#words.push(word);
    this.#wake?.();
  }

  hear(): ToSearcher | undefined {
    this.#listen();
    return this.#words.shift();
  }

  async wait(): Promise<ToSearcher> {
    for (;;) {
      const word = this.hear();
      if (word !== undefined) return word;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
