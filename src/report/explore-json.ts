/** A search as the JSON document that tools read; common fields as in docs/json.md. */
import { isBug, sorted } from '../check/evidence/ledger.ts';
import { sealed } from '../explore/search/seal.ts';
import { bugFacts, knownFacts } from './bug-json.ts';
import { isComplete, isFinished } from './completeness.ts';
import { type Claim, coverageJson } from './coverage.ts';
import { replayLine } from './bug-text.ts';
import { nextStep } from './next-step.ts';
import { accessesJson, callsJson, interleavingJson } from './interleaving-json.ts';
import { whyJson } from './why-json.ts';
import type { Share } from '../explore/search/result.ts';
import { strategyText } from './explore-shares.ts';
import { askedOf, scopeOf, sizeJson } from './scenario-sizes.ts';
import {
  type ExploreReport,
  factsOf,
  newBugs,
  type ShownBug,
  sightingsOf,
  sumOf,
  type TargetReport,
  verdictOf,
} from './explore-report.ts';

/** Changes with every change of what a field means: shards of one schema are not merged with those of another. */
export const EXPLORE_SCHEMA = 'tasklock.explore/2';

/** What the verdict is said of. */
export function claimOf(report: ExploreReport): Claim {
  const { identity } = report;
  const proved = askedOf(report).map(({ result }) => result.proof);
  const isProved = proved.length > 0 && proved.every((one) => one !== undefined);
  // What is complete is so by one search, and that is what is counted then.
  const countsOf = ({ result }: TargetReport): TargetReport['result'] =>
    (isProved ? result.proof?.result : undefined) ?? result;
  const counted = isProved ? { targets: askedOf(report) } : report;
  const byStates = identity.stateful || (isProved && proved.some((one) => one?.stateful === true));
  return {
    identity,
    facts: factsOf(report),
    verdict: verdictOf(report),
    bugs: newBugs(report).length,
    executions: sumOf(counted, (target) => countsOf(target).executions),
    states: byStates ? sumOf(counted, (target) => Number(countsOf(target).facts['states'] ?? 0)) : null,
    scope: scopeOf(report, identity.shard !== null),
  };
}

function bugJson(report: ExploreReport, bug: ShownBug, { scenario, cpus }: TargetReport) {
  const seen = sightingsOf(report, bug.title);
  return {
    ...bugFacts(bug),
    recording: bug.recording,
    switches: bug.switches,
    token: bug.token,
    scenario,
    ofCpus: cpus,
    execution: bug.execution === null ? null : bug.execution + 1,
    times: seen.reduce((sum, { times }) => sum + times, 0),
    seen,
    switchesFound: bug.switchesFound,
    simplified: bug.simplified,
    strategy: bug.strategy,
    finalHash: bug.finalHash,
    replay: replayLine(bug),
    report: bug.moment,
    interleaving: interleavingJson(bug.turns),
    accesses: accessesJson(bug.turns),
    calls: callsJson(bug.turns),
    why: whyJson(bug.why),
    ...knownFacts(bug.known),
  };
}

/** What one strategy of a portfolio did. */
function shareJson(share: Share) {
  const { strategy, stateful, result, seconds } = share;
  return {
    strategy,
    stateful,
    executions: result.executions,
    redundant: result.redundant,
    repeated: result.repeated,
    bounded: result.bounded,
    steps: result.steps,
    end: result.end,
    about: result.about ?? null,
    facts: result.facts,
    bugs: result.bugs.filter(isBug).map(({ title, times, execution }) => ({
      title,
      times,
      first: execution === null ? null : execution + 1,
    })),
    seconds: Number(seconds.toFixed(3)),
  };
}

function targetJson(
  { scenario, cpus, profile, result, statesCounted, resumed, seconds, size }: TargetReport,
  isPart: boolean,
) {
  return {
    scenario,
    cpus,
    profile,
    executions: result.executions,
    redundant: result.redundant,
    repeated: result.repeated,
    bounded: result.bounded,
    resumed,
    steps: result.steps,
    states: statesCounted ? result.states.size : null,
    // Fingerprints, so that shards can be counted together.
    ...(isPart ? { stateHashes: statesCounted ? [...result.states] : null } : {}),
    end: result.end,
    grown: result.grown?.length ?? 0,
    withheld: result.withheld ?? [],
    nothingJudged: result.nothingJudged ?? false,
    // A shard of other files is of another search.
    ...(isPart ? { files: result.files ?? {} } : {}),
    facts: result.facts,
    about: result.about ?? null,
    strategies: (result.shares ?? []).map(shareJson),
    proof: result.proof === undefined ? null : strategyText(result.proof),
    bugs: result.bugs.filter(isBug).map((bug) => bug.title),
    seconds: Number(seconds.toFixed(3)),
    ...(size === undefined ? {} : { size: sizeJson(size, isPart) }),
  };
}

/** `text`: the report as text, where the document is to hold that as well. */
export function exploreJson(report: ExploreReport, text?: string) {
  const { targets, identity, seed, seconds, interrupted, left } = report;
  const { strategy, model, checkers, stateful, shard } = identity;
  const bugs = (which: 'bugs' | 'known') =>
    targets.flatMap((target) => sorted(target.bugs)[which].map((bug) => bugJson(report, bug, target)));
  const only = identity.subjects.length === 1 ? targets[0] : undefined;
  const name = only?.size === undefined ? only?.scenario : identity.subjects[0]?.name;
  const sum = (pick: (result: TargetReport['result']) => number): number => sumOf(report, ({ result }) => pick(result));
  const facts = factsOf(report);
  return sealed({
    schema: EXPLORE_SCHEMA,
    command: 'explore',
    identity,
    scenario: name ?? 'small scenarios',
    profile: identity.subjects[0]?.profile ?? null,
    mutant: only?.mutant ?? null,
    model,
    cpus: Math.max(0, ...targets.map((target) => target.cpus)),
    seed,
    verdict: verdictOf(report),
    bugs: bugs('bugs'),
    known: bugs('known'),
    executions: sum((result) => result.executions),
    redundant: sum((result) => result.redundant),
    repeated: sum((result) => result.repeated),
    bounded: sum((result) => result.bounded),
    resumed: sumOf(report, ({ resumed }) => resumed),
    steps: sum((result) => result.steps),
    syscalls: sum((result) => result.syscalls),
    ...(report.identity.subjects.some(({ faults }) => faults !== undefined)
      ? { failures: sum((result) => result.failures ?? 0), failing: sum((result) => result.failing ?? 0) }
      : {}),
    states: targets.every((target) => target.statesCounted) ? sum((result) => result.states.size) : null,
    seconds: Number(seconds.toFixed(3)),
    complete: isComplete(facts),
    /** Whether the stated work was done: what complete is to an exhaustive search. */
    finished: isFinished(facts),
    ...coverageJson(claimOf(report)),
    next: nextStep(claimOf(report), report.again, newBugs(report)[0]),
    shard,
    interrupted,
    left,
    strategy,
    stateful,
    checkers,
    targets: targets.map((target) => targetJson(target, shard !== null)),
    ...(text === undefined ? {} : { text }),
  });
}
