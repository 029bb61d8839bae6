/** Whoever reads the output may leave, or not be able to take it: no call chain, and no exit code that says "a bug" without one. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inRepository, MAIN, tasklock } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-pipe-'));
afterAll(() => rmSync(directory, { recursive: true }));

const found = await tasklock(
  [
    'explore',
    inRepository('examples/spinlock-broken.ts'),
    '--strategy',
    'random',
    '--executions',
    '300',
    '--seed',
    '1',
    '--json',
    '--quiet',
  ],
  { cwd: directory },
);
const recording = join(directory, JSON.parse(found.stdout).bugs[0].recording);

const commands: readonly (readonly [args: readonly string[], code: number])[] = [
  [['--help'], 0],
  [['list', 'locks'], 0],
  [['run', inRepository('examples/failed-unshare.prog')], 0],
  [['explore', inRepository('examples/spinlock.ts'), '--strategy', 'dpor', '--quiet'], 0],
  [
    [
      'explore',
      inRepository('examples/spinlock-broken.ts'),
      '--strategy',
      'random',
      '--executions',
      '300',
      '--seed',
      '1',
      '--quiet',
    ],
    1,
  ],
  [['replay', recording], 1],
  [['minimize', recording, '--quiet'], 1],
  [['conform', inRepository('test/oracle/directed.jsonl')], 0],
  [['stress', 'pid-churn', '--iterations', '3', '--quiet'], 0],
  [['bench', 'locks', 'mcs', '--clock', 'model', '--cpus', '2', '--quiet'], 0],
];

describe.each(commands)('tasklock %j', (args, code) => {
  test('a pipe that nobody reads: the code of the finding, and nothing on stderr', async () => {
    const ended = await intoClosedPipe(args);
    expect(ended).toEqual({ code, stderr: '' });
  });

  test('/dev/full: one line, and 2 where all was well otherwise', () => {
    const line = ['sh', '-c', 'exec "$0" "$@" >/dev/full', process.execPath, MAIN, ...args] as const;
    const { status, stderr } = spawnSync(line[0], line.slice(1), { cwd: directory, encoding: 'utf8' });
    expect(stderr).toBe('tasklock: stdout: no space left on the disk (ENOSPC)\n');
    expect(status).toBe(code === 0 ? 2 : code);
  });
});

test('stderr that nobody reads changes nothing', () => {
  const args = ['-c', 'exec "$0" "$@" 2>/dev/full', process.execPath, MAIN, 'list', 'profiles'];
  const { status, stdout } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(stdout).toMatch(/^desai-2005 /);
  expect(status).toBe(0);
});

test('a long document reaches a slow reader whole', async () => {
  const args = ['-c', '"$0" "$@" | (sleep 1; cat)', process.execPath, MAIN, 'conform', '--json'];
  const { stdout } = spawnSync('sh', [...args, inRepository('test/oracle/clone.json')], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(JSON.parse(stdout).files).toHaveLength(1);
});

function intoClosedPipe(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stderr }));
  });
}
