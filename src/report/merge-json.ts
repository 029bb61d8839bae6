/** Result documents of the shards of one search, put together: what the search as a whole would have printed. */
import { verdictOn } from '../check/evidence/ledger.ts';
import { firstDifference, type Identity } from '../explore/search/identity.ts';
import { onceByTitle } from '../explore/search/merge.ts';
import { isExhaustive } from '../explore/strategies/index.ts';
import { sealed } from '../explore/search/seal.ts';
import { isComplete, isFinished, type PartFacts, type SearchFacts } from './completeness.ts';
import { type Claim, coverageJson } from './coverage.ts';
import { mergedTargets } from './merge-targets.ts';
import { begunOf, scopeOf } from './scenario-sizes.ts';
import type { ShardBug, ShardDocument } from './shard-document.ts';

/** The documents do not belong together; the message says which and why. */
export class MergeError extends Error {}

/** Throws MergeError for documents that are not all shards of one search, each once. */
export function mergeShards(documents: ReadonlyMap<string, ShardDocument>) {
  const [[firstFile, first] = ['', undefined]] = documents;
  if (first === undefined) throw new MergeError('no result files to merge');
  const seen = new Map<number, string>();
  for (const [file, { identity }] of documents) {
    const difference = firstDifference(identity, first.identity, ['shard', 'durationMs']);
    if (difference !== undefined) {
      const { what, one, other } = difference;
      throw new MergeError(
        `${file} and ${firstFile} are not of one search: ${what} is ${one} in the first, ${other} in the other`,
      );
    }
    const { index, of } = identity.shard;
    const before = seen.get(index);
    if (before !== undefined) throw new MergeError(`${file} and ${before} are both shard ${index} of ${of}`);
    seen.set(index, file);
  }
  const all = [...documents.values()];
  if (all.length === first.identity.shard.of) for (const [file, one] of documents) checkShares(file, one, all);
  return merged(all, first);
}

/** Throws MergeError where the scenarios of a size are not dealt out evenly: some are nobody's then. */
function checkShares(file: string, { identity, targets }: ShardDocument, all: readonly ShardDocument[]): void {
  const { index, of } = identity.shard;
  for (const { scenario, size } of targets) {
    if (size === undefined || size.drawn) continue;
    const same = all.flatMap((one) => one.targets.filter((target) => target.scenario === scenario));
    const whole = same.reduce((sum, target) => sum + (target.size?.scenarios ?? 0), 0);
    if (same.length < of || size.scenarios === Math.max(0, Math.ceil((whole - index + 1) / of))) continue;
    throw new MergeError(`${file} has ${size.scenarios} of ${whole} scenarios of ${scenario}: run that shard again`);
  }
}

export type Merged = ReturnType<typeof mergeShards>;

function merged(all: readonly ShardDocument[], first: ShardDocument) {
  const sum = (pick: (one: ShardDocument) => number): number => all.reduce((n, one) => n + pick(one), 0);
  const identity: Identity = { ...first.identity, shard: null };
  const targets = mergedTargets(all);
  const facts = {
    ...factsOf(all, identity),
    made: all.some(({ bugs }) => bugs.length > 0) ? undefined : begunOf({ targets }),
  };
  const finished = isFinished(facts);
  const once = (found: readonly ShardBug[]): ShardBug[] => mergedBugs(found, targets, identity.stateful);
  const bugs = once(all.flatMap((one) => one.bugs));
  const executions = sum((one) => one.executions);
  const verdict = verdictOn(bugs, finished);
  const states = identity.stateful
    ? targets.reduce((total, target) => total + Number(target.facts['states'] ?? 0), 0)
    : null;
  const claim: Claim = {
    identity,
    facts,
    verdict,
    bugs: bugs.length,
    executions,
    states,
    scope: scopeOf({ targets }, facts.missing.length > 0),
  };
  const document = sealed({
    schema: 'tasklock.merge/1',
    command: 'merge',
    identity,
    scenario: first.scenario,
    profile: identity.subjects[0]?.profile ?? null,
    mutant: identity.subjects.length === 1 ? (identity.subjects[0]?.mutant ?? null) : null,
    model: identity.model,
    cpus: Math.max(...all.map((one) => one.cpus)),
    seed: first.seed,
    verdict,
    bugs,
    known: once(all.flatMap((one) => one.known)),
    shards: all.length,
    ofShards: first.identity.shard.of,
    missing: facts.missing,
    executions,
    redundant: sum((one) => one.redundant),
    repeated: sum((one) => one.repeated),
    bounded: sum((one) => one.bounded),
    steps: sum((one) => one.steps),
    syscalls: sum((one) => one.syscalls),
    states: targets.every((target) => target.states !== null)
      ? targets.reduce((total, target) => total + (target.states ?? 0), 0)
      : null,
    seconds: Number(sum((one) => one.seconds).toFixed(3)),
    complete: isComplete(facts),
    finished,
    ...coverageJson(claim),
    interrupted: facts.interrupted,
    left: facts.left,
    strategy: identity.strategy,
    stateful: identity.stateful,
    checkers: identity.checkers,
    targets,
  });
  return { document, claim };
}

/** The facts of all shards, as of one search. */
function factsOf(all: readonly ShardDocument[], { strategy, preemptions, delays, subjects }: Identity): SearchFacts {
  const of = all[0]?.identity.shard.of ?? 0;
  const wanted = Array.from({ length: of }, (_, i) => i + 1);
  const parts = all.flatMap(({ identity, targets }) =>
    targets.map((target): PartFacts => ({ ...target, name: `shard ${identity.shard.index} of ${target.scenario}` })),
  );
  return {
    exhaustive: isExhaustive(strategy),
    preemptions,
    delays,
    mayFail: subjects.some(({ faults }) => faults !== undefined),
    interrupted: all.some((one) => one.interrupted),
    left: all.reduce((sum, one) => sum + one.left, 0),
    missing: wanted.filter((index) => !all.some(({ identity }) => identity.shard.index === index)),
    isShard: false,
    parts,
  };
}

type MergedTarget = ReturnType<typeof mergedTargets>[number];

/** Each bug once, as it was seen best; how often in all, and where: of all that was tried there, in whichever shard. */
function mergedBugs(all: readonly ShardBug[], targets: readonly MergedTarget[], stateful: boolean): ShardBug[] {
  return onceByTitle(all, isSimpler).map((bug) => {
    const sightings = all.filter(({ title }) => title === bug.title).flatMap(({ seen }) => seen);
    const seen = targets.flatMap(({ scenario, executions, steps }) => {
      const here = sightings.filter((one) => one.scenario === scenario);
      if (here.length === 0) return [];
      const firsts = here.flatMap(({ first }) => first ?? []);
      const first = firsts.length === 0 ? null : Math.min(...firsts);
      const times = here.reduce((sum, one) => sum + one.times, 0);
      return [{ scenario, times, of: stateful ? steps : executions, first }];
    });
    return { ...bug, seen };
  });
}

/** Fewest switches, and of those the lowest execution. */
function isSimpler(a: ShardBug, b: ShardBug): boolean {
  return a.switches === b.switches ? (a.execution ?? 0) < (b.execution ?? 0) : a.switches < b.switches;
}
