/**
 * Random modules that sleep on futexes. Every search sees the same of them, and the same as of the same modules with the
 * futex written out over a lock: what memory ends up as, which bugs, and whether anybody can sleep for ever.
 */
import { describe, expect, test } from 'vitest';
import { amount } from '../support/amount.ts';
import { randomFutex } from '../support/random-futex.ts';
import { dpor, plain, states } from '../support/searches.ts';
import { stateGraph } from '../support/state-graph.ts';

const MOST_STATES = 20_000;
const BATCHES = amount(2, 8);
const BATCH = Number(process.env['FUTEX_BATCH'] ?? 15);

describe('futexes', () => {
  test.each(Array.from({ length: BATCHES }, (_, i) => i))('batch %i', { timeout: 600_000 }, async (batch) => {
    let [reduced, byHand, asleep] = [0, 0, 0];
    for (let seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
      const text = randomFutex(seed, false);
      const graph = await stateGraph(text, MOST_STATES);
      if (graph === undefined) continue;
      const { ends, titles, doomed, memory } = graph;
      if (doomed) asleep++;
      const right = { seed, text, seen: { ends, titles, stuck: doomed } };
      expect({ seed, text, seen: await states(text, false) }).toEqual(right);
      expect({ seed, text, seen: await states(text, true) }).toEqual(right);
      for (const found of [await dpor(text), await plain(text)]) {
        if (typeof found === 'string') continue;
        reduced++;
        expect({ seed, text, seen: found }).toEqual(right);
      }
      const other = await stateGraph(randomFutex(seed, true), MOST_STATES);
      if (other === undefined) continue;
      byHand++;
      expect({ seed, text, memory: other.memory, titles: other.titles, doomed: other.doomed }).toEqual({
        seed,
        text,
        memory,
        titles,
        doomed,
      });
    }
    expect(reduced).toBeGreaterThan(BATCH);
    expect(byHand).toBeGreaterThan(BATCH / 2);
    expect(asleep).toBeGreaterThan(BATCH / 10);
  });
});
