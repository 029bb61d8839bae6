/**
 * Searches that try everything have to see the same on random modules: sleep sets alone, plain enumeration, dpor whole, in
 * shards, interrupted and resumed, on threads, in the portfolio, and states with and without reduction. Titles of bugs, end
 * states, and for dpor the number of executions. 120 modules, as one takes a sixth of a second: what one in 40 of them
 * shows is missed with a chance of 5 %. `npm run test:long` takes 2,000, `npm run soak:agree` goes on for hours.
 */
import { describe, expect, test } from 'vitest';
import { compareSeed } from '../../dist/bench/agree/compare.js';
import { randomModule } from '../../dist/bench/agree/random-module.js';
import { partly, searches, slow } from '../../dist/bench/agree/searches.js';
import { amount } from './amount.ts';

const MODULES = amount(120, 2_000);
/** Files that share the modules, so that all cores have some: agree-1.test.ts and so on. */
const FILES = 3;
const BATCH = 40;
/** Threads take longer to begin than such a search to end. In the short run one of each file. */
const SLOW_EVERY = amount(40, 50);

/** The tests of one of the files, from 0. */
export function searchesAgree(file: number): void {
  const batches = Array.from({ length: MODULES / BATCH }, (_, i) => i).filter((batch) => batch % FILES === file);
  describe('searches agree', () => {
    test.each(batches)(
      'batch %i',
      async (batch) => {
        let modules = 0;
        for (let seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
          const inTurn = partly.filter((_, i) => i === seed % partly.length);
          const some = [...searches, ...inTurn, ...(seed % SLOW_EVERY === 0 ? slow : [])];
          const { differences, compared } = await compareSeed(seed, some);
          const text = differences.length > 0 ? randomModule(seed) : '';
          expect({ seed, text, differences }).toEqual({ seed, text, differences: [] });
          modules += compared > 0 ? 1 : 0;
        }
        // Some, most of all those that choose, have too many states to be held against sleep sets.
        expect(modules).toBeGreaterThan(0.75 * BATCH);
      },
      300_000,
    );
  });
}
