/**
 * Searches that let CPUs wait in loops whose turns change nothing in sum (spin.ts) have to see what a machine reaches that
 * knows nothing of waiting: the same ends and the same bugs. Where there is no way out any more, that CPUs are stuck; and
 * where they are said to be, that they can go on like this for ever and fairly.
 */
import { describe, expect, test } from 'vitest';
import { randomWaits } from '../support/random-waits.ts';
import { dpor, plain, states } from '../support/searches.ts';
import { stateGraph } from '../support/state-graph.ts';

const MOST_STATES = 20_000;
const BATCHES = 6;
const BATCH = Number(process.env['SPIN_BATCH'] ?? 5);
const FIRST = Number(process.env['SPIN_FIRST'] ?? 0);

describe('turns without effect', () => {
  test.each(Array.from({ length: BATCHES }, (_, i) => i))('batch %i', { timeout: 600_000 }, async (batch) => {
    const tries = batch % 3 === 2;
    const counts = { endless: 0, many: 0, unknown: 0, reduced: 0, plain: 0 };
    for (let seed = FIRST + batch * BATCH; seed < FIRST + (batch + 1) * BATCH; seed++) {
      const text = randomWaits(seed, tries);
      const graph = await stateGraph(text, MOST_STATES);
      if (graph === undefined) {
        counts.unknown++;
        continue;
      }
      const { ends, titles, doomed, endless } = graph;
      const whole = await states(text, false);
      const right = { seed, text, seen: { ends, titles, stuck: whole.stuck } };
      expect({ seed, text, seen: whole }).toEqual(right);
      expect({ seed, text, stuck: whole.stuck && !endless }).toEqual({ seed, text, stuck: false });
      if (!tries) expect({ seed, text, stuck: whole.stuck || !doomed }).toEqual({ seed, text, stuck: true });
      expect({ seed, text, seen: await states(text, true) }).toEqual(right);
      const reduced = await dpor(text);
      if (typeof reduced === 'string') {
        counts[reduced]++;
        continue;
      }
      counts.reduced++;
      expect({ seed, text, seen: reduced }).toEqual(right);
      const enumerated = await plain(text);
      if (typeof enumerated === 'string') continue;
      counts.plain++;
      expect({ seed, text, seen: enumerated }).toEqual(right);
    }
    expect(counts.reduced, JSON.stringify(counts)).toBeGreaterThan(BATCH / 2);
    expect(counts.plain, JSON.stringify(counts)).toBeGreaterThan(BATCH / 4);
  });
});
