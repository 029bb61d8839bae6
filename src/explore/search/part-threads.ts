/** The threads that parts of a search of one target run on. One that dies takes its part with it, and nothing else. */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { FromSearcher, ToSearcher } from '../strategies/parts.ts';
import type { ExplorerTask, ExplorerWord, SearcherTask } from './part-job.ts';
import type { ExploreOptions } from './options.ts';
import type { PartRunners } from './part-runners.ts';
import type { FoundBug, SearchResult } from './result.ts';
import { FROM_SEARCHER, type Searcher, type SearchThreads, TO_SEARCHER } from './search-threads.ts';
import type { Target } from '../subject/targets.ts';

/** What a part that was told to stop may take for the execution it is in. */
const LEAVE_MS = 2_000;

export class PartThreads implements PartRunners, SearchThreads {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #pool: Piscina<ExplorerTask | SearcherTask, SearchResult>;
  #cut: NodeJS.Timeout | undefined;

  readonly #left: SharedArrayBuffer | undefined;

  /** `left`: see SearchControl. */
  constructor(
    target: Target,
    threads: number,
    onBug: ((bug: FoundBug) => void) | undefined,
    left: Int32Array<SharedArrayBuffer> | undefined,
  ) {
    this.#left = left?.buffer;
    this.#pool = new Piscina<ExplorerTask | SearcherTask, SearchResult>({
      filename: new URL('../../../workers/explorer.js', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      workerData: target,
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    this.#pool.on('message', ({ bug }: ExplorerWord) => onBug?.(bug));
    // The part that ran there hears of it too.
    this.#pool.on('error', () => undefined);
  }

  get stopped(): boolean {
    return Atomics.load(this.#stop, 0) !== 0;
  }

  async run(options: ExploreOptions): Promise<SearchResult | undefined> {
    return await this.#orStopped(this.#pool.run(this.#task(options)));
  }

  search(options: ExploreOptions, hear: (word: FromSearcher) => void): Searcher {
    const { port1, port2 } = new MessageChannel();
    const sent = new Int32Array(new SharedArrayBuffer(8));
    let heard = 0;
    const take = (word: FromSearcher): void => {
      heard = (heard + 1) | 0;
      hear(word);
    };
    port1.on('message', take);
    const task: SearcherTask = { ...this.#task(options), wire: { port: port2, sent: sent.buffer } };
    const ran = this.#pool.run(task, { transferList: [port2] });
    return {
      tell: (word: ToSearcher): void => {
        port1.postMessage(word);
        Atomics.add(sent, TO_SEARCHER, 1);
        Atomics.notify(sent, TO_SEARCHER);
      },
      listen: (): void => {
        while (Atomics.load(sent, FROM_SEARCHER) !== heard) {
          const received = receiveMessageOnPort(port1) as { message: FromSearcher } | undefined;
          if (received === undefined) return;
          take(received.message);
        }
      },
      result: this.#orStopped(ran).finally(() => port1.close()),
    };
  }

  #task(options: ExploreOptions): ExplorerTask {
    return { options, stop: this.#stop.buffer, left: this.#left };
  }

  /** One that is cut off has nothing to say. */
  async #orStopped(ran: Promise<SearchResult>): Promise<SearchResult | undefined> {
    try {
      return await ran;
    } catch (error) {
      if (this.stopped) return undefined;
      throw error;
    }
  }

  stop(): void {
    if (this.stopped) return;
    Atomics.store(this.#stop, 0, 1);
    this.#cut = setTimeout(() => void this.#pool.destroy(), LEAVE_MS);
  }

  async end(): Promise<void> {
    clearTimeout(this.#cut);
    await this.#pool.destroy();
  }
}
