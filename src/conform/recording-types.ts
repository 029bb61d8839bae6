/**
 * The recordings of a real kernel, as data. Their meaning is told in test/oracle/SCHEMA.md. Files are held against these
 * schemas; what a schema does not name is left alone.
 */
import * as v from 'valibot';
import { isFlag } from './names.ts';
import { operations } from './operations.ts';

const text = v.pipe(v.string('a text'), v.maxLength(1000, 'a text of at most 1000 characters'));
const whole = (from: number, to: number) => {
  const message = `a whole number from ${from} to ${to}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(from, message), v.maxValue(to, message));
};
const word = whole(-0x80000000, 0xffffffff);
const uid = whole(0, 0x7fffffff);
const task = whole(0, 255);
const list = <const Item extends v.GenericSchema>(item: Item) => v.array(item, 'a list');
const flag = v.pipe(v.string('a flag'), v.check(isFlag, 'the name of a flag'));
const areFlags = (flags: string): boolean => flags.split('|').every((one) => one === '' || isFlag(one));
const flags = v.pipe(text, v.check(areFlags, 'names of flags with | between them'));
const oneOf = <const Choices extends readonly string[]>(...choices: Choices) =>
  v.picklist(choices, `one of ${choices.join(', ')}`);

const cloneCase = v.object({
  uid,
  flags: list(flag),
  result: text,
  shared: v.optional(v.record(text, word)),
  same_tgid: v.optional(word),
  same_ppid: v.optional(word),
  ppid: v.optional(text),
  exit_signal: v.optional(word),
  wait_by_caller: v.optional(text),
});
export type CloneCase = Readonly<v.InferOutput<typeof cloneCase>>;

const cloneExtra = v.object({
  what: text,
  result: text,
  exit_signal: v.optional(word),
  after_exit: v.optional(text),
  wait_by_caller: v.optional(text),
  with_WCLONE: v.optional(text),
  wait_by_init: v.optional(text),
});
export type CloneExtra = Readonly<v.InferOutput<typeof cloneExtra>>;

export const cloneTable = v.object({ cases: list(cloneCase), extra: list(cloneExtra) }, 'an object');
export type CloneTable = Readonly<v.InferOutput<typeof cloneTable>>;

const unshareGroup = v.object({
  uid,
  made: v.nullable(list(flag)),
  peer: oneOf('live', 'zombie', 'reaped', 'none'),
  caller: oneOf('child', 'thread', 'parent', 'leader', 'self'),
  before: v.optional(text),
  results: v.record(flags, v.pipe(list(v.union([text, word])), v.maxLength(3, 'a list of 2 or 3'))),
});
export type UnshareGroup = Readonly<v.InferOutput<typeof unshareGroup>>;

const singleBits = v.object({
  uid,
  made: v.nullable(list(flag)),
  caller: oneOf('self', 'thread'),
  results: v.record(text, text),
});
export type SingleBits = Readonly<v.InferOutput<typeof singleBits>>;

export const unshareTable = v.object(
  {
    sharing_order: list(text),
    groups: list(unshareGroup),
    single_bits: list(singleBits),
    extra: list(v.object({ what: text, result: text, new_namespace: word })),
  },
  'an object',
);
export type UnshareTable = Readonly<v.InferOutput<typeof unshareTable>>;

const state = v.object({
  live: text,
  z: text,
  tg: text,
  pp: text,
  vm: text,
  fs: text,
  fd: text,
  sg: text,
  sv: text,
  ns: text,
});
export type State = Readonly<v.InferOutput<typeof state>>;

const recordedOp = v.looseObject({
  op: oneOf(...operations),
  t: task,
  r: v.optional(v.union([text, word])),
  e: v.optional(text),
  code: v.optional(word),
  reaped: v.optional(text),
  st: v.optional(state),
  flags: v.optional(flags),
  target: v.optional(text),
  path: v.optional(text),
  src: v.optional(text),
  mask: v.optional(text),
  disp: v.optional(text),
  fd: v.optional(word),
  sig: v.optional(word),
  w: v.optional(whole(0, 1)),
  v: v.optional(word),
  n: v.optional(word),
});
export type RecordedOp = Readonly<v.InferOutput<typeof recordedOp>>;

export const recordedProgram = v.object(
  { seed: v.optional(v.number()), name: v.optional(text), uid, st: state, ops: list(recordedOp) },
  'an object',
);
export type RecordedProgram = Readonly<v.InferOutput<typeof recordedProgram>>;

/** Which programs older rules give the same values for: profile key, file name, seeds or names. */
export const portable = v.record(text, v.record(text, list(v.union([v.number(), text]))), 'an object');
export type Portable = Readonly<v.InferOutput<typeof portable>>;

/** One difference between recording and model. */
export interface Difference {
  readonly case: string;
  readonly step: number | null;
  readonly expected: string;
  readonly got: string;
}

/** How a case came out. A difference with `known` set is one that a listed finding of the profile explains. */
export interface CaseResult {
  readonly difference: Difference | null;
  readonly known: string | null;
}
