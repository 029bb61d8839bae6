/**
 * Damaged files: each is either the same recording after all or a RecordingError. A CRC-32 misses a random change once
 * in 4 billion; the seed is fixed, so these ten thousand are either all caught or not.
 */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeRecording, encodeRecording, type Recording } from '../../dist/src/recording/format.js';
import { RecordingError } from '../../dist/src/recording/recording-error.js';
import { decodeToken, encodeToken } from '../../dist/src/recording/token.js';
import { Random } from '../../dist/src/base/random.js';
import { choiceOf } from '../../dist/src/stepped/move.js';
import { packed, problemOf, sealed } from '../support/recording-damage.ts';
import { sample, someDecisions } from '../support/recording-sample.ts';

const samples: readonly Recording[] = [
  sample,
  { ...sample, cpus: 5, decisions: someDecisions(4, 900, 300, 5) },
  { ...sample, decisions: sample.decisions.map((cpu, i) => (i % 60 === 7 ? choiceOf(cpu, i % 5) : cpu)) },
  { ...sample, verdict: null, decisions: new Uint16Array(0), subject: { kind: 'scenario', name: 'x', text: '' } },
];

/** Each changes a copy in place or returns another. */
const damages: Readonly<Record<string, (file: Buffer, random: Random) => Buffer>> = {
  'one bit': (file, random) => flip(file, random, 1),
  'some bits': (file, random) => flip(file, random, 2 + random.below(6)),
  'swapped bytes': (file, random) => {
    const a = random.below(file.length);
    const b = random.below(file.length);
    [file[a], file[b]] = [file[b] ?? 0, file[a] ?? 0];
    return file;
  },
  'inserted bytes': (file, random) => {
    const at = random.below(file.length + 1);
    const more = Buffer.from(Array.from({ length: 1 + random.below(5) }, () => random.below(256)));
    return Buffer.concat([file.subarray(0, at), more, file.subarray(at)]);
  },
  'removed bytes': (file, random) => {
    const at = random.below(file.length);
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 1 + random.below(5))]);
  },
  'a zeroed block': (file, random) => {
    const at = random.below(file.length);
    return file.fill(0, at, Math.min(file.length, at + 1 + random.below(64)));
  },
  'cut off': (file, random) => file.subarray(0, random.below(file.length)),
  'random bytes behind a right beginning': (file, random) => {
    for (let i = 8 + random.below(20); i < file.length; i++) file[i] = random.below(256);
    return file;
  },
  // The rest has a checksum that is right, as a hostile writer would make it.
  'a sealed change of the content': (file, random) => Buffer.from(sealed(flip(file.subarray(0), random, 1, 13))),
  'a sealed cut': (file, random) => Buffer.from(sealed(file.subarray(0, 18 + random.below(file.length - 18)))),
  'sealed random content': (file, random) => {
    for (let i = 14; i < file.length; i++) file[i] = random.below(256);
    file[13] = random.below(2);
    return Buffer.from(sealed(file));
  },
};

function flip(file: Buffer, random: Random, bits: number, from = 0): Buffer {
  for (let i = 0; i < bits; i++) {
    const at = from + random.below(file.length - from);
    file[at] = (file[at] ?? 0) ^ (1 << random.below(8));
  }
  return file;
}

type Fate = 'same' | 'another' | RecordingError['problem'];

function fateOf(bytes: Uint8Array, original: Recording): Fate {
  try {
    const read = decodeRecording(bytes, 'x.rec');
    return Buffer.compare(encodeRecording(read), encodeRecording(original)) === 0 ? 'same' : 'another';
  } catch (error) {
    if (error instanceof RecordingError) {
      expect(error.message).toMatch(/^x\.rec [^\n]+$/);
      return error.problem;
    }
    throw error;
  }
}

describe('ten thousand damaged files', () => {
  const rounds = 910;
  test.each(Object.keys(damages))('%s', (kind) => {
    const random = new Random(kind.length);
    const fates = new Map<Fate, number>();
    for (let round = 0; round < rounds; round++) {
      const original = samples[round % samples.length] ?? sample;
      const whole = Buffer.from(encodeRecording(original));
      const damaged = damages[kind]?.(Buffer.from(whole), random) ?? whole;
      const fate = fateOf(damaged, original);
      fates.set(fate, (fates.get(fate) ?? 0) + 1);
    }
    // A sealed change of the content can be a recording of its own: only who means it makes one.
    if (!kind.includes('sealed')) expect(fates.get('another') ?? 0).toBe(0);
    if (kind === 'one bit') expect([...fates]).toEqual([['damaged', rounds]]);
    if (kind === 'cut off') expect([...fates.keys()].sort()).toEqual(['cut', 'foreign']);
    expect([...fates.values()].reduce((sum, count) => sum + count, 0)).toBe(rounds);
  });
});

/** One of the oldest format, one of the newest. */
const [steps = sample, , choosing = sample] = samples;

test.each([steps, choosing])('a bit flip anywhere is reported as damage', (one) => {
  const whole = encodeRecording(one);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const damaged = Uint8Array.from(whole);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(problemOf(() => decodeRecording(damaged, 'x.rec')).problem).toBe('damaged');
  }
});

test.each([steps, choosing])('a cut anywhere is reported as one', (one) => {
  const whole = encodeRecording(one);
  for (let length = 1; length < whole.length; length++) {
    expect(problemOf(() => decodeRecording(whole.subarray(0, length), 'x.rec')).problem).toBe('cut');
  }
});

test.each([steps, choosing])('a changed character of a token', (one) => {
  const token = encodeToken(one);
  for (let at = 4; at < token.length - 1; at++) {
    const other = token[at] === 'x' ? 'y' : 'x';
    const { problem } = problemOf(() => decodeToken(token.slice(0, at) + other + token.slice(at + 1)));
    // One character holds bits of the length and of what follows it: the file then seems to be longer.
    expect(problem).toBe(at === 21 ? 'cut' : 'damaged');
  }
});

/** A sealed file of version 1 with any content. */
const inFrame = (packing: number, content: Uint8Array): Uint8Array => {
  const frame = Buffer.from([...encodeRecording(sample).subarray(0, 13), packing, ...content, 0, 0, 0, 0]);
  return sealed(frame);
};

const { decisions, finalHash, checkers, stepBound, ...rest } = sample;
const header = { ...rest, steps: decisions.length, finalHash, checkers, stepBound };

describe('content that makes no sense, with a checksum that is right', () => {
  const fields: [string, unknown, string][] = [
    ['tasklock', 7, 'tasklock: expected one line of 1 to 40 characters, found 7'],
    ['buildId', 'a\nb', 'buildId: expected one line of 1 to 80 characters, found "a\\nb"'],
    [
      'subject',
      { kind: 'kernel' },
      'subject.kind: expected a subject of kind "scenario", "module" or "javascript", found "kernel"',
    ],
    ['subject', { kind: 'scenario', name: 'x' }, 'subject.text: missing'],
    ['profile', 'linux-7', 'profile: expected one of desai-2005, linux-2.6.16, linux-6, found "linux-7"'],
    ['mutant', 1, 'mutant: expected one line of 1 to 400 characters, found 1'],
    ['model', 'arm', 'model: expected one of sc, tso, found "arm"'],
    ['cpus', 65, 'cpus: expected a whole number from 1 to 64, found 65'],
    ['seed', 1.5, 'seed: expected a whole number from 0 to 4294967295, found 1.5'],
    ['strategy', null, 'strategy: expected one line of 1 to 400 characters, found null'],
    ['verdict', { title: 'x' }, 'verdict.kind: missing'],
    [
      'verdict',
      { title: 'x', kind: 'typo' },
      'verdict.kind: expected one of use-after-free, double-free, leak, refcount, deadlock, livelock, lock-order, sleep-in-atomic, data-race, spec, assert, isolation, found "typo"',
    ],
    ['steps', 2 ** 40, 'steps: expected a whole number from 0 to 16777216, found 1099511627776'],
    ['finalHash', 'f', 'finalHash: expected 16 hex digits, found "f"'],
    ['checkers', ['x', 2], 'checkers.1: expected one line of 1 to 40 characters, found 2'],
    ['stepBound', 0, 'stepBound: expected a whole number from 1 to 2147483647, found 0'],
    ['speed', 1, 'speed: unknown field'],
  ];
  test.each(fields)('%s %j', (field, value, message) => {
    const file = packed(JSON.stringify({ ...header, [field]: value }), [0, 0]);
    const expected = `x.rec is no usable recording: its header is wrong: ${message}`;
    expect(problemOf(() => decodeRecording(file, 'x.rec'))).toEqual({ problem: 'wrong', message: expected });
  });

  test('every bad field is named, in one line', () => {
    const file = packed(JSON.stringify({ ...header, cpus: 0, model: undefined, seed: 'x' }), []);
    const { message } = problemOf(() => decodeRecording(file, 'x.rec'));
    const seed = 'seed: expected a whole number from 0 to 4294967295, found "x"';
    expect(message).toContain(
      `its header is wrong: model: missing; cpus: expected a whole number from 1 to 64, found 0; ${seed}`,
    );
  });

  const small = JSON.stringify({ ...header, steps: 3 });
  const module = { kind: 'module', name: 'a.ts', text: '', settings: { __proto__: null, R: 1 } };
  const polluted = JSON.stringify({ ...header, subject: module, profile: null }).replace('"R"', '"__proto__"');
  test.each<[string, string, number[], string]>([
    ['no JSON', small.slice(0, 130), [], 'its header is no valid JSON'],
    ['spaces in the header', ` ${small}`, [0, 2], 'its header was not written by tasklock'],
    ['a field twice', small.replace('{', '{"seed":7,'), [0, 2], 'its header was not written by tasklock'],
    ['a name that is no constant', polluted, [0, 2], 'its header was not written by tasklock'],
    ['no decisions', small, [], 'it has no decisions for its 3 steps'],
    ['a CPU that is not there', small, [2, 2], 'it has a decision for CPU 2 of 2'],
    ['too few steps', small, [0, 1], 'it has decisions for 2 of its 3 steps'],
    ['too many steps', small, [0, 0x80, 0x80, 0x80, 0x80, 0x01], 'it has decisions for more than its 3 steps'],
    [
      'a number without end',
      small,
      [0, ...Array.from({ length: 40 }, () => 0xff)],
      'it has a run after step 0 that is no number',
    ],
    ['a number cut off', small, [0, 1, 0x80], 'it has a run after step 2 that is no number'],
    ['a number with leading zeros', small, [0, 0x82, 0], 'it has a run after step 0 that is no number'],
    ['bytes behind', small, [0, 2, 0], 'it has decisions that tasklock would write otherwise'],
  ])('%s', (_what, json, bytes, problem) => {
    const { message } = problemOf(() => decodeRecording(packed(json, bytes), 'x.rec'));
    expect(message).toBe(`x.rec is no usable recording: ${problem}`);
  });

  test.each<[string, number[], string]>([
    ['no choices', [0, 2], 'it is of format 1'],
    ['a number cut off', [0, 2, 0, 0x80], 'it has a choice after step 0 that is no number'],
    ['a place alone', [0, 2, 1], 'it has a choice after step 0 that is no number'],
    ['a place behind the end', [0, 2, 3, 1], 'it has a choice behind the last of its 3 steps'],
    ['another such place', [0, 2, 2, 1, 0, 1], 'it has a choice behind the last of its 3 steps'],
    ['a step', [0, 2, 0, 0], 'it has a decision of kind 0 at step 1, which is none that this tasklock knows'],
    ['an unknown kind', [0, 2, 1, 2], 'it has a decision of kind 2 at step 2, which is none that this tasklock knows'],
    ['a value that is too high', [0, 2, 1, 0x81, 8], 'it has the choice of 128 at step 2; the highest is 127'],
    ['a CPU that is not there', [2, 2, 0, 1], 'it has a decision for CPU 2 of 2'],
    ['leading zeros', [0, 2, 0x80, 0, 1], 'it has a choice after step 0 that is no number'],
    ['turns that are not whole', [0, 1, 0x80], 'it has a run after step 2 that is no number'],
    ['turns that are too long', [0, 0, 2, 0, 1], 'it has decisions for more than its 3 steps'],
  ])('moves: %s', (_what, bytes, problem) => {
    const { message } = problemOf(() => decodeRecording(packed(small, bytes, 3), 'x.rec'));
    expect(message).toBe(`x.rec is no usable recording: ${problem}`);
  });

  test('a header that is said to be longer than the file', () => {
    const { message } = problemOf(() =>
      decodeRecording(inFrame(0, Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f, 1])), 'x.rec'),
    );
    expect(message).toBe('x.rec is no usable recording: its header is longer than the file');
  });

  test('deflated data that is cut off', () => {
    const content = encodeRecording(sample).subarray(14, -4);
    for (let length = 0; length < content.length; length++) {
      const { problem } = problemOf(() => decodeRecording(inFrame(1, content.subarray(0, length)), 'x.rec'));
      expect(problem).toBe('wrong');
    }
  });

  test('deflated data that unpacks to more than there may be', () => {
    const bomb = deflateRawSync(Buffer.alloc(80 * 1024 * 1024), { level: 9 });
    const before = process.memoryUsage().arrayBuffers;
    const { message } = problemOf(() => decodeRecording(inFrame(1, bomb), 'x.rec'));
    expect(message).toMatch(/^x\.rec is no usable recording: its content cannot be unpacked: /);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
  });
});
