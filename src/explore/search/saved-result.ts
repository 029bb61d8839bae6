/** The result of a part of a search as a checkpoint keeps it: plain data, checked when it is read. */
import * as v from 'valibot';
import { line } from '../../base/shape.ts';
import { knownOf } from '../../check/evidence/ledger.ts';
import type { ProfileName } from '../../kernel/profiles.ts';
import type { FoundBug, SearchResult } from './result.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const number = v.pipe(v.number(), v.finite());

const moves = v.pipe(line, v.regex(/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/), v.check(isWhole));

/** Fields that are not named here pass as they are: they come from the same build. */
const bugShape = v.looseObject({
  title: line,
  kind: line,
  function: line,
  cpu: v.pipe(v.number(), v.integer()),
  step: count,
  stack: v.array(v.looseObject({ function: line })),
  execution: v.nullable(count),
  times: v.pipe(count, v.minValue(1)),
  decisions: moves,
  order: v.optional(moves),
  finalHash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  moment: v.array(line),
});

export const withheldShape = v.array(v.object({ what: line, where: v.array(line) }));
export const filesShape = v.record(line, line);

const shape = v.looseObject({
  executions: count,
  redundant: count,
  repeated: count,
  bounded: count,
  stepBound: count,
  cutAt: v.array(line),
  steps: count,
  syscalls: count,
  failures: v.optional(count),
  failing: v.optional(count),
  states: v.array(number),
  bugs: v.array(bugShape),
  end: v.picklist(['exhausted', 'executions']),
  facts: v.record(line, v.union([number, line])),
  grown: v.optional(v.array(count)),
  withheld: v.optional(withheldShape),
  nothingJudged: v.optional(v.boolean()),
  files: v.optional(filesShape),
});

export const savedParts = v.array(v.tuple([count, shape]));

/** Whether bytes in base64 are moves, two bytes each. */
function isWhole(text: string): boolean {
  return Buffer.from(text, 'base64').length % 2 === 0;
}

/** Moves as base64 of two bytes each, the low one first. */
function textOf(some: Uint16Array): string {
  const bytes = Buffer.alloc(2 * some.length);
  some.forEach((move, i) => bytes.writeUInt16LE(move, 2 * i));
  return bytes.toString('base64');
}

function movesOf(text: string): Uint16Array {
  const bytes = Buffer.from(text, 'base64');
  return Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i));
}

export function saved(result: SearchResult): unknown {
  const bugs = result.bugs.map((bug) => {
    const { decisions, order } = bug;
    return { ...bug, known: undefined, decisions: textOf(decisions), order: order && textOf(order) };
  });
  return { ...result, states: [...result.states], bugs };
}

/** Takes what `savedParts` has checked. What is known of a bug is looked up anew. */
export function revived(result: v.InferOutput<typeof shape>, profile: ProfileName | null): SearchResult {
  const bugs = result.bugs.map((bug) => {
    const decisions = movesOf(bug.decisions);
    const order = bug.order === undefined ? undefined : movesOf(bug.order);
    return {
      ...bug,
      decisions,
      order,
      known: knownOf(profile, bug.title, bug.moment),
    };
  });
  return { ...result, states: new Set(result.states), bugs: bugs as unknown as FoundBug[] } as SearchResult;
}
