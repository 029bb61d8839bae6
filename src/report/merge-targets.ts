/** The targets of a search, each with what all shards found of it. */
import { mergeFiles, mergeWithheld } from '../explore/search/merge.ts';
import { mergedSize } from './scenario-sizes.ts';
import type { ShardDocument, ShardTarget } from './shard-document.ts';

export function mergedTargets(all: readonly ShardDocument[]) {
  const names = [...new Set(all.flatMap(({ targets }) => targets.map((target) => target.scenario)))];
  return names.map((name) =>
    mergedTarget(all.flatMap(({ targets }) => targets.filter((one) => one.scenario === name))),
  );
}

function mergedTarget(parts: readonly ShardTarget[]) {
  const [first] = parts as readonly [ShardTarget];
  const sum = (pick: (part: ShardTarget) => number): number => parts.reduce((n, part) => n + pick(part), 0);
  const { scenario, cpus, profile } = first;
  const sizes = parts.flatMap(({ size }) => size ?? []);
  const counted = parts.every(({ stateHashes }) => stateHashes !== null);
  return {
    scenario,
    cpus,
    profile,
    executions: sum((part) => part.executions),
    redundant: sum((part) => part.redundant),
    repeated: sum((part) => part.repeated),
    bounded: sum((part) => part.bounded),
    steps: sum((part) => part.steps),
    states: counted ? new Set(parts.flatMap(({ stateHashes }) => stateHashes ?? [])).size : null,
    ends: parts.map(({ end }) => end),
    withheld: mergeWithheld(parts.flatMap(({ withheld }) => withheld)),
    files: mergeFiles(parts.map(({ files }) => files)),
    facts: mergedFacts(parts),
    bugs: [...new Set(parts.flatMap(({ bugs }) => bugs))],
    seconds: Number(sum((part) => part.seconds).toFixed(3)),
    ...(sizes[0] === undefined ? {} : { size: mergedSize([sizes[0], ...sizes.slice(1)]) }),
  };
}

/** Facts are bounds, the same in every part, but for the count of executions that were blocked. */
function mergedFacts(parts: readonly ShardTarget[]): ShardTarget['facts'] {
  const facts = Object.assign({}, ...parts.map((part) => part.facts)) as ShardTarget['facts'];
  if (!('blocked' in facts)) return facts;
  return { ...facts, blocked: parts.reduce((n, part) => n + Number(part.facts['blocked'] ?? 0), 0) };
}
