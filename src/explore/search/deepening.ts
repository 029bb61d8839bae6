/**
 * Reduction goes back from the end of an execution, so one that does not end by itself is turned round near the step
 * bound first, and what can go wrong in its third step is come to last. So a small bound is tried before a larger one: the
 * search is over when nothing was cut, or when something was found.
 */
import { isBug } from '../../check/evidence/ledger.ts';
import type { ExploreOptions } from './options.ts';
import type { SearchResult } from './result.ts';

/** Shares of a subject's step bound. */
const SHARES = [1 / 64, 1 / 8, 1];

/** `search` with one bound after the other; what the last of them came to. */
export async function deepening(
  options: ExploreOptions,
  stepBound: number,
  search: (options: ExploreOptions) => Promise<SearchResult>,
): Promise<SearchResult> {
  if (options.strategy !== 'dpor' || options.stateful === true || options.stepBound !== undefined) {
    return await search(options);
  }
  for (const share of SHARES) {
    const result = await search({ ...options, stepBound: Math.ceil(share * stepBound) });
    const found = result.bugs.some(isBug);
    if (share === 1 || found || result.bounded === 0 || result.end !== 'exhausted') return result;
  }
  throw new Error('deepening: no share is the whole');
}
