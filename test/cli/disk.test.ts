/** A disk that is full, read-only, gone or no disk at all: what was found is told all the same, and nothing is left behind. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';
import { ScarceDisk } from '../support/scarce-disk.ts';

const disk = new ScarceDisk();
afterAll(() => disk.end());
const at = (name: string): string => join(disk.directory, name);

const BROKEN = [
  'explore',
  inRepository('examples/spinlock-broken.ts'),
  '--strategy',
  'random',
  '--executions',
  '300',
  '--seed',
  '1',
  '--quiet',
];
const STRESS = ['stress', 'unshare-test-plan', '--profile', 'desai-2005', '--duration', '3s', '--seed', '7', '--quiet'];
const BENCH = ['bench', 'locks', 'mcs', '--clock', 'model', '--cpus', '2', '--quiet'];

/** The line of a report that replays its bug. */
const replayArgument = (stdout: string): string => /^tasklock replay (\S+)$/m.exec(stdout)?.[1] ?? '';

describe.skipIf(!disk.mounts)('a full disk (needs mount)', () => {
  const full = disk.mounts ? disk.full('full') : '';

  test('explore: the bug with its token, which replays; stderr says which and why', async () => {
    const { code, stdout, stderr } = await tasklock([...BROKEN, '--out', full]);
    expect(code).toBe(1);
    expect(replayArgument(stdout)).toMatch(/^TL1\./);
    expect(stderr).toMatch(
      /a recording could not be written: .*full\/assert-.*\.rec: no space left on the disk \(ENOSPC\)/,
    );
    const again = await shared(['replay', replayArgument(stdout)]);
    expect(again.code).toBe(1);
    expect(readdirSync(full)).toEqual(['filler']);
  });

  test('--json: the same, with recording null', async () => {
    const { code, stdout } = await shared([...BROKEN, '--out', full, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).bugs[0]).toMatchObject({ recording: null, token: expect.stringMatching(/^TL1\./) });
  });

  test('--checkpoint: the search goes on, and its result is the same', async () => {
    const args = ['explore', inRepository('examples/counter.ts'), '--strategy', 'dpor', '--json', '--quiet'];
    const kept = await shared([...args, '--checkpoint', at('kept')], { cwd: disk.directory });
    const { code, stdout, stderr } = await shared([...args, '--checkpoint', join(full, 'kept')], {
      cwd: disk.directory,
    });
    expect(code).toBe(kept.code);
    expect(JSON.parse(stdout).executions).toBe(JSON.parse(kept.stdout).executions);
    expect(stderr).toMatch(/--checkpoint could not be written: .*kept: no space left on the disk/);
    expect(readdirSync(full)).toEqual(['filler']);
  });

  test('minimize: the simpler one as a token', async () => {
    const found = await shared([...BROKEN, '--no-minimize', '--json', '--out', at('found')]);
    const { recording } = JSON.parse(found.stdout).bugs[0];
    const { code, stdout, stderr } = await shared(['minimize', recording, '--quiet', '--out', full]);
    expect(code).toBe(1);
    expect(replayArgument(stdout)).toMatch(/^TL1\./);
    expect(stderr).toContain('no space left on the disk');
  });

  test('stress: the bugs without a vmcore', async () => {
    const { code, stdout, stderr } = await tasklock([...STRESS, '--json', '--out', full]);
    expect(code).toBe(1);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ verdict: 'bug', dump: null });
    expect(document.bugs.length).toBeGreaterThan(0);
    expect(stderr).toMatch(/the vmcore could not be written: .*\.vmcore: no space left on the disk/);
    expect(readdirSync(full)).toEqual(['filler']);
  });

  test('bench --html: the figures, and exit code 2 for the page that is not there', async () => {
    const { code, stdout, stderr } = await shared([...BENCH, '--html', join(full, 'lab.html')]);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^mcs/m);
    expect(stderr).toMatch(/--html could not be written: .*lab\.html: no space left on the disk/);
    expect(readdirSync(full)).toEqual(['filler']);
  });
});

describe.skipIf(!disk.mounts)('a read-only disk (needs mount) is refused before anything runs', () => {
  const readOnly = disk.mounts ? disk.readOnly('read-only') : '';

  test.each([
    ['--out', [...BROKEN, '--out', readOnly]],
    ['--out', [...BROKEN, '--out', join(readOnly, 'made')]],
    ['--checkpoint', [...BROKEN, '--checkpoint', join(readOnly, 'kept')]],
    ['--out', [...STRESS, '--out', readOnly]],
    ['--html', [...BENCH, '--html', join(readOnly, 'lab.html')]],
  ])('%s %j', async (option, args) => {
    const { code, stdout, stderr } = await shared(args, { cwd: disk.directory });
    expect(stderr).toMatch(
      new RegExp(`^tasklock: ${option} cannot be .*read-only.*the file system is read-only \\(EROFS\\)\\n$`),
    );
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('a directory', () => {
  test('is made, with all above it', async () => {
    const out = at('new/and/deep');
    const { stdout } = await shared([...BROKEN, '--out', out, '--json']);
    expect(readdirSync(out)).toEqual([JSON.parse(stdout).bugs[0].recording.slice(out.length + 1)]);
  });

  test('is not made for what cannot be searched', async () => {
    const { code } = await shared(['explore', 'nosuch.ts', '--out', at('never')]);
    expect([code, existsSync(at('never'))]).toEqual([2, false]);
  });

  test('that vanishes while the search goes on: the report has the token', async () => {
    const out = at('vanishing');
    const args = [
      'explore',
      inRepository('examples/spinlock-broken.ts'),
      '--strategy',
      'random',
      '--seed',
      '1',
      '--executions',
      '2000000000',
    ];
    const { code, stdout, stderr } = await tasklock([...args, '--out', out], {
      onStderr: (text, send) => {
        if (!text.includes('spinlock-broken.ts on')) return;
        rmSync(out, { recursive: true, force: true });
        setTimeout(() => send('SIGINT'), 1_000);
      },
    });
    expect(code).toBe(1);
    expect(replayArgument(stdout)).toMatch(/^TL1\./);
    expect(stderr).toContain('there is no such file or directory (ENOENT)');
  });

  test.each([
    ['a file', ['--out', inRepository('package.json')], '--out names no directory'],
    ['below a file', ['--out', inRepository('package.json/x')], '--out cannot be made: '],
    ['a name that is too long', ['--out', 'x'.repeat(5000)], 'its name is too long (ENAMETOOLONG)'],
    ['/proc', ['--out', '/proc/tasklock'], '--out cannot be made: '],
    ['a checkpoint in a directory that is not there', ['--checkpoint', '/nowhere/x'], '--checkpoint is in a directory'],
    ['a checkpoint that is a directory', ['--checkpoint', inRepository('src')], '--checkpoint names no file'],
  ])('%s is refused with one line', async (_what, options, message) => {
    const { code, stdout, stderr } = await shared([...BROKEN, ...options]);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.length).toBeLessThan(500);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('what is there already', () => {
  test('a second vmcore of the same seed lies beside the first', async () => {
    const out = at('vmcores');
    const dumps: string[] = [];
    for (let run = 0; run < 2; run++) {
      const { stdout } = await tasklock([...STRESS, '--json', '--out', out]);
      const { dump } = JSON.parse(stdout);
      dumps.push(dump);
      writeFileSync(dump, `mine ${run}`);
    }
    expect(dumps[0]).not.toBe(dumps[1]);
    expect(dumps.map((dump) => readFileSync(dump, 'utf8'))).toEqual(['mine 0', 'mine 1']);
    expect(readdirSync(out)).toHaveLength(2);
  });

  test('a recording is not written over', async () => {
    const out = at('taken');
    const first = JSON.parse((await shared([...BROKEN, '--out', out, '--json'])).stdout).bugs[0].recording;
    writeFileSync(first, 'mine');
    const second = JSON.parse((await shared([...BROKEN, '--out', out, '--json'])).stdout).bugs[0].recording;
    expect(second).not.toBe(first);
    expect(readFileSync(first, 'utf8')).toBe('mine');
  });
});

describe('input that the system does not give us is bad input', () => {
  mkdirSync(at('input'));
  test.each([
    ['replay of a name that is too long', ['replay', 'x'.repeat(5000)]],
    ['run of a name that is too long', ['run', `${'x'.repeat(5000)}.prog`]],
    ['conform of a name that is too long', ['conform', `${'x'.repeat(5000)}.json`]],
    ['explore of a name that is too long', ['explore', `${'x'.repeat(5000)}.ts`]],
    ['merge of a directory', ['merge', inRepository('src')]],
    ['replay of what cannot be read', ['replay', '/proc/self/mem']],
    ['run of what cannot be read', ['run', '/proc/self/mem']],
  ])('%s', async (_what, args) => {
    const { code, stdout, stderr } = await shared(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr.length).toBeLessThan(500);
    expect(stderr).not.toContain('    at ');
  });
});
