/** A search as the JSON document that tools read; common fields as in docs/json.md. */
import { bugFacts, knownFacts } from './bug-json.ts';
import { replayLine } from './bug-text.ts';
import {
  type ExploreReport,
  isComplete,
  isFinished,
  type ShownBug,
  sumOf,
  type TargetReport,
  verdictOf,
} from './explore-report.ts';

function bugJson(bug: ShownBug, { scenario, cpus }: TargetReport) {
  return {
    ...bugFacts(bug),
    recording: bug.recording,
    switches: bug.switches,
    token: bug.token,
    scenario,
    ofCpus: cpus,
    execution: bug.execution,
    times: bug.times,
    switchesFound: bug.switchesFound,
    finalHash: bug.finalHash,
    replay: replayLine(bug),
    report: bug.moment,
    ...knownFacts(bug.known),
  };
}

function targetJson({ scenario, cpus, profile, result, statesCounted, seconds }: TargetReport) {
  return {
    scenario,
    cpus,
    profile,
    executions: result.executions,
    redundant: result.redundant,
    bounded: result.bounded,
    steps: result.steps,
    states: statesCounted ? result.states.size : null,
    end: result.end,
    facts: result.facts,
    bugs: result.bugs.filter((bug) => bug.known === undefined).map((bug) => bug.title),
    seconds: Number(seconds.toFixed(3)),
  };
}

/** Fingerprints of the end states, so that shards can be counted together. */
function stateHashes({ targets }: ExploreReport): readonly number[] | null {
  if (targets.some((target) => !target.statesCounted)) return null;
  return targets.flatMap(({ result }) => [...result.states]);
}

export function exploreJson(report: ExploreReport) {
  const { targets, strategy, seed, seconds, interrupted, checkers, shard } = report;
  const bugs = (known: boolean) =>
    targets.flatMap((target) =>
      target.bugs.filter((bug) => (bug.known !== undefined) === known).map((bug) => bugJson(bug, target)),
    );
  const only = targets.length === 1 ? targets[0] : undefined;
  return {
    schema: 'tasklock.explore/1',
    command: 'explore',
    scenario: only?.scenario ?? 'small scenarios',
    profile: targets[0]?.profile ?? null,
    mutant: only?.mutant ?? null,
    model: 'sc',
    cpus: Math.max(0, ...targets.map((target) => target.cpus)),
    seed,
    verdict: verdictOf(report),
    bugs: bugs(false),
    known: bugs(true),
    executions: sumOf(report, ({ result }) => result.executions),
    steps: sumOf(report, ({ result }) => result.steps),
    syscalls: sumOf(report, ({ result }) => result.syscalls),
    seconds: Number(seconds.toFixed(3)),
    complete: isComplete(report),
    /** Whether the stated work was done: what complete is to an exhaustive search. */
    finished: isFinished(report),
    shard: shard === null ? null : { index: shard.index + 1, of: shard.of },
    ...(shard === null ? {} : { stateHashes: stateHashes(report) }),
    interrupted,
    strategy,
    checkers,
    redundant: sumOf(report, ({ result }) => result.redundant),
    states: targets.every((target) => target.statesCounted) ? sumOf(report, ({ result }) => result.states.size) : null,
    targets: targets.map(targetJson),
  };
}
