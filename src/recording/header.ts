/** What a recording says about its execution, besides the interleaving. Checked field by field when it is read. */
import * as v from 'valibot';
import { shapeProblems } from '../base/shape.ts';
import { visible } from '../base/visible.ts';
import { bugKinds } from '../machine/fault.ts';
import { MAX_CPUS } from '../machine/limits.ts';
import { profileNames } from '../kernel/profiles.ts';
import { MAX_CALLS, MAX_FILES, MAX_NAME, MAX_SETTINGS, MAX_STEPS, MAX_TEXT } from './limits.ts';

/** Nothing that moves a cursor, hides or turns text round: what is shown is what is there. */
const isOneLine = (text: string): boolean => visible(text) === text && !text.includes('\n');

/** Messages say what is expected: the reader of the error is told "FIELD: expected MESSAGE, found VALUE". */
const whole = (from: number, to: number) => {
  const message = `a whole number from ${from} to ${to}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(from, message), v.maxValue(to, message));
};
const line = (most = MAX_NAME) => {
  const message = `one line of 1 to ${most} characters`;
  return v.pipe(v.string(message), v.minLength(1, message), v.maxLength(most, message), v.check(isOneLine, message));
};
const text = v.pipe(v.string('a text'), v.maxLength(MAX_TEXT, `a text of at most ${MAX_TEXT} characters`));
const oneOf = <const Choices extends readonly string[]>(choices: Choices) =>
  v.picklist(choices, `one of ${choices.join(', ')}`);
const hash = v.pipe(v.string('16 hex digits'), v.regex(/^[0-9a-f]{16}$/, '16 hex digits'));
const identifier = v.pipe(v.string('a name'), v.regex(/^(?!__)[A-Za-z_$][\w$]{0,99}$/, 'the name of a constant'));

const path = v.pipe(line(), v.regex(/^(?!\/)[^\\]+$/, 'a relative path'));

/** What failed on purpose in it: the setting and the names of what it is of. */
const faults = v.strictObject({
  setting: v.pipe(v.string('a setting'), v.regex(/^(each|nth:\d{1,9}|rate:[\d.]{1,12})$/, 'each, nth:N or rate:P')),
  sites: v.pipe(v.array(line(40), 'a list of names'), v.maxLength(100, 'at most 100 names')),
});

/** Numbers of operations, by agent. */
const calls = v.pipe(
  v.array(whole(0, 999)),
  v.minLength(1, 'a call'),
  v.maxLength(MAX_CALLS, `at most ${MAX_CALLS} calls`),
);
const scenario = v.pipe(v.array(calls), v.minLength(1, 'an agent'), v.maxLength(MAX_CPUS - 1, 'fewer agents'));

/** When interrupts were chosen. */
const ticks = v.pipe(v.string('a setting'), v.regex(/^(each(:\d{1,2})?|rate:[\d.]{1,12})$/, 'each, each:N or rate:P'));

const subject = v.variant(
  'kind',
  [
    v.strictObject({
      kind: v.literal('scenario'),
      name: line(),
      text,
      faults: v.optional(faults),
      ticks: v.optional(ticks),
    }),
    v.strictObject({
      kind: v.literal('module'),
      name: line(),
      text,
      settings: v.pipe(
        v.record(identifier, whole(-0x80000000, 0xffffffff)),
        v.check((settings) => Object.keys(settings).length <= MAX_SETTINGS, `at most ${MAX_SETTINGS} settings`),
      ),
      imports: v.optional(v.record(path, text)),
    }),
    v.strictObject({
      kind: v.literal('javascript'),
      name: line(),
      timeouts: oneOf(['idle', 'any']),
      /** Of a file that says which operations there are: by agent, the numbers of those it calls. */
      scenario: v.optional(scenario),
      /** Hashes of the files that ran, by path as seen from the first: a replay needs the files themselves. */
      files: v.pipe(
        v.record(line(), hash),
        v.check((files) => Object.keys(files).length <= MAX_FILES, `at most ${MAX_FILES} files`),
      ),
    }),
  ],
  'a subject of kind "scenario", "module" or "javascript"',
);

/**
 * The header from format version 2 on; that of version 1 has no `imports`, which are the texts of the files that a module
 * imports, by path as seen from its own. `faults` came with version 4, `ticks` with version 5, JavaScript with version 6.
 * A field more, less or of another meaning is another format version.
 */
const schema = v.strictObject(
  {
    /** Version and build that recorded it. */
    tasklock: line(40),
    buildId: line(80),
    /** What ran, whole: the text of a program, or the source of a module with its settings. */
    subject,
    /** Which kernel; null for a module. */
    profile: v.nullable(oneOf(profileNames)),
    mutant: v.nullable(line()),
    model: oneOf(['sc', 'tso']),
    cpus: whole(1, MAX_CPUS),
    /** Where the interleaving came from; a replay does not need them. */
    seed: whole(0, 0xffffffff),
    strategy: line(),
    /** What was found; null when nothing was. */
    verdict: v.nullable(v.strictObject({ title: line(), kind: oneOf(bugKinds) })),
    steps: whole(0, MAX_STEPS),
    /** Of the state after the last step: RAM and CPUs. */
    finalHash: hash,
    checkers: v.pipe(v.array(line(40), 'a list of names'), v.maxLength(100, 'at most 100 names')),
    stepBound: whole(1, 2 ** 31 - 1),
  },
  'an object',
);

export type Header = v.InferOutput<typeof schema>;

/** The version that a header needs: the oldest that can hold it. */
export function versionOf({ subject: { kind, ...rest } }: Header): number {
  if (kind === 'javascript') return 6;
  if ('ticks' in rest) return 5;
  if ('faults' in rest) return 4;
  return kind === 'module' && 'imports' in rest ? 2 : 1;
}

/** The header, or what is wrong with it: every bad field, in one line. */
export function checkHeader(data: unknown): Header | string {
  const result = v.safeParse(schema, data);
  if (!result.success) return shapeProblems(result.issues);
  const header = result.output;
  const isScenario = header.subject.kind === 'scenario';
  if (isScenario === (header.profile !== null)) return header;
  return `profile: expected ${isScenario ? 'a profile for a scenario' : 'null for what runs no kernel'}, found ${JSON.stringify(header.profile)}`;
}
