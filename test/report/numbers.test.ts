/** Every text a person reads, with none, one and two of everything and with what is missing: no "1 rounds", no "null". */
import { describe, expect, test } from 'vitest';
import { fixed, grouped, plural } from '../../dist/src/base/numbers.js';
import type { KernelResult } from '../../dist/src/lab/kernel/run.js';
import type { LabResult, LockRow } from '../../dist/src/lab/result.js';
import { type SearchFacts, shortfallOf } from '../../dist/src/report/completeness.js';
import { type KernelFacts, kernelCsv, kernelText } from '../../dist/src/report/kernel-bench.js';
import { labCsv } from '../../dist/src/report/lab-csv.js';
import { labHtml } from '../../dist/src/report/lab-html/page.js';
import { labText } from '../../dist/src/report/lab-text.js';
import { momentLines } from '../../dist/src/report/bug-text.js';
import { stressText } from '../../dist/src/report/stress-text.js';
import type { StressResult } from '../../dist/src/smp/stress-result.js';
import { labResult } from '../support/lab-result.ts';

const WORDS =
  'CPU|core|round|row|line|pause|bug|return|call|check|lock|load|program|socket|scenario|execution|preemption|step';

/** What must not be in a text. */
function wrongIn(text: string): string[] {
  const one = new RegExp(String.raw`(?<![\d.,])\b1 (?:more |different |system )*(?:${WORDS})s\b`, 'g');
  const many = new RegExp(String.raw`\b(?:0|[2-9]) (?:more |different |system )*(?:${WORDS})(?![\w#-])`, 'g');
  const missing = /\b(?:null|undefined|NaN|Infinity|\[object \w+\])\b/g;
  return [one, many, missing].flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => found));
}

test('what is wrong in a text is found', () => {
  expect(wrongIn('1 rounds, 21 rounds, 2 round, 1 more lines, tas null, near')).toEqual([
    '1 rounds',
    '1 more lines',
    '2 round',
    'null',
  ]);
  expect(wrongIn('1 round, 2 rounds, 0 rounds, 1 001 rounds, 2 row-major')).toEqual([]);
});

test('numbers of things', () => {
  expect([0, 1, 2, 1234].map((n) => plural(n, 'switch', 'switches'))).toEqual([
    '0 switches',
    '1 switch',
    '2 switches',
    '1 234 switches',
  ]);
  const none = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(none.flatMap((n) => [grouped(n), fixed(n, 2)])).toEqual(Array.from({ length: 6 }, () => '-'));
  expect([fixed(null, 1), fixed(undefined, 1), fixed(1.25, 1)]).toEqual(['-', '-', '1.3']);
});

const result = (n: number): StressResult => ({
  scenario: 's',
  program: 'p',
  profile: 'linux-6',
  cpus: n,
  seed: 1,
  verdict: 'pass',
  bugs: [],
  known: [],
  checks: n,
  always: { looks: n, asked: n, atPauses: ['x == y'] },
  faults: { setting: 'rate:0.1', sites: [], asked: n, failed: n },
  ticks: { setting: 'rate:0.1', taken: n },
  seconds: 0,
  syscalls: n,
  statistics: {
    calls: Array.from({ length: 12 + n }, (_, i) => ({ name: `call${i}`, calls: n, errors: 0 })),
    byCpu: Array.from({ length: 12 + n }, () => n),
    locks: [{ name: 'alloc_lock', acquisitions: 0, contentions: 0 }],
  },
  locks: [],
  cpuStates: [],
  dump: null,
  dumpTrouble: null,
  interrupted: false,
});

describe.each([0, 1, 2])('of %i', (n) => {
  test('stress', () => {
    const bug = { title: 'leak: x in y', kind: 'leak', function: 'y', cpu: 0, lines: [] } as const;
    const bugs = Array.from({ length: n }, () => bug);
    expect(wrongIn(stressText(result(n)))).toEqual([]);
    expect(wrongIn(stressText({ ...result(n), bugs, verdict: 'bug' }))).toEqual([]);
    const many = Array.from({ length: 8 + n }, () => bug);
    expect(wrongIn(stressText({ ...result(n), bugs: many, verdict: 'bug' }))).toEqual([]);
  });

  test('the tables of bench', () => {
    const lab = labResult({ locks: ['tas', 'mcs'], cpus: [Math.max(1, n), 2 * Math.max(1, n)] });
    const rows = lab.rows.map(
      (row): LockRow => ({ ...row, rounds: n, transfers: null, load: { ...row.load, touch: n } }),
    );
    const still = rows.map((row): LockRow => ({ ...row, throughput: { min: 0, median: 0, max: 0 } }));
    const native = rows.map(({ lock, load, throughput }, i) => ({
      lock,
      load,
      throughput,
      rounds: n,
      ofRounds: n,
      perCpu: [n],
      minShare: Number.NaN,
      jain: 1,
      phase: i === 0 ? null : ('near' as const),
    }));
    const odd: LabResult = {
      ...lab,
      rows,
      native: [...native, { ...native[0], lock: 'gone' } as (typeof native)[number]],
      uncontended: [{ lock: 'tas', ns: Number.POSITIVE_INFINITY, wasmNs: null, atomicsNs: 0, nativeNs: null }],
      modelCheck: [{ lock: 'tas', cpus: 2, real: 1, model: 0, error: 0 }],
      machine: { ...lab.machine, cores: n, sockets: n },
    };
    for (const one of [odd, { ...odd, rows: still }, { ...odd, rows: [] }]) {
      expect(wrongIn(labText(one, 'none', true))).toEqual([]);
      expect(wrongIn(labText({ ...one, machine: { ...one.machine, clock: 'real' } }, 'none', true))).toEqual([]);
      expect(wrongIn(labCsv(one, 'none'))).toEqual([]);
      const [body = ''] = labHtml(one).split('<script');
      expect(wrongIn(body.replaceAll(/<[^>]*>/g, ' '))).toEqual([]);
      expect(wrongIn(body)).toEqual([]);
    }
  });

  test('the tables of bench syscalls', () => {
    const throughput = { min: 0, median: 0, max: 0 };
    const shared = { conBounces: 0, contentions: 0, waitMin: 0, waitMax: 0, waitTotal: 0, acqBounces: 0 };
    const row = {
      program: 'p',
      cpus: n,
      locks: [],
      rounds: n,
      ofRounds: n,
      phase: null,
      throughput,
      perCpu: [n],
      minShare: Number.NaN,
      jain: 1,
      calls: [
        {
          name: 'open',
          perSecond: n,
        },
      ],
      lockStat: [
        {
          name: 'l',
          ...shared,
          acquisitions: 0,
          holdMin: 0,
          holdMax: 0,
          holdTotal: 0,
          points: [],
          blockers: [],
        },
      ],
      contention: {
        caller: [],
        lock: [],
      },
    } as unknown as KernelResult['rows'][number];
    const other = { ...row, locks: [{ lock: 'task', algorithm: 'mcs' }] } as unknown as typeof row;
    const kernel = { rows: [row, other], pingPongNs: null, load: 9, seconds: 1, interrupted: false };
    const facts: KernelFacts = { what: 'scenario', profile: 'linux-6', processor: 'x', cores: n, node: '20' };
    for (const one of [kernel, { ...kernel, rows: [] }]) {
      expect(wrongIn(kernelText(one, facts, 'none', { stat: true, contention: 'caller' }))).toEqual([]);
      expect(wrongIn(kernelCsv(one, 'none'))).toEqual([]);
    }
  });

  test('why a search is not complete', () => {
    const part = {
      name: 'x',
      end: 'executions',
      executions: 5,
      redundant: 0,
      repeated: 0,
      bounded: n,
      steps: 9,
      grown: 0,
    };
    const facts = { exhaustive: true, preemptions: n, interrupted: false, left: n, missing: [], isShard: false };
    const all: SearchFacts = { ...facts, parts: [part as SearchFacts['parts'][number]] };
    const ended: SearchFacts['parts'] = [{ ...part, bounded: 0, end: 'exhausted' }];
    for (const one of [all, { ...all, left: 0 }, { ...all, left: 0, parts: ended }]) {
      expect(wrongIn(shortfallOf(one)?.why ?? '')).toEqual([]);
    }
  });

  test('a moment that is cut', () => {
    expect(wrongIn(momentLines(Array.from({ length: 24 + n }, () => 'x')).join('\n'))).toEqual([]);
  });
});

test('one round has no spread', () => {
  const lab = labResult({ locks: ['tas'], cpus: [1] });
  const text = (rounds: number): string =>
    labText({ ...lab, rows: lab.rows.map((row) => ({ ...row, rounds, transfers: null })) }, 'none', false);
  expect(text(1)).not.toContain('%');
  expect(text(3)).toContain(' 10%');
});

const said = (checks: number): string => stressText({ ...result(2), checks }).replaceAll(/\s+/g, ' ');

test('one pause', () => {
  expect(said(1)).toContain('every invariant held at the one pause, nothing was left');
  expect(said(6)).toContain('every invariant held at each of 6 pauses, nothing was left');
});
