/** The searches that have to agree, each from a module on trial to what it saw. */
import { type CampaignOptions, runCampaign } from '../../src/explore/search/campaign.js';
import { runPortfolio } from '../../src/explore/search/portfolio.js';
import { PORTFOLIO } from '../../src/explore/strategies/index.js';
import type { ExploreOptions } from '../../src/explore/search/options.js';
import type { ModuleSubject } from '../../src/explore/subject/module-subject.js';
import { Runner } from '../../src/explore/run/runner.js';
import type { SearchResult } from '../../src/explore/search/result.js';
import { DepthFirst } from '../../src/explore/strategies/dfs.js';
import { mergeResults } from '../../src/explore/search/merge.js';
import { stateNumber } from '../../src/stepped/state.js';
import { type Seen, seen, TooMany } from './seen.js';
import { grown, type Trial } from './trial.js';

export interface NamedSearch {
  readonly name: string;
  readonly run: (trial: Trial) => Promise<Seen>;
}

/** Executions that plain enumeration of one module is worth. */
const MOST_EXECUTIONS = 2_000;

function optionsOf({ target }: Trial, strategy: string, stateful: boolean): ExploreOptions {
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };
  return { target, strategy, stateful, last: Number.MAX_SAFE_INTEGER, ...rest };
}

function ofResult({ reference }: Trial, result: SearchResult, counts: boolean): Seen {
  if (result.end !== 'exhausted' || result.bounded > 0) throw new TooMany();
  const good = new Set(reference.ends.split(' '));
  const titles = result.bugs.map(({ title }) => title);
  // A state that some executions end in with a bug and others without is one of both: what must not be missing is known.
  const ends = [...result.states].filter((one) => good.has(String(one)));
  return seen(counts ? result.executions : null, ends, titles);
}

async function campaign(trial: Trial, more: Partial<CampaignOptions> = {}): Promise<SearchResult> {
  const { subject } = trial;
  return await runCampaign({ explore: optionsOf(trial, 'dpor', false), subject, jobs: 1, ...more }, {});
}

/** In parts that are kept, which do not begin again when invariant() is seen to read more: they are told all of it. */
const inParts = (trial: Trial): ExploreOptions => ({ ...optionsOf(trial, 'dpor', false), watched: trial.words });

/** Three shards put together. */
async function shards(trial: Trial): Promise<SearchResult> {
  const results: SearchResult[] = [];
  const explore = inParts(trial);
  for (let index = 0; index < 3; index++) results.push(await campaign(trial, { explore, shard: { index, of: 3 } }));
  return mergeResults(results);
}

/** Stopped after some parts, and taken up again with those that were done; after how many follows from the text. */
async function interrupted(trial: Trial): Promise<SearchResult> {
  const { subject } = trial;
  const done = new Map<number, SearchResult>();
  let left = trial.text.length % 7;
  const onPart = (part: number, result: SearchResult): void => {
    done.set(part, result);
    left--;
  };
  const explore = inParts(trial);
  await runCampaign({ explore, subject, jobs: 1, onPart }, { stopped: () => left < 0 });
  return await campaign(trial, { explore, done: new Map(done), onPart: () => {} });
}

/** Every interleaving, one after the other. */
function enumerate(subject: ModuleSubject): Seen {
  const runner = new Runner(subject, []);
  const strategy = new DepthFirst(Number.POSITIVE_INFINITY);
  const ends = new Set<number>();
  const titles = new Set<string>();
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return seen(null, ends, titles);
    if (i > MOST_EXECUTIONS) throw new TooMany();
    if (outcome.ending === 'done') ends.add(stateNumber(subject.machine.hash()));
    for (const bug of outcome.bugs) titles.add(bug.title);
  }
}

const dpor = (name: string, run: (trial: Trial) => Promise<SearchResult>): NamedSearch => ({
  name,
  run: async (trial) => ofResult(trial, await run(trial), true),
});

const states = (name: string, strategy: string): NamedSearch => ({
  name,
  run: async (trial) => {
    const { subject } = trial;
    return ofResult(
      trial,
      await runCampaign({ explore: optionsOf(trial, strategy, true), subject, jobs: 1 }, {}),
      false,
    );
  },
});

export const enumeration: NamedSearch = {
  name: 'enumeration',
  run: async ({ subject }) => grown(subject, () => enumerate(subject)).result,
};

/** In parts. Both cut a search in the same places, so modules by the thousand may take one of them in turns. */
export const partly: readonly NamedSearch[] = [
  dpor('dpor in three shards', shards),
  dpor('dpor interrupted and resumed', interrupted),
];

/** In this thread, and so fit for thousands of modules. */
export const searches: readonly NamedSearch[] = [
  dpor('dpor', campaign),
  states('dpor by states', 'dpor'),
  states('dfs by states', 'dfs'),
];

/** Executions that a portfolio may run: enough for a proof of any module that is worth a trial. */
const PORTFOLIO_EXECUTIONS = 200_000;

/** What the default makes of it: the bugs of all its strategies, the ends and the executions of the one that is the proof. */
const portfolio: NamedSearch = {
  name: 'the portfolio',
  run: async (trial) => {
    const explore = { ...optionsOf(trial, PORTFOLIO, false), last: PORTFOLIO_EXECUTIONS };
    const { bugs, proof } = await runPortfolio({ explore, subject: trial.subject, jobs: 1 });
    if (proof === undefined) throw new TooMany();
    return ofResult(trial, { ...proof.result, bugs }, true);
  },
};

/** With threads of their own, which take longer to begin than a small search to end; and what does the same many times. */
export const slow: readonly NamedSearch[] = [
  ...[2, 3].map((jobs) => dpor(`dpor with ${jobs} jobs`, (trial) => campaign(trial, { jobs, alone: 0 }))),
  portfolio,
];
