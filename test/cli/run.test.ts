import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-run-'));
afterAll(() => rmSync(directory, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const SHARING = `profile linux-2.6.16
task parent:
    c = clone(FS|FILES) -> child
    r = unshare(FS)
    expect r == 0
    w, code = wait(c)
    expect code == 7
task child:
    r = chdir("/nowhere")
    exit(7)
`;

describe('a program that does as it expects', () => {
  test('prints each call with its result, and under it who shares what', async () => {
    const { code, stdout, stderr } = await shared(['run', put('sharing.prog', SHARING)]);
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
    expect(lines.slice(0, 4)).toEqual([
      'parent/2: c = clone(FS|FILES) -> child = 3',
      'fs parent/2=parent/3 files parent/2=parent/3 namespace parent/2=parent/3',
      'parent/2: r = unshare(FS) = 0',
      'files parent/2=parent/3 namespace parent/2=parent/3',
    ]);
    expect(lines).toContain('child/3: r = chdir("/nowhere") = ENOENT');
    expect(lines).toContain('parent/2: w, code = wait(c) = 3');
    expect(lines.at(-2)).toMatch(/^PASS: /);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('a call that is repeated is told once, and counted', async () => {
    const text =
      'task a:\n    repeat 1001: getpid()\n    repeat 2: getuid()\n    getpid()\n    getpid()\n    exit(0)\n';
    const path = put('repeats.prog', text);
    const { stdout } = await shared(['run', path]);
    const lines = stdout.split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
    expect(lines.filter((line) => line !== 'nobody shares anything')).toEqual([
      'a/2: getpid() = 2',
      '(and 1 000 times more)',
      'a/2: getuid() = 0',
      '(and once more)',
      'a/2: getpid() = 2',
      '(and once more)',
      'a/2: exit(0) = 0',
      'PASS: every program ended, every expectation held, nothing was left',
      '',
    ]);
    const { stdout: json } = await shared(['run', path, '--json']);
    expect(JSON.parse(json).calls).toHaveLength(1006);
  });

  test('--json is one document with the same calls', async () => {
    const path = put('sharing.prog', SHARING);
    const { code, stdout } = await shared(['run', path, '--json']);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 'tasklock.run/1',
      command: 'run',
      scenario: path,
      profile: 'linux-2.6.16',
      verdict: 'pass',
      ended: 'finished',
      bugs: [],
      known: [],
    });
    expect(document.calls[1]).toEqual({
      task: 'parent',
      pid: 2,
      call: 'r = unshare(FS)',
      result: 0,
      sharing: expect.stringMatching(/^files .* {2}namespace /),
    });
    expect(code).toBe(0);
  });

  test.each(readdirSync(inRepository('examples')).filter((name) => name.endsWith('.prog')))(
    'examples/%s passes',
    async (name) => {
      const { code, stdout } = await shared(['run', inRepository(`examples/${name}`)]);
      expect(stdout).toContain('PASS: every program ended');
      expect(code).toBe(0);
    },
  );
});

describe('a program that does not', () => {
  test('an expectation that fails exits 1 and names line, text and values', async () => {
    const path = put('fails.prog', 'task a:\n    x = getuid()\n    expect x == 5\n');
    const { code, stdout } = await shared(['run', path]);
    expect(stdout).toContain('BUG: assert: expectation of line 3 failed in a\n');
    expect(stdout).toContain(`${path}:3: expect x == 5`);
    expect(stdout).toContain('got 0, compared with 5');
    expect(stdout.trimEnd().endsWith('FAIL')).toBe(true);
    expect(code).toBe(1);
  });

  test('a property that is violated for one call exits 1', async () => {
    const text = 'task a:\n    umask(0o77)\n    umask(0o22)\nalways umask(a) == 0o22\n';
    const { code, stdout } = await shared(['run', put('property.prog', text)]);
    expect(stdout).toMatch(/BUG: assert: not always umask\(a\) == /);
    expect(code).toBe(1);
  });

  test('a fault of the kernel exits 1 with its call chain', async () => {
    const text = `profile desai-2005
task parent:
    c = clone(0) -> user
    wait(c)
task user uid 1000:
    r = unshare(VM|SIGHAND|NEWNS)
    exit(0)
`;
    const { code, stdout } = await shared(['run', put('b01.prog', text)]);
    expect(stdout).toMatch(/BUG: (use-after-free|double-free): /);
    expect(stdout).toMatch(/Call Trace:\n(?: +\w+ \(src\/(?:kernel|machine)\/[\w.-]+\.ts:\d+\)\n)+/);
    expect(code).toBe(1);
  });

  test('a program whose tasks all sleep is inconclusive, exit 3', async () => {
    const { code, stdout } = await shared(['run', put('sleeps.prog', 'task a:\n    pause()\n')]);
    expect(stdout).toContain('INCONCLUSIVE: every task sleeps');
    expect(code).toBe(3);
  });

  test('one that never ends is given up, exit 3', async () => {
    const { code, stdout } = await shared(['run', put('spins.prog', 'task a:\n    x = 0\n    while x == 0: y = 1\n')]);
    expect(stdout).toContain('INCONCLUSIVE: the programs did not end by themselves');
    expect(code).toBe(3);
  });

  test('a syntax error exits 2 and names file, line and column', async () => {
    const path = put('syntax.prog', 'task a:\n    c = clone(FS) -> chld\ntask child:\n    exit(0)\n');
    const { code, stdout, stderr } = await shared(['run', path]);
    expect(stderr).toBe(
      `tasklock: ${path}:2:22: expected a task name after "->", found "chld"; did you mean "child"?\n`,
    );
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('an expectation that failed is told although the program then hangs', async () => {
  const { code, stdout } = await shared(['run', inRepository('test/fixtures/programs/expect-then-hang.prog')]);
  expect(code).toBe(1);
  expect(stdout).toContain('BUG: assert: expectation of line 6 failed in a');
});
