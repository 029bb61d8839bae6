import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { conform } from '../../dist/src/conform/conform.js';
import { ConformError } from '../../dist/src/conform/read.js';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-conform-'));
afterAll(() => rmSync(directory, { recursive: true }));

const recorded = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../oracle/${name}`, import.meta.url)), 'utf8');

/** Writes a file and returns its path. */
function put(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** What a file is refused with. */
const refused = (path: string): string => {
  try {
    conform([path], 'linux-6');
  } catch (error) {
    expect(error).toBeInstanceOf(ConformError);
    return (error as Error).message;
  }
  throw new Error(`${path} was accepted`);
};

describe('a recording that was altered', () => {
  test('one answer of one step: that program fails at that step, the others pass', () => {
    const programs = recorded('directed.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const program = programs[3];
    const step = program.ops.findIndex((op: { op: string }) => op.op === 'clone');
    program.ops[step].r = 'T9';
    const path = put('altered.jsonl', programs.map((each) => JSON.stringify(each)).join('\n'));
    const result = conform([path], 'linux-6');
    expect(result.files).toEqual([{ file: path, cases: 30, passed: 29, failed: 1, known: 0 }]);
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]).toMatchObject({ file: path, case: program.name, step });
    expect(result.failures[0]?.expected).toContain('"T9"');
    expect(result.failures[0]?.got).toContain('"T1"');
  });

  test('one bit of what two tasks share afterwards', () => {
    const table = JSON.parse(recorded('clone.json'));
    const altered = table.cases.find((each: { shared?: object }) => each.shared !== undefined);
    altered.shared.FILES = 1 - altered.shared.FILES;
    const path = put('clone.json', JSON.stringify(table));
    const result = conform([path], 'linux-6');
    expect(result.files).toEqual([{ file: path, cases: 523, passed: 522, failed: 1, known: 0 }]);
    const [failure] = result.failures;
    expect(failure?.step).toBeNull();
    expect(JSON.parse(failure?.expected ?? '').shared.FILES).toBe(altered.shared.FILES);
    expect(JSON.parse(failure?.got ?? '').shared.FILES).toBe(1 - altered.shared.FILES);
  });

  test('everything: at most 50 failures are listed, all are counted', () => {
    const table = JSON.parse(recorded('clone.json'));
    for (const each of table.cases) each.result = 'EXDEV';
    const result = conform([put('all.json', JSON.stringify(table))], 'linux-6');
    expect(result.files[0]?.failed).toBe(table.cases.length);
    expect(table.cases.length).toBeGreaterThan(50);
    expect(result.failures).toHaveLength(50);
  });
});

describe('a file that is no recording', () => {
  test('missing', () => {
    const path = join(directory, 'nosuch.json');
    expect(refused(path)).toBe(`there is no file ${path}`);
  });

  test('a directory', () => expect(refused(directory)).toBe(`${directory} is not a file`));

  test('empty', () => expect(refused(put('empty.json', ''))).toContain('is empty'));

  test('broken in the middle of a list of programs: the line is named', () => {
    const lines = recorded('directed.jsonl').trim().split('\n');
    const broken = [...lines.slice(0, 4), (lines[4] ?? '').slice(0, 100), ...lines.slice(5)].join('\n');
    const path = put('broken.jsonl', broken);
    expect(refused(path)).toContain(`${path}:5: no valid JSON`);
  });

  test('valid JSON of something else', () => {
    const path = put('package.json', '{"name": "tasklock"}');
    expect(refused(path)).toMatch(/is no recording: expected "ops", "cases", "groups" or "P16"/);
  });

  test('JSON that is no object', () => expect(refused(put('number.json', '7'))).toContain('expected an object'));
});
