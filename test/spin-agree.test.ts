/**
 * Searches that let CPUs wait in loops whose turns change nothing in sum (spin.ts) have to see what a machine reaches that
 * knows nothing of waiting: the same ends and the same bugs. Where there is no way out any more, that CPUs are stuck; and
 * where they are said to be, that they can go on like this for ever and fairly.
 */
import { describe, expect, test } from 'vitest';
import { Footprints } from '../dist/src/explore/footprint.js';
import { ModuleSubject } from '../dist/src/explore/module-subject.js';
import { Runner } from '../dist/src/explore/runner.js';
import { StatefulSearch } from '../dist/src/explore/stateful.js';
import { DepthFirst } from '../dist/src/explore/strategies/dfs.js';
import { Dpor } from '../dist/src/explore/strategies/dpor.js';
import type { Strategy } from '../dist/src/explore/strategy.js';
import { learnWatched } from '../dist/src/explore/watched.js';
import { loadModuleText } from '../dist/src/stepper/module.js';
import { stateNumber } from '../dist/src/stepper/state.js';
import { randomWaits } from './random-waits.ts';
import { stateGraph } from './state-graph.ts';

const MOST_STATES = 20_000;
const MOST_EXECUTIONS = 3000;
/** Executions that get there go round for ever. */
const STEP_BOUND = 300;
const BATCHES = 6;
const BATCH = Number(process.env['SPIN_BATCH'] ?? 20);
const FIRST = Number(process.env['SPIN_FIRST'] ?? 0);

interface Seen {
  readonly ends: readonly number[];
  readonly titles: readonly string[];
  readonly stuck: boolean;
}

const isStuck = (title: string): boolean => /^(livelock: spinning|deadlock: no CPU)/.test(title);

function seen(ends: Iterable<number>, titles: Iterable<string>): Seen {
  const all = [...titles].sort();
  return { ends: [...ends].sort(), titles: all.filter((one) => !isStuck(one)), stuck: all.some(isStuck) };
}

async function subjectOf(text: string): Promise<ModuleSubject> {
  const subject = new ModuleSubject(await loadModuleText('/random.ts', text, new Map()));
  Object.assign(subject, { stepBound: STEP_BOUND });
  subject.watch(learnWatched(subject));
  return subject;
}

/** What a strategy sees; a word when it does not come to an end. */
function enumerate(subject: ModuleSubject, strategy: Strategy): Seen | 'endless' | 'many' {
  const runner = new Runner(subject, []);
  const ends = new Set<number>();
  const titles = new Set<string>();
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return seen(ends, titles);
    if (i > MOST_EXECUTIONS) return 'many';
    if (outcome.steps > STEP_BOUND) return 'endless';
    if (outcome.ending === 'done') ends.add(stateNumber(subject.machine.hash()));
    for (const bug of outcome.bugs) titles.add(bug.title);
  }
}

async function states(text: string, reduce: boolean): Promise<Seen> {
  const { finalStates, bugs } = await new StatefulSearch(await subjectOf(text), reduce).run();
  return seen(
    finalStates,
    bugs.map(({ bug }) => bug.title),
  );
}

async function dpor(text: string): Promise<Seen | 'endless' | 'many'> {
  const subject = await subjectOf(text);
  const footprints = new Footprints(subject.machine, subject.watched);
  return enumerate(subject, new Dpor(subject.machine, subject.cpus, footprints));
}

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
      const plain = enumerate(await subjectOf(text), new DepthFirst(Number.POSITIVE_INFINITY));
      if (typeof plain === 'string') continue;
      counts.plain++;
      expect({ seed, text, seen: plain }).toEqual(right);
    }
    expect(counts.reduced, JSON.stringify(counts)).toBeGreaterThan(BATCH / 2);
    expect(counts.plain, JSON.stringify(counts)).toBeGreaterThan(BATCH / 4);
  });
});
