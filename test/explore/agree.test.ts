/**
 * Searches that try everything have to see the same on random modules: sleep sets alone, plain enumeration, dpor whole, in
 * shards, interrupted and resumed, on threads, and states with and without reduction. Titles of bugs, end states, and for
 * dpor the number of executions. `npm run soak:agree` goes on for hours.
 */
import { describe, expect, test } from 'vitest';
import { compareSeed } from '../../dist/bench/agree/compare.js';
import { randomModule } from '../../dist/bench/agree/random-module.js';
import { difference, seen } from '../../dist/bench/agree/seen.js';
import { threaded } from '../../dist/bench/agree/searches.js';

const BATCHES = 20;
const BATCH = 100;
/** Threads take longer to begin than such a search to end. */
const THREADED_EVERY = 50;

describe('searches agree', () => {
  test.each(Array.from({ length: BATCHES }, (_, i) => i))(
    'batch %i',
    async (batch) => {
      let modules = 0;
      for (let seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
        const { differences, compared } = await compareSeed(seed, seed % THREADED_EVERY === 0 ? threaded : []);
        const text = differences.length > 0 ? randomModule(seed) : '';
        expect({ seed, text, differences }).toEqual({ seed, text, differences: [] });
        modules += compared > 0 ? 1 : 0;
      }
      // Some have too many states to be held against sleep sets.
      expect(modules).toBeGreaterThan(0.8 * BATCH);
    },
    300_000,
  );
});

describe('a difference is seen', () => {
  const all = seen(3, [1, 2], ['assert: x in f']);
  test.each([
    [seen(3, [1, 2], []), 'titles "" and not "assert: x in f"'],
    [seen(3, [1], ['assert: x in f']), '1 end states, and not the 2'],
    [seen(2, [1, 2], ['assert: x in f']), '2 executions and not 3'],
    [seen(null, [2, 1], ['assert: x in f']), undefined],
  ])('%j', (other, said) => expect(difference(all, other)).toBe(said));
});
