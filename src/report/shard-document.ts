/** The result document of one shard, as `tasklock explore --shard i/n --json` writes it, checked when it is read. */
import * as v from 'valibot';
import { line, shapeProblems } from '../base/shape.ts';
import { identityShape, shardShape } from '../explore/search/identity.ts';
import { filesShape, withheldShape } from '../explore/search/saved-result.ts';
import { sizesUpTo } from '../explore/search/scenarios.ts';
import { isSealed } from '../explore/search/seal.ts';
import { PORTFOLIO } from '../explore/strategies/index.ts';
import { EXPLORE_SCHEMA } from './explore-json.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const number = v.pipe(v.number(), v.finite());
const seconds = v.pipe(number, v.minValue(0));
const positive = v.pipe(count, v.minValue(1));

const sighting = v.object({ scenario: line, times: positive, of: count, first: v.nullable(positive) });

/** What else is said of a bug is of its first execution, and is handed on as it is. */
const bug = v.looseObject({
  title: line,
  execution: v.nullable(positive),
  switches: count,
  times: positive,
  seen: v.pipe(v.array(sighting), v.minLength(1)),
});

const counters = {
  executions: count,
  redundant: count,
  repeated: count,
  bounded: count,
  resumed: count,
  steps: count,
};

/** Of scenarios made of operations: those of a size that are this shard's. */
const size = v.pipe(
  v.object({
    cpus: positive,
    calls: positive,
    beyond: v.literal(false),
    scenarios: count,
    drawn: v.boolean(),
    begun: count,
    covered: count,
  }),
  v.check(({ scenarios, begun, covered }) => covered <= begun && begun <= scenarios, 'covers no more than there is'),
);

const target = v.object({
  scenario: line,
  cpus: positive,
  profile: v.nullable(line),
  ...counters,
  states: v.nullable(count),
  stateHashes: v.nullable(v.array(number)),
  end: v.picklist(['exhausted', 'executions', 'duration', 'found', 'stopped']),
  grown: count,
  withheld: withheldShape,
  nothingJudged: v.boolean(),
  files: filesShape,
  facts: v.record(line, v.union([number, line])),
  bugs: v.array(line),
  seconds,
  size: v.optional(size),
});

const shape = v.object({
  identity: v.object({ ...identityShape.entries, shard: shardShape }),
  scenario: line,
  cpus: count,
  seed: count,
  ...counters,
  syscalls: count,
  seconds,
  interrupted: v.boolean(),
  left: count,
  bugs: v.array(bug),
  known: v.array(bug),
  targets: v.array(target),
});

export type ShardDocument = v.InferOutput<typeof shape>;
export type ShardBug = v.InferOutput<typeof bug>;
export type ShardTarget = v.InferOutput<typeof target>;

const HOW = 'write one with tasklock explore --shard I/N --json';

/** The document, or in words why it is none that can be merged. */
export function readShard(document: unknown): ShardDocument | string {
  if (typeof document !== 'object' || document === null) return `is no result of a search; ${HOW}`;
  const { schema, command, shard } = document as Readonly<Record<string, unknown>>;
  if (typeof schema !== 'string' || !schema.startsWith('tasklock.')) return `is no result of a search; ${HOW}`;
  if (schema !== EXPLORE_SCHEMA) {
    const isOther = schema.startsWith('tasklock.explore/');
    return isOther ? 'was written by another version of tasklock; run the shard again' : `is of ${schema}; ${HOW}`;
  }
  if (!isSealed(document)) return 'is damaged or was changed (its checksum is wrong); run the shard again';
  if (command !== 'explore' || shard === null) return `is a whole search and no shard; ${HOW}`;
  const result = v.safeParse(shape, document);
  if (result.success && result.output.identity.strategy === PORTFOLIO)
    return 'is of no one strategy, which has no shards';
  if (!result.success) return `is no result of a shard: ${shapeProblems(result.issues)}`;
  return oddity(result.output) ?? result.output;
}

/** What does not fit together in a document whose fields are all there. */
function oddity(shard: ShardDocument): string | undefined {
  const { targets } = shard;
  for (const name of Object.keys(counters) as (keyof typeof counters)[]) {
    const sum = targets.reduce((total, one) => total + one[name], 0);
    if (sum !== shard[name]) return `does not add up: ${name} ${shard[name]}, but ${sum} in its targets`;
  }
  return isOfAll(shard) ? undefined : 'does not say of every scenario what came of it';
}

/** Whether it says of each target what came of it; of scenarios made of operations of each size, unless one shows a bug. */
function isOfAll({ identity, targets, left, bugs, interrupted }: ShardDocument): boolean {
  const [{ cpus, calls } = { cpus: 0, calls: undefined }] = identity.subjects;
  if (calls === undefined)
    return targets.every(({ size: one }) => one === undefined) && targets.length + left === identity.subjects.length;
  const wanted = sizesUpTo({ cpus, calls });
  const isOneOf = ({ size: one, end }: ShardTarget, i: number): boolean =>
    one !== undefined &&
    one.cpus === wanted[i]?.cpus &&
    one.calls === wanted[i]?.calls &&
    (end === 'exhausted') === (one.covered === one.scenarios);
  return targets.every(isOneOf) && (targets.length === wanted.length || bugs.length > 0 || interrupted);
}
