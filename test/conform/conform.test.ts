import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { conform } from '../../dist/src/conform/conform.js';

const oracle = (name: string): string => fileURLToPath(new URL(`../oracle/${name}`, import.meta.url));
const file = (name: string, cases: number, known = 0) => ({
  file: oracle(name),
  cases,
  passed: cases,
  failed: 0,
  known,
});

test('linux-6 answers every recorded case as the real kernel did', () => {
  const files = ['clone.json', 'unshare.json', 'programs.jsonl', 'directed.jsonl'];
  expect(conform(files.map(oracle), 'linux-6')).toMatchObject({
    schema: 'tasklock.conform/1',
    command: 'conform',
    profile: 'linux-6',
    files: [
      file('clone.json', 523),
      file('unshare.json', 7945),
      file('programs.jsonl', 500),
      file('directed.jsonl', 30),
    ],
    failures: [],
    known: [],
  });
});

describe('an older profile answers clone and the portable programs as recorded', () => {
  const files = ['portable.json', 'clone.json', 'programs.jsonl', 'directed.jsonl'];

  test('linux-2.6.16, with the one program that meets a known finding', () => {
    const result = conform(files.map(oracle), 'linux-2.6.16');
    expect(result.failures).toEqual([]);
    expect(result.files).toEqual([
      file('portable.json', 0),
      file('clone.json', 523),
      file('programs.jsonl', 352, 1),
      file('directed.jsonl', 23),
    ]);
    expect(result.known).toMatchObject([{ case: 'seed 161', finding: 'fs-moved-by-failed-unshare' }]);
  });

  test('desai-2005', () => {
    const result = conform(files.map(oracle), 'desai-2005');
    expect(result.failures).toEqual([]);
    expect(result.known).toEqual([]);
    expect(result.files).toEqual([
      file('portable.json', 0),
      file('clone.json', 523),
      file('programs.jsonl', 240),
      file('directed.jsonl', 16),
    ]);
  });
});

test('the oracle tells profiles apart: unshare.json is linux-6 and not linux-2.6.16', () => {
  const result = conform([oracle('unshare.json')], 'linux-2.6.16');
  expect(result.files[0]?.cases).toBe(7945);
  expect(result.files[0]?.failed).toBeGreaterThan(50);
  expect(result.failures).toHaveLength(50);
});
