import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-cli-conform-'));
afterAll(() => rmSync(directory, { recursive: true }));
const oracle = (name: string): string => inRepository(`test/oracle/${name}`);

test('a passing file exits 0 with a table and a verdict', async () => {
  const { code, stdout, stderr } = await tasklock(['conform', oracle('directed.jsonl')]);
  expect(stdout).toMatch(
    /^file +cases +passed +failed\n.*directed\.jsonl +30 +30 +0\nPASS: linux-6 answers as recorded\n$/,
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

test('--json is one document of the promised shape', async () => {
  const { code, stdout } = await shared(['conform', '--json', oracle('clone.json')]);
  expect(JSON.parse(stdout)).toEqual({
    schema: 'tasklock.conform/1',
    command: 'conform',
    profile: 'linux-6',
    files: [{ file: oracle('clone.json'), cases: 523, passed: 523, failed: 0, known: 0 }],
    failures: [],
    known: [],
  });
  expect(code).toBe(0);
});

test('a difference exits 1 and shows case, step, expected and got', async () => {
  const [line = ''] = readFileSync(oracle('directed.jsonl'), 'utf8').split('\n');
  const program = JSON.parse(line);
  program.ops[0].st.live = '0f';
  const path = join(directory, 'altered.jsonl');
  writeFileSync(path, JSON.stringify(program));
  const text = await shared(['conform', path]);
  expect(text.stdout).toContain(`${path}: ${program.name}, step 0\n  expected `);
  expect(text.stdout).toContain('\n  got      ');
  expect(text.stdout).toContain('FAIL: 1 case differs from');
  expect(text.code).toBe(1);
  const json = await shared(['conform', path, '--json']);
  expect(Object.keys(JSON.parse(json.stdout).failures[0])).toEqual(['file', 'case', 'step', 'expected', 'got']);
  expect(json.code).toBe(1);
});

test('an older profile with portable.json says which program a known finding explains', async () => {
  const files = ['portable.json', 'programs.jsonl'].map(oracle);
  const { code, stdout } = await shared(['conform', '--profile', 'linux-2.6.16', ...files]);
  expect(stdout).toContain('known: seed 161 differs by finding fs-moved-by-failed-unshare');
  expect(stdout).toMatch(/programs\.jsonl +352 +352 +0\nPASS: linux-2\.6\.16 answers as recorded\n$/);
  expect(code).toBe(0);
});
