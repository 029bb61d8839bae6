/** Result documents of the shards of one search, put together: what the search as a whole would have printed. */
import { onceByTitle } from '../explore/merge.ts';

/** One document of `tasklock explore --shard i/n --json`, as far as merging looks at it. */
export interface ShardDocument {
  readonly schema: string;
  readonly scenario: string;
  readonly profile: string | null;
  readonly strategy: string;
  readonly seed: number;
  readonly shard: { readonly index: number; readonly of: number } | null;
  readonly verdict: string;
  readonly complete: boolean;
  readonly finished: boolean;
  readonly interrupted: boolean;
  readonly executions: number;
  readonly redundant: number;
  readonly steps: number;
  readonly syscalls: number;
  readonly seconds: number;
  readonly stateHashes: readonly number[] | null;
  readonly bugs: readonly MergedBug[];
  readonly known: readonly MergedBug[];
}

interface MergedBug {
  readonly title: string;
  readonly execution: number;
  readonly switches: number;
  readonly times: number;
}

/** The documents do not belong together; the message says which and why. */
export class MergeError extends Error {}

const SAME = ['schema', 'scenario', 'profile', 'strategy', 'seed'] as const;

export function mergeShards(documents: ReadonlyMap<string, ShardDocument>) {
  const [[firstFile, first] = ['', undefined]] = documents;
  if (first === undefined) throw new MergeError('no result files to merge');
  const seen = new Map<number, string>();
  for (const [file, one] of documents) {
    for (const field of SAME) {
      if (one[field] === first[field]) continue;
      throw new MergeError(`${file} has ${field} ${one[field]}, but ${firstFile} has ${first[field]}`);
    }
    if (one.shard === null || one.shard === undefined) throw new MergeError(`${file} is a whole search, not a shard`);
    if (one.shard.of !== first.shard?.of) {
      throw new MergeError(`${file} is one of ${one.shard.of} shards, but ${firstFile} of ${first.shard?.of}`);
    }
    const before = seen.get(one.shard.index);
    if (before !== undefined) throw new MergeError(`${file} and ${before} are the same shard ${one.shard.index}`);
    seen.set(one.shard.index, file);
  }
  return folded([...documents.values()], first);
}

function folded(all: readonly ShardDocument[], first: ShardDocument) {
  const sum = (pick: (one: ShardDocument) => number): number => all.reduce((n, one) => n + pick(one), 0);
  const wanted = Array.from({ length: first.shard?.of ?? 0 }, (_, i) => i + 1);
  const missing = wanted.filter((index) => !all.some((one) => one.shard?.index === index));
  const whole = missing.length === 0;
  const bugs = onceByTitle(
    all.flatMap((one) => one.bugs),
    isSimpler,
  );
  const finished = whole && all.every((one) => one.finished);
  const counted = all.every((one) => one.stateHashes !== null);
  return {
    ...first,
    command: 'merge',
    shard: null,
    shards: all.length,
    missing,
    verdict: bugs.length > 0 ? 'bug' : finished ? 'pass' : 'inconclusive',
    complete: whole && all.every((one) => one.complete),
    finished,
    interrupted: all.some((one) => one.interrupted),
    bugs,
    known: onceByTitle(
      all.flatMap((one) => one.known),
      isSimpler,
    ),
    executions: sum((one) => one.executions),
    redundant: sum((one) => one.redundant),
    steps: sum((one) => one.steps),
    syscalls: sum((one) => one.syscalls),
    seconds: Number(sum((one) => one.seconds).toFixed(3)),
    states: counted ? new Set(all.flatMap((one) => one.stateHashes ?? [])).size : null,
    stateHashes: undefined,
    targets: undefined,
  };
}

/** Fewest switches, and of those the lowest execution. */
function isSimpler(a: MergedBug, b: MergedBug): boolean {
  return a.switches === b.switches ? a.execution < b.execution : a.switches < b.switches;
}
