/** What the exhaustive searches see of a module, in one form, to be held against each other. */
import { RamFootprints } from '../../dist/src/explore/subject/ram-footprints.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { StatefulSearch } from '../../dist/src/explore/search/stateful.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { learnWatched } from '../../dist/src/explore/run/watched.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { stateNumber } from '../../dist/src/stepped/state.js';

const MOST_EXECUTIONS = 3000;
/** Executions that get there go round for ever. */
const STEP_BOUND = 300;

export interface Seen {
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

export async function states(text: string, reduce: boolean): Promise<Seen> {
  const { finalStates, bugs } = await new StatefulSearch(await subjectOf(text), reduce).run();
  return seen(
    finalStates,
    bugs.map(({ bug }) => bug.title),
  );
}

export async function dpor(text: string): Promise<Seen | 'endless' | 'many'> {
  const subject = await subjectOf(text);
  const footprints = new RamFootprints(subject.machine, subject.watched);
  return enumerate(subject, new Dpor(subject.machine, subject.cpus, footprints));
}

export async function plain(text: string): Promise<Seen | 'endless' | 'many'> {
  return enumerate(await subjectOf(text), new DepthFirst(Number.POSITIVE_INFINITY));
}
