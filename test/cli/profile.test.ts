/** `--profile` against the `profile` line of a program: the option wins in every command, and stderr says so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-profile-'));
afterAll(() => rmSync(directory, { recursive: true }));

const BODY = 'task a:\n    r = unshare(SYSVSEM)\n    expect r == EINVAL\n';
writeFileSync(join(directory, 'says.prog'), `cpus 1\nprofile linux-2.6.16 # as merged\n${BODY}`);
writeFileSync(join(directory, 'default.prog'), `cpus 1\n${BODY}`);

const QUICK: Readonly<Record<string, readonly string[]>> = {
  run: [],
  explore: ['--executions', '2', '--seed', '1', '--quiet'],
  stress: ['--iterations', '1', '--seed', '1', '--quiet'],
  'bench scenario': ['--cpus', '1', '--rounds', '1', '--duration', '50ms', '--quiet'],
};

describe.each(Object.entries(QUICK))('tasklock %s', (command, options) => {
  const perform = (file: string, ...profile: string[]) =>
    shared([...command.split(' '), file, ...options, '--json', ...profile], { cwd: directory });

  test.each(['says.prog', 'default.prog'])('%s on another kernel than it is written for', async (file) => {
    const { stdout, stderr } = await perform(file, '--profile', 'linux-6');
    const [said] = stderr.split('\n');
    expect(said).toBe(`tasklock: ${file} is written for linux-2.6.16; it runs on linux-6 (--profile)`);
    expect(JSON.parse(stdout).profile).toBe('linux-6');
  });

  test('on its own there is nothing to say', async () => {
    const { stdout, stderr } = await perform('says.prog', '--profile', 'linux-2.6.16');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).profile).toBe('linux-2.6.16');
  });
});

test('what the program expects is held against that kernel, at its own line', async () => {
  const { code, stdout } = await shared(['run', 'default.prog', '--profile', 'linux-6'], { cwd: directory });
  expect(stdout).toContain('default.prog:4: expect r == EINVAL');
  expect(code).toBe(1);
});

test('a recording replays on the kernel that the option named', async () => {
  const args = ['explore', 'says.prog', '--profile', 'linux-6', ...(QUICK['explore'] ?? []), '--json'];
  const { stdout } = await shared(args, { cwd: directory });
  const { recording } = JSON.parse(stdout).bugs[0];
  const again = await shared(['replay', recording, '--json'], { cwd: directory });
  expect(JSON.parse(again.stdout)).toMatchObject({ profile: 'linux-6', verdict: 'bug', divergence: null });
});

test('the line that runs a stress again names the kernel', async () => {
  const args = ['stress', 'says.prog', '--iterations', '1', '--seed', '1', '--profile', 'linux-6', '--quiet'];
  const { stdout } = await shared(args, { cwd: directory });
  expect(stdout).toContain('again: tasklock stress says.prog --cpus 1 --profile linux-6 --seed 1');
});
