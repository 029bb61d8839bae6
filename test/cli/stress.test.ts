import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readVmcore } from '../../dist/src/machine/vmcore.js';
import { inRepository, tasklock } from '../support/cli-process.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-stress-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const DESAI = ['stress', 'unshare-test-plan', '--profile', 'desai-2005', '--duration', '3s', '--seed', '7'];

describe('a run that finds nothing', () => {
  test('exits 0, prints tables, seed and verdict, and leaves no file', async () => {
    const args = ['stress', 'clone-exit-storm', '--duration', '500ms', '--seed', '42'];
    const { code, stdout, stderr } = await tasklock(args, { cwd: directory });
    expect(stdout).toMatch(/^system call +calls +errors\n/);
    expect(stdout).toMatch(/\nCPU +calls +share +calls\/s\nCPU#0 /);
    expect(stdout).toMatch(/\nlock class +acquisitions +contentions +contended\n/);
    expect(stdout).toMatch(/ system calls in .*; seed 42\nPASS: .*\n( {4}.*\n)?$/);
    expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(/a sample on real threads and not a proof\n$/);
    expect(stderr).toMatch(/^clone-exit-storm on 2 CPUs, linux-2\.6\.16, seed 42\n/);
    expect(readdirSync(directory)).toEqual([]);
    expect(code).toBe(0);
  });

  test('--json is one document with the common fields and nothing else on stdout', async () => {
    const args = ['stress', 'pid-churn', '--iterations', '30', '--cpus', '3', '--profile', 'linux-6', '--json'];
    const { code, stdout, stderr } = await tasklock([...args, '--seed', '9', '--quiet'], { cwd: directory });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      schema: 'tasklock.stress/1',
      command: 'stress',
      scenario: 'pid-churn',
      profile: 'linux-6',
      mutant: null,
      cpus: 3,
      seed: 9,
      verdict: 'pass',
      bugs: [],
      known: [],
      executions: 1,
      steps: null,
      syscalls: expect.any(Number),
      seconds: expect.any(Number),
      complete: false,
      interrupted: false,
    });
    const [subject] = document.identity.subjects;
    expect(subject).toMatchObject({ kind: 'scenario', name: 'pid-churn', cpus: 3, profile: 'linux-6' });
    expect(subject.hash).toMatch(/^[0-9a-f]{32}$/);
    expect(document.syscalls).toBe(document.perCpu.reduce((a: number, b: number) => a + b, 0));
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('runs a .prog file on the CPUs that the file names', async () => {
    const args = ['stress', inRepository('examples/futex-barrier.prog'), '--iterations', '1', '--json', '--quiet'];
    const { code, stdout } = await tasklock(args, { cwd: directory });
    expect(JSON.parse(stdout)).toMatchObject({ cpus: 3, verdict: 'pass' });
    expect(code).toBe(0);
  });
});

describe('a run that finds a bug', () => {
  test('exits 1, prints each bug with a title, and one line to run it again', async () => {
    const { code, stdout } = await tasklock(DESAI, { cwd: directory });
    // Which is seen first is up to the threads: one that a CPU runs into, or one of a machine at rest.
    expect(stdout).toMatch(/^={70,}\nBUG: [a-z-]+: .+ in \w+\n(CPU: \d+ Task: \w+\/\d+|found with every CPU between)/);
    expect(stdout).toMatch(/\nFAIL: \d+ different bugs in /);
    expect(stdout).toContain(
      'again: tasklock stress unshare-test-plan --cpus 2 --profile desai-2005 --seed 7 --duration 10s\n',
    );
    expect(code).toBe(1);
  });

  test('leaves one vmcore that says what it is a dump of', async () => {
    const { stdout } = await tasklock([...DESAI, '--json', '--quiet', '--out', directory]);
    const document = JSON.parse(stdout);
    expect(document.verdict).toBe('bug');
    for (const bug of document.bugs) {
      expect(Object.keys(bug)).toEqual(
        expect.arrayContaining(['title', 'kind', 'function', 'cpus', 'step', 'recording', 'switches']),
      );
      expect(bug.title).toBe(`${bug.kind}: ${bug.title.slice(bug.kind.length + 2)}`);
    }
    expect(readdirSync(directory)).toEqual(['tasklock-unshare-test-plan-7.vmcore']);
    const { header, memory } = readVmcore(document.dump);
    expect(header).toMatchObject({ profile: 'desai-2005', reason: document.bugs[0].title });
    expect(memory.byteLength).toBe(header.ramBytes);
  });
});

describe('Ctrl-C', () => {
  test('winds the programs down, prints the results and exits 130', async () => {
    const args = ['stress', 'clone-exit-storm', '--duration', '10m', '--json'];
    let sent = false;
    const { code, stdout } = await tasklock(args, {
      cwd: directory,
      onStderr: (_text, send) => {
        if (sent) return;
        sent = true;
        setTimeout(() => send('SIGINT'), 500);
      },
    });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', bugs: [], interrupted: true });
    expect(code).toBe(130);
  });
});
