import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cores, nodeVersion, OLDEST_NODE, terminal } from '../../dist/src/cli/doctor-checks.js';
import { tasklock } from '../support/cli-process.ts';

const NAMES = [
  'Node',
  'processor',
  'shared memory',
  'RAM',
  'machine',
  'search threads',
  'temporary files',
  'recordings',
  'terminal',
];

test('where the tests pass nothing fails, and --json says the same', async () => {
  const { code, stdout, stderr } = await tasklock(['doctor', '--json']);
  expect(stderr).toBe('');
  const { checks, ...document } = JSON.parse(stdout);
  expect(document).toMatchObject({ schema: 'tasklock.doctor/1', command: 'doctor', ok: true });
  expect(checks.map(({ name }: { readonly name: string }) => name)).toEqual(NAMES);
  expect(checks.filter(({ state }: { readonly state: string }) => state === 'failed')).toEqual([]);
  expect(code).toBe(0);
});

test('a directory that cannot be written to is named, exit 2; all other checks are made', async () => {
  const { code, stdout } = await tasklock(['doctor', '--out', '/proc/nowhere/below']);
  expect(stdout).toMatch(/^FAILED {2}recordings +\S/m);
  expect(stdout).toMatch(/^ok {6}search threads +64 executions on 2 threads, with their start \d+ ms$/m);
  expect(stdout).toMatch(/\ntasklock cannot work here: 1 check failed\n$/);
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(code).toBe(2);
});

test('which Node is too old, as package.json has it', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(engines.node).toBe(`>=${OLDEST_NODE.join('.')}`);
  expect(['20.19.0', '20.20.2', '22.1.0'].map(nodeVersion)).toEqual(['20.19.0', '20.20.2', '22.1.0']);
  expect(['20.18.9', '18.20.0'].map(nodeVersion)).toEqual([
    { failed: '20.18.9; it takes 20.19 or newer' },
    { failed: '18.20.0; it takes 20.19 or newer' },
  ]);
});

test('what is only to be known', () => {
  expect(cores(2)).toBe('2 cores');
  expect(cores(1)).toMatchObject({ note: expect.stringMatching(/^1 core: /) });
  expect(terminal(80, { TERM: 'xterm' })).toBe('80 columns; TERM is xterm');
  expect(terminal(79, { NO_COLOR: '1' })).toMatchObject({
    note: expect.stringMatching(/^79 columns; NO_COLOR is set: /),
  });
  expect(terminal(undefined, {})).toBe('stdout is no terminal; TERM is not set');
});
