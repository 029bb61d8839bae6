/** The threads that parts of a search of one target run on. One that dies takes its part with it, and nothing else. */
import { Piscina } from 'piscina';
import type { ExplorerTask, ExplorerWord } from './part-job.ts';
import type { ExploreOptions } from './options.ts';
import type { PartRunners } from './part-runners.ts';
import type { FoundBug, SearchResult } from './result.ts';
import type { Target } from '../subject/targets.ts';

/** What a part that was told to stop may take for the execution it is in. */
const LEAVE_MS = 2_000;

export class PartThreads implements PartRunners {
  readonly #stop = new Int32Array(new SharedArrayBuffer(4));
  readonly #pool: Piscina<ExplorerTask, SearchResult>;
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
    this.#pool = new Piscina<ExplorerTask, SearchResult>({
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
    try {
      return await this.#pool.run({ options, stop: this.#stop.buffer, left: this.#left });
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
