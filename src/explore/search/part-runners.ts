/** Who runs the parts of a search: threads, or, of code that must have no rights, processes of its own (cli/part-processes.ts). */
import type { ExploreOptions } from './options.ts';
import type { FoundBug, SearchResult } from './result.ts';
import type { Subject } from '../subject/subject.ts';
import type { Target } from '../subject/targets.ts';

export interface PartRunners {
  /** Whether they were told to end. */
  readonly stopped: boolean;
  /** Undefined when it was cut off after it had been told to stop. Rejects when whoever ran it dies. */
  run(options: ExploreOptions): Promise<SearchResult | undefined>;
  /** Tells all parts to end. */
  stop(): void;
  /** No more parts will come. */
  end(): Promise<void>;
}

/** What parts of one search have in common. */
export interface PartsSetup {
  readonly target: Target;
  readonly subject: Subject;
  /** How many run at a time. */
  readonly jobs: number;
  readonly onBug: ((bug: FoundBug) => void) | undefined;
  /** See SearchControl. */
  readonly left: Int32Array<SharedArrayBuffer> | undefined;
}

export type MakeRunners = (setup: PartsSetup) => PartRunners;

/** What was given, or threads: most searches run in one, and the pool is read by those that do not. */
export async function runnersOf(make: MakeRunners | undefined, setup: PartsSetup): Promise<PartRunners> {
  if (make !== undefined) return make(setup);
  const { PartThreads } = await import('./part-threads.ts');
  return new PartThreads(setup.target, setup.jobs, setup.onBug, setup.left);
}
