/**
 * Searches that try everything have to see the same: plain enumeration, optimal partial-order reduction, states with and
 * without sleep sets. Held against each other on random modules: end states, and titles of bugs.
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
import { randomModule } from '../dist/bench/agree/random-module.js';

/** Interleavings of one module that are worth enumerating. */
const MOST = 20_000;
const BATCHES = 6;
const BATCH = 40;

interface Seen {
  readonly ends: readonly number[];
  readonly titles: readonly string[];
}

async function subjectOf(text: string): Promise<ModuleSubject> {
  const subject = new ModuleSubject(await loadModuleText('/random.ts', text, new Map()));
  subject.watch(learnWatched(subject));
  return subject;
}

/** What a strategy sees in all executions; undefined when there are too many. */
function enumerate(subject: ModuleSubject, strategy: Strategy): Seen | undefined {
  const runner = new Runner(subject, []);
  const ends = new Set<number>();
  const titles = new Set<string>();
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return { ends: [...ends].sort(), titles: [...titles].sort() };
    if (i > MOST) return undefined;
    if (outcome.ending === 'done') ends.add(stateNumber(subject.machine.hash()));
    for (const bug of outcome.bugs) titles.add(bug.title);
  }
}

async function states(subject: ModuleSubject, reduce: boolean): Promise<Seen> {
  const { finalStates, bugs } = await new StatefulSearch(subject, reduce).run();
  return { ends: [...finalStates].sort(), titles: bugs.map(({ bug }) => bug.title).sort() };
}

describe('searches agree', () => {
  test.each(Array.from({ length: BATCHES }, (_, i) => i))('batch %i', async (batch) => {
    let enumerated = 0;
    for (let seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
      const text = randomModule(seed);
      const subject = await subjectOf(text);
      const dpor = enumerate(
        subject,
        new Dpor(subject.machine, subject.cpus, new Footprints(subject.machine, subject.watched)),
      );
      const plain = enumerate(await subjectOf(text), new DepthFirst(Number.POSITIVE_INFINITY));
      expect({ seed, text, seen: await states(await subjectOf(text), false) }).toEqual({ seed, text, seen: dpor });
      expect({ seed, text, seen: await states(await subjectOf(text), true) }).toEqual({ seed, text, seen: dpor });
      if (plain === undefined) continue;
      enumerated++;
      expect({ seed, text, seen: dpor }).toEqual({ seed, text, seen: plain });
    }
    expect(enumerated).toBeGreaterThan(BATCH / 2);
  });
});
