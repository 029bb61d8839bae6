/** tasklock bench syscalls and bench scenario, with the shortest of measurements. */
import { describe, expect, test } from 'vitest';
import { type Finished, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const waits = (all: readonly { waitTotal: number }[]): number => all.reduce((sum, one) => sum + one.waitTotal, 0);

const SHORT = ['--duration', '50ms', '--rounds', '1', '--quiet'];

test('bench syscalls compares choices of locks, with lock_stat that adds up', async () => {
  const args = ['bench', 'syscalls', 'tasklist', '--cpus', '1,2', '--lock', 'task=mcs,tasklist=rw-fair', ...SHORT];
  const { code, stdout } = await tasklock([...args, '--json']);
  expect(code).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ schema: 'tasklock.bench/1', what: 'syscalls', profile: 'linux-2.6.16' });
  expect(document.rows.map((row: { cpus: number; locks: object }) => [row.cpus, row.locks])).toEqual([
    [1, {}],
    [1, { task: 'mcs', tasklist: 'rw-fair' }],
    [2, {}],
    [2, { task: 'mcs', tasklist: 'rw-fair' }],
  ]);
  for (const { throughput, perCpu, cpus, lockStat, contention } of document.rows) {
    expect(throughput.median).toBeGreaterThan(0);
    expect(perCpu).toHaveLength(cpus);
    const names = lockStat.map((one: { name: string }) => one.name);
    expect(names).toContain('tasklist_lock');
    expect(names).toContain('alloc_lock');
    for (const one of lockStat) {
      expect(one.conBounces).toBeLessThanOrEqual(one.contentions);
      expect(one.contentions).toBeLessThanOrEqual(one.acquisitions);
      expect(one.acqBounces).toBeLessThanOrEqual(one.acquisitions);
      expect(one.waitTotal).toBeGreaterThanOrEqual(one.waitMax);
      expect(one.waitMax).toBeGreaterThanOrEqual(one.waitMin);
      expect(one.holdTotal).toBeGreaterThanOrEqual(one.holdMax);
      expect(one.points.length).toBeLessThanOrEqual(4);
    }
    const { caller, lock } = contention;
    for (const one of [...caller, ...lock]) {
      expect(one.contended).toBeGreaterThan(0);
      expect(one.waitTotal).toBeGreaterThanOrEqual(one.waitMax);
      expect(names).toContain(one.lockClass);
    }
    // Every wait is for some lock; only the most waited for are kept. Callers are a sample.
    expect(waits(lock)).toBeLessThanOrEqual(waits(lockStat) + 1);
  }
});

test('bench scenario tells calls by type and lock_stat, in 80 columns', async () => {
  const args = ['bench', 'scenario', 'clone-exit-storm', '--cpus', '2', '--stat', '--lock', 'task=clh', ...SHORT];
  const { code, stdout } = await tasklock(args);
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^clone +\S+$/m);
  expect(stdout).toMatch(/^A: task=clh$/m);
  expect(stdout).toMatch(/^tasklist_lock +/m);
});

/** Whether two CPUs meet in a short time depends on who else has the cores: so for longer and longer, until they do. */
async function untilSeen(line: RegExp, ...options: readonly string[]): Promise<Finished> {
  const args = ['bench', 'syscalls', 'tasklist', '--cpus', '2', '--rounds', '1', '--quiet', ...options];
  for (let milliseconds = 300; ; milliseconds *= 2) {
    const finished = await tasklock([...args, '--duration', `${milliseconds}ms`]);
    if (line.test(finished.stdout) || milliseconds > 60_000) return finished;
  }
}

test('--contention names the functions that wait', async () => {
  const caller = /^(publish|scan_group|exit_notify|release_task) +tasklist_lock +\S+/m;
  const { code, stdout } = await untilSeen(caller, '--contention');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^who waits, tasklist on 2 CPUs, locks own\ncaller +class +contended +total +max +mean$/m);
  expect(stdout).toMatch(caller);
  const byLock = await untilSeen(/^tasklist_lock +tasklist_lock +\S+/m, '--contention', 'lock');
  expect(byLock.stdout).toMatch(/^tasklist_lock +tasklist_lock +\S+/m);
});

test('--csv has a head and a line for each row', async () => {
  const { stdout } = await tasklock([
    'bench',
    'syscalls',
    'private',
    '--cpus',
    '1',
    '--lock',
    'task=mcs',
    ...SHORT,
    '--csv',
  ]);
  const lines = stdout.trimEnd().split('\r\n');
  expect(lines.map((line) => line.split(',').slice(0, 3))).toEqual([
    ['program', 'cpus', 'locks'],
    ['private', '1', 'own'],
    ['private', '1', 'task=mcs'],
  ]);
});

describe('what is refused', () => {
  test.each([
    [['syscalls', 'privat'], 'unknown mix "privat"; did you mean "private"?'],
    [['syscalls', '--lock', 'task=seqlock'], 'seqlock cannot serve as task'],
    [['scenario', 'unshare-plan'], 'unknown scenario "unshare-plan"'],
    [['scenario', 'clone-exit-storm', '--sort', 'x'], '--sort takes none, throughput, fairness, name, not "x"'],
    [['syscalls', '--contention', 'class'], '--contention takes caller or lock, not "class"'],
    [['syscalls', '--json', '--csv'], 'give --csv or --json, not both'],
  ])('bench %j', async (args, message) => {
    const { code, stderr } = await shared(['bench', ...args]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
