import { breather } from '../run/breath.ts';
import type { FoundBug } from './result.ts';

/** How far a search is. */
export interface SearchCounts {
  readonly executions: number;
  readonly steps: number;
  readonly bugs: number;
  /** About how many executions there are in all, or more: what a reduction has not come upon yet is not in it. */
  readonly about?: number | undefined;
}

export interface SearchProgress extends SearchCounts {
  readonly seconds: number;
  /** Of a portfolio: which one runs. */
  readonly strategy?: string;
  /** Executions among all that `about` is of, where others have run some as well. */
  readonly made?: number;
}

/** What may end a search before it is done, and who is told how far it has come. */
export interface SearchControl {
  readonly durationMs?: number | undefined;
  /** Asked now and then: true ends the search. */
  readonly stopped?: (() => boolean) | undefined;
  /** Asked as often: true ends the search as if its time were up. */
  readonly enough?: (() => boolean) | undefined;
  /** Told now and then, a few times a second. */
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
  /** Executions that a search in parts may still run, shared by all of them: when it is down, the part ends. */
  readonly left?: Int32Array | undefined;
  /** Gets some more of them, where nobody else sees that word; it stays 0 when there are none. */
  readonly more?: (() => Promise<void>) | undefined;
  /** States that a search of them may keep. */
  readonly mostStates?: number | undefined;
  /** Told of every bug at once, when it is seen for the first time. */
  readonly onBug?: ((bug: FoundBug) => void) | undefined;
}

/** A function to call often in a search: it breathes, tells the progress, and says why the search has to end, if so. */
export function searchBreather(
  { durationMs = Number.POSITIVE_INFINITY, stopped, enough, onProgress }: SearchControl,
  counts: () => SearchCounts,
): () => Promise<'duration' | 'stopped' | undefined> {
  const breathe = breather();
  const startedAt = performance.now();
  return async () => {
    const elapsed = performance.now() - startedAt;
    if (elapsed >= durationMs) return 'duration';
    if (!(await breathe())) return undefined;
    onProgress?.({ ...counts(), seconds: elapsed / 1000 });
    if (stopped?.() === true) return 'stopped';
    return enough?.() === true ? 'duration' : undefined;
  };
}
