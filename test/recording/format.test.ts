import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRecording, encodeRecording, type Recording } from '../../dist/src/recording/format.js';
import { decodeToken, encodeToken } from '../../dist/src/recording/token.js';
import { switchesOf, turnsOf, valuesOf } from '../../dist/src/recording/turns.js';
import { MOST_VALUES } from '../../dist/src/machine/limits.js';
import { choiceOf, kindOf, STEP, TICK, tickOf } from '../../dist/src/stepped/move.js';
import { problemOf, sealed } from '../support/recording-damage.ts';
import { PROGRAM, sample, someDecisions } from '../support/recording-sample.ts';

/** What is not seen where it stands: controls, format and fill characters, separators of lines, halves of pairs. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;
const anyName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const name = anyName.filter((each) => !UNSEEN.test(each));
/** Of the unseen ones those that move a cursor, begin a line or turn text round. */
const harmful = fc.constantFrom(...'\0\t\n\r\x1b\x7f\x85\x9b\u061c\u200b\u200f\u2028\u2029\u202e\u2066\ufeff');
const subject: fc.Arbitrary<Recording['subject']> = fc.oneof(
  fc.record({ kind: fc.constant('scenario' as const), name, text: fc.string({ unit: 'binary' }) }),
  fc.record({
    kind: fc.constant('scenario' as const),
    name,
    text: fc.string({ unit: 'binary' }),
    faults: fc.record({
      setting: fc.constantFrom('each', 'nth:12', 'rate:0.05'),
      sites: fc.array(fc.constantFrom('slab', 'fs_struct', 'user')),
    }),
  }),
  fc.record({
    kind: fc.constant('scenario' as const),
    name,
    text: fc.string({ unit: 'binary' }),
    ticks: fc.constantFrom('each', 'each:12', 'rate:0.05'),
  }),
  fc.record({
    kind: fc.constant('module' as const),
    name,
    text: fc.string({ unit: 'grapheme' }),
    settings: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/), fc.integer()),
  }),
  fc.record({
    kind: fc.constant('module' as const),
    name,
    text: fc.string({ unit: 'grapheme' }),
    settings: fc.constant({}),
    imports: fc.dictionary(fc.stringMatching(/^(\.\.\/)?[a-z]{1,9}\.ts$/), fc.string({ unit: 'grapheme' }), {
      minKeys: 1,
    }),
  }),
);
const turns = (cpus: number) =>
  fc.array(fc.tuple(fc.nat(cpus - 1), fc.integer({ min: 1, max: 300 })), { maxLength: 30 });
/** Stands for a move that is time that passes. */
const TIME = -1;
/** Some of the moves give a value, or are time that passes; in half of all recordings none is. */
const choices = fc.oneof(
  fc.constant([]),
  fc.array(fc.tuple(fc.nat(9000), fc.nat(MOST_VALUES - 1)), { minLength: 1, maxLength: 20 }),
  fc.array(fc.tuple(fc.nat(9000), fc.constantFrom(TIME, 3)), { minLength: 1, maxLength: 20 }),
);
const withChoices = (steps: Uint16Array, chosen: readonly (readonly [number, number])[]): Uint16Array => {
  const moves = Uint16Array.from(steps);
  for (const [at, value] of chosen) {
    const cpu = steps[at] ?? 0;
    if (at < moves.length) moves[at] = value === TIME ? tickOf(cpu) : choiceOf(cpu, value);
  }
  return moves;
};
const recording: fc.Arbitrary<Recording> = fc
  .record({
    subject,
    cpus: fc.integer({ min: 1, max: 64 }),
    tso: fc.boolean(),
    seed: fc.nat(0xffffffff),
    passed: fc.boolean(),
  })
  .chain(({ subject: what, cpus, tso, seed, passed }) =>
    fc.tuple(turns(cpus), choices).map(([runs, chosen]) => ({
      ...sample,
      subject: what,
      profile: what.kind === 'module' ? null : ('linux-6' as const),
      mutant: tso ? 'drop-task-lock' : null,
      model: tso ? ('tso' as const) : ('sc' as const),
      cpus,
      seed,
      verdict: passed ? null : sample.verdict,
      decisions: withChoices(
        Uint16Array.from(runs.flatMap(([cpu, length]) => Array.from({ length }, () => cpu))),
        chosen,
      ),
    })),
  );

/** The sample as the first build with format 1 wrote it. */
const FORMAT_1 = `
  TL1.iVRMUg0KGgoBGgEAAAE7zEYgISSmphoaJJknWqRZmBsbJxoRmTDSinXz03RLyvNxpBCM8phg-oDUHESlEix1J5YKr1xHITk_JVXBFpKqkl
  FVQqRsFczR0heK-YgaHsUd4CoOuc4EJ1VzWFItTyxJzsCsczBbIpCwQGmLgNsAYLfoKIDrIJTkjghVkhK7sbmxpZm5hZmhCdGpHqmCgfgpI784
  VaEoP79EIbMYVOslKqRkFucm5pXkgGqaotRUtLoAkV3gRiHlGGMDAwPUTGOaZpBsYZholGScYpJqZmk-mDIRo41SIYO1wxvGDkZGhpeMPNGM9x
  mZMoWbGNnEuEx1xb1k4tczMihwbWDkil7PKF8vLHuREQCrjEe9`;

test('any recording is the same after writing and reading', () => {
  fc.assert(
    fc.property(recording, (original) => {
      const bytes = encodeRecording(original);
      const read = decodeRecording(bytes, 'x.rec');
      expect(read).toEqual(original);
      expect(encodeRecording(read)).toEqual(bytes);
      const ticks = 'ticks' in original.subject || original.decisions.some((move) => kindOf(move) === TICK);
      const fails = !ticks && 'faults' in original.subject;
      expect(bytes[8] === 5).toBe(ticks);
      expect(bytes[8] === 4).toBe(fails);
      expect(bytes[8] === 3).toBe(!ticks && !fails && original.decisions.some((move) => kindOf(move) !== STEP));
    }),
    { numRuns: 300 },
  );
});

test('a name that is not one line, or not seen as it is, cannot be recorded', () => {
  fc.assert(
    fc.property(anyName, harmful, anyName, (before, character, after) => {
      const named = { ...sample.subject, name: `${before}${character}${after}` };
      expect(() => encodeRecording({ ...sample, subject: named })).toThrow('expected one line');
    }),
  );
});

test('a kernel bug of 3000 steps and 40 switches is far below 1 KiB', () => {
  expect(PROGRAM.length).toBeGreaterThan(300);
  expect(switchesOf(sample.decisions)).toBe(40);
  expect(encodeRecording(sample).length).toBeLessThan(320);
  expect(encodeRecording({ ...sample, cpus: 4, decisions: someDecisions(2, 3000, 41, 4) }).length).toBeLessThan(340);
});

test('and so is one with choices: two bytes for each, or fewer', () => {
  const decisions = sample.decisions.map((cpu, i) => (i % 75 === 7 ? choiceOf(cpu, i % 3) : cpu));
  expect(valuesOf(decisions)).toHaveLength(40);
  expect(encodeRecording({ ...sample, decisions }).length).toBeLessThan(encodeRecording(sample).length + 80);
});

test('what does not become smaller is stored', () => {
  const text = Array.from({ length: 4000 }, (_, i) =>
    String.fromCodePoint(33 + ((i * i * 31 + (i >> 3) * 17) % 90)),
  ).join('');
  const stored: Recording = { ...sample, subject: { ...sample.subject, text } };
  expect(decodeRecording(encodeRecording(stored), 'x.rec')).toEqual(stored);
});

test('turns, switches and values', () => {
  expect(turnsOf(Uint16Array.of(1, choiceOf(1, 5), 0, choiceOf(2, 0), choiceOf(2, 127)))).toEqual([
    { cpu: 1, length: 2, values: [5] },
    { cpu: 0, length: 1, values: [] },
    { cpu: 2, length: 2, values: [0, 127] },
  ]);
  expect(turnsOf(new Uint16Array(0))).toEqual([]);
  expect(switchesOf(new Uint16Array(0))).toBe(0);
  expect(switchesOf(Uint16Array.of(choiceOf(3, 1), 3))).toBe(0);
  expect(switchesOf(Uint16Array.of(1, choiceOf(1, 5), 0, choiceOf(2, 1), 2))).toBe(2);
  expect(valuesOf(Uint16Array.of(1, choiceOf(1, 5), 0, choiceOf(2, 1), 2))).toEqual([5, 1]);
});

test('a recording of format 1 is read for ever', () => {
  const read = decodeToken(FORMAT_1);
  expect(read).toEqual(sample);
});

const inOtherFormat = (one: Recording, version: number): Uint8Array => {
  const bytes = Buffer.from(encodeRecording(one));
  bytes[8] = version;
  return sealed(bytes);
};

describe('format 2 is for modules that import files of their own', () => {
  const module: Recording['subject'] = { kind: 'module', name: 'main.ts', text: 'main', settings: {} };
  const alone: Recording = { ...sample, profile: null, subject: module };
  const importing: Recording = { ...alone, subject: { ...module, imports: { 'part.ts': 'part' } } };

  test('what needs no more is written as older builds read it', () => {
    expect([sample, alone, importing].map((one) => encodeRecording(one)[8])).toEqual([1, 1, 2]);
    expect([sample, alone, importing].map((one) => encodeToken(one).slice(0, 4))).toEqual(['TL1.', 'TL1.', 'TL2.']);
    expect(decodeToken(encodeToken(importing))).toEqual(importing);
  });

  test('a header in a file of the other format is wrong, a token with the other number damaged', () => {
    for (const [one, version] of [
      [alone, 2],
      [importing, 1],
    ] as const) {
      expect(problemOf(() => decodeRecording(inOtherFormat(one, version), 'x.rec'))).toEqual({
        problem: 'wrong',
        message: `x.rec is no usable recording: its header is of format ${3 - version}`,
      });
    }
    const token = encodeToken(importing).replace('TL2', 'TL1');
    expect(problemOf(() => decodeToken(token)).problem).toBe('damaged');
  });

  test.each([['/etc/passwd'], ['a\\b.ts'], ['a\nb'], ['']])('a path such as %j is none of an import', (path) => {
    const bad: Recording = { ...alone, subject: { ...module, imports: { [path]: '' } } };
    expect(() => encodeRecording(bad)).toThrow(RangeError);
  });
});

describe('format 6 is for JavaScript', () => {
  const agents: Recording = {
    ...sample,
    profile: null,
    subject: {
      kind: 'javascript',
      name: 'test/agents.mjs',
      timeouts: 'idle',
      files: { 'agents.mjs': '0123456789abcdef', '../node_modules/a/index.js': 'fedcba9876543210' },
    },
  };

  test('with the hashes of its files', () => {
    expect(encodeRecording(agents)[8]).toBe(6);
    expect(decodeToken(encodeToken(agents))).toEqual(agents);
  });

  test.each([
    [agents, 5, 'its header is of format 6'],
    [sample, 6, 'it is of format 1'],
  ] as const)('and no other: %#', (one, version, what) => {
    expect(problemOf(() => decodeRecording(inOtherFormat(one, version), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: `x.rec is no usable recording: ${what}`,
    });
  });

  test.each([['0123456789abcde'], ['0123456789abcdeg'], ['']])('%j is no hash', (hash) => {
    const bad = { ...agents, subject: { ...agents.subject, files: { a: hash } } } as Recording;
    expect(() => encodeRecording(bad)).toThrow(RangeError);
  });
});

describe('format 5 is for interrupts', () => {
  const ticking: Recording = {
    ...sample,
    subject: { kind: 'scenario', name: 'p.prog', text: PROGRAM, ticks: 'each:2' },
  };
  const timed: Recording = { ...sample, decisions: Uint16Array.of(0, tickOf(1), choiceOf(1, 2), 0) };

  test('those that are chosen, and time that passes', () => {
    for (const one of [ticking, timed]) {
      expect(encodeRecording(one)[8]).toBe(5);
      expect(decodeToken(encodeToken(one))).toEqual(one);
    }
  });

  test.each([
    [ticking, 4, 'its header is of format 5'],
    [timed, 3, 'it has a decision of kind 2 at step 2, which is none that this tasklock knows'],
    [sample, 5, 'it is of format 1'],
  ] as const)('and no other: %#', (one, version, what) => {
    expect(problemOf(() => decodeRecording(inOtherFormat(one, version), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: `x.rec is no usable recording: ${what}`,
    });
  });

  test('time that passes has no value', () => {
    const decisions = Uint16Array.of(0, tickOf(1) | (1 << 9));
    expect(() => encodeRecording({ ...sample, decisions })).toThrow(
      'the value 1 at step 2, at which nothing is chosen',
    );
  });
});

describe('format 4 is for what fails on purpose', () => {
  const faults = { setting: 'nth:3', sites: ['slab'] };
  const failing: Recording = { ...sample, subject: { kind: 'scenario', name: 'p.prog', text: PROGRAM, faults } };

  test('it holds that, with moves that are no steps and without', () => {
    const chosen: Recording = { ...failing, decisions: Uint16Array.of(0, choiceOf(1, 1), 1) };
    for (const one of [failing, chosen]) {
      expect(encodeRecording(one)[8]).toBe(4);
      expect(decodeToken(encodeToken(one))).toEqual(one);
    }
  });

  test.each([1, 2, 3])('and format %i does not', (version) => {
    const decisions = version === 3 ? Uint16Array.of(0, choiceOf(1, 1), 1) : failing.decisions;
    expect(problemOf(() => decodeRecording(inOtherFormat({ ...failing, decisions }, version), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: 'x.rec is no usable recording: its header is of format 4',
    });
  });

  test('nor does it hold what needs none of it', () => {
    expect(problemOf(() => decodeRecording(inOtherFormat(sample, 4), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: 'x.rec is no usable recording: its header is of format 1',
    });
  });

  test('a setting that there is not is wrong', () => {
    const odd = { ...failing.subject, faults: { ...faults, setting: 'some' } } as Recording['subject'];
    expect(() => encodeRecording({ ...failing, subject: odd })).toThrow(/setting: expected each, nth:N or rate:P/);
  });
});

describe('format 3 is for moves that are no steps', () => {
  const choosing: Recording = { ...sample, decisions: Uint16Array.of(0, choiceOf(1, 2), 1, choiceOf(0, 127), 0) };

  test('it holds them, and what it does not need is wrong', () => {
    expect(encodeRecording(choosing)[8]).toBe(3);
    expect(encodeToken(choosing).slice(0, 4)).toBe('TL3.');
    expect(decodeToken(encodeToken(choosing))).toEqual(choosing);
    expect(problemOf(() => decodeRecording(inOtherFormat(sample, 3), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: 'x.rec is no usable recording: it is of format 1',
    });
    expect(problemOf(() => decodeRecording(inOtherFormat(choosing, 1), 'x.rec'))).toEqual({
      problem: 'wrong',
      message: 'x.rec is no usable recording: it has decisions that tasklock would write otherwise',
    });
  });

  test('a module that imports files and chooses is in it as well', () => {
    const imports = { 'part.ts': 'part' };
    const ran: Recording['subject'] = { kind: 'module', name: 'main.ts', text: 'main', settings: {}, imports };
    const module: Recording = { ...choosing, profile: null, subject: ran };
    expect(encodeRecording(module)[8]).toBe(3);
    expect(decodeToken(encodeToken(module))).toEqual(module);
  });
});

describe('what cannot be read back is not written', () => {
  test.each([
    [{ cpus: 65 }, 'cpus: expected a whole number from 1 to 64, found 65'],
    [{ profile: null }, 'profile: expected a profile for a scenario, found null'],
    [{ finalHash: 'xyz' }, 'finalHash: expected 16 hex digits, found "xyz"'],
    [{ cpus: 1 }, 'a decision for CPU 1 of 1'],
    [{ decisions: Uint16Array.of(0, choiceOf(2, 1)) }, 'a decision for CPU 2 of 2'],
    [
      { decisions: Uint16Array.of(0, 3 << 6) },
      'a decision of kind 3 at step 2, which is none that this tasklock knows',
    ],
    [{ decisions: Uint16Array.of(1, 1 | (5 << 9)) }, 'the value 5 at step 2, at which nothing is chosen'],
  ])('%j', (change, message) => {
    expect(() => encodeRecording({ ...sample, ...change })).toThrow(
      new RangeError(`this cannot be recorded: ${message}`),
    );
  });
});

const text = (content: string): Uint8Array => Buffer.from(content);

describe('every file that is no usable recording gets its own line', () => {
  const bytes = Buffer.from(encodeRecording(sample));
  const changed = (at: number, value: number): Uint8Array => {
    const copy = Buffer.from(bytes);
    copy[at] = value;
    return copy;
  };
  test.each<[string, Uint8Array, string, string]>([
    ['nothing', text(''), 'foreign', 'x.rec is no recording of tasklock: it is empty'],
    ['JSON', text('{"a": 1}'), 'foreign', 'x.rec is no recording of tasklock: it is JSON'],
    [
      'a program',
      text(PROGRAM),
      'foreign',
      'x.rec is no recording of tasklock: it is the text of a program, not of an execution',
    ],
    ['a text', text('hello'), 'foreign', 'x.rec is no recording of tasklock: it is a text'],
    [
      'gzip',
      Buffer.from([0x1f, 0x8b, 8, 0, 1, 2]),
      'foreign',
      'x.rec is no recording of tasklock: it is gzip; unpack it first',
    ],
    [
      'a vmcore',
      text('TLVMCORE\x01\0\0\0'),
      'foreign',
      'x.rec is no recording of tasklock: it is a memory dump of tasklock',
    ],
    [
      'ELF',
      text('\x7fELF\x02\x01\x01'),
      'foreign',
      'x.rec is no recording of tasklock: it is an ELF file, such as a program or the vmcore of a real kernel',
    ],
    [
      'binary data',
      Buffer.from([0, 1, 2, 3, 255]),
      'foreign',
      'x.rec is no recording of tasklock: it is binary data of another program',
    ],
    [
      'cut in the magic',
      bytes.subarray(0, 6),
      'cut',
      'x.rec is cut off: it ends after 6 bytes; copy it again from where it came',
    ],
    [
      'cut in the content',
      bytes.subarray(0, 100),
      'cut',
      `x.rec is cut off: it has 100 of its ${bytes.length} bytes; copy it again from where it came`,
    ],
    [
      'a changed byte',
      changed(50, (bytes[50] ?? 0) ^ 4),
      'damaged',
      'x.rec is damaged: its checksum is wrong; copy it again from where it came',
    ],
    [
      'a changed magic',
      changed(1, 0x55),
      'damaged',
      'x.rec is damaged: its checksum is wrong; copy it again from where it came',
    ],
    [
      'a changed version',
      changed(8, 2),
      'damaged',
      'x.rec is damaged: its checksum is wrong; copy it again from where it came',
    ],
    [
      'a changed length',
      changed(12, 1),
      'damaged',
      'x.rec is damaged: its checksum is wrong; copy it again from where it came',
    ],
    [
      'more behind',
      Buffer.concat([bytes, text('\n')]),
      'damaged',
      'x.rec is damaged: 1 byte follow its end; copy it again from where it came',
    ],
    [
      'as text',
      Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
      'damaged',
      'x.rec is damaged: its checksum is wrong; copy it again from where it came',
    ],
    [
      'a newer one',
      sealed(changed(8, 7)),
      'newer',
      'x.rec was made by a newer tasklock (format 7); this one reads up to 6: install that version',
    ],
    [
      'an older one',
      sealed(changed(8, 0)),
      'older',
      'x.rec was made by an older tasklock (format 0); this one reads formats from 1 on: replay it there, or record the bug again',
    ],
    [
      'another packing',
      sealed(changed(13, 2)),
      'wrong',
      'x.rec is no usable recording: its content is packed in a way that is not known (2)',
    ],
  ])('%s', (_what, damaged, problem, message) => {
    expect(problemOf(() => decodeRecording(damaged, 'x.rec'))).toEqual({ problem, message });
  });
});
