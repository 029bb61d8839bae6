/** Threads that search parts which are handed to them one after the other (shared-search.ts). */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { FromSearcher, ToSearcher } from '../strategies/parts.ts';
import type { ExploreOptions } from './options.ts';
import type { SearcherWire } from './part-searcher.ts';
import type { SearchResult } from './result.ts';

export interface Searcher {
  tell(word: ToSearcher): void;
  /** Takes what it has said by now, at once. */
  listen(): void;
  /** Undefined when it was cut off after it had been told to stop. Rejects when the thread dies. */
  readonly result: Promise<SearchResult | undefined>;
}

export interface SearchThreads {
  /** `hear`: what the searcher says, in order. */
  search(options: ExploreOptions, hear: (word: FromSearcher) => void): Searcher;
  /** Tells all to end. */
  stop(): void;
  readonly stopped: boolean;
}

/** The thread's end of a wire, with how many words have been sent in all to it and by it: to look at a port takes longer. */
export interface WireEnd {
  readonly port: MessagePort;
  readonly sent: SharedArrayBuffer;
}

/** Places in \`sent\`. */
export const TO_SEARCHER = 0;
export const FROM_SEARCHER = 1;

/** How long a thread without a part waits before it looks whether it is to stop. */
const LOOK_MS = 50;

export class ThreadWire implements SearcherWire {
  readonly #port: MessagePort;
  readonly #sent: Int32Array;
  readonly #stopped: () => boolean;
  #heard = 0;

  constructor({ port, sent }: WireEnd, stopped: () => boolean) {
    this.#port = port;
    this.#sent = new Int32Array(sent);
    this.#stopped = stopped;
  }

  say(word: FromSearcher): void {
    this.#port.postMessage(word);
    Atomics.add(this.#sent, FROM_SEARCHER, 1);
  }

  hear(): ToSearcher | undefined {
    if (Atomics.load(this.#sent, TO_SEARCHER) === this.#heard) return undefined;
    this.#heard = (this.#heard + 1) | 0;
    return (receiveMessageOnPort(this.#port) as { message: ToSearcher } | undefined)?.message;
  }

  async wait(): Promise<ToSearcher> {
    for (;;) {
      const word = this.hear();
      if (word !== undefined) return word;
      if (this.#stopped()) return { kind: 'end' };
      Atomics.wait(this.#sent, TO_SEARCHER, this.#heard, LOOK_MS);
    }
  }
}
