/** tasklock bench locks, with the shortest of rounds: what comes out, and what is refused. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locks } from '../../dist/src/machine/locks/index.js';
import { tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const SHORT = ['--duration', '10ms', '--rounds', '2', '--quiet', '--no-native'];

const measured = (rows: readonly { lock: string; load: { cpus: number } }[]) =>
  rows.map(({ lock, load }) => [lock, load.cpus]);

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-bench-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

interface Interrupted {
  readonly rows: readonly { readonly rounds: number }[];
}

describe('on the real clock', () => {
  // Before each round on two CPUs cores are probed, which takes as long as that may where others use them.
  test.each([
    ['all', '1', locks.map((lock) => lock.name)],
    ['tas,clh,futex', '2', ['tas', 'clh', 'futex']],
  ] as const)('--json has a row for each lock, every lock does its work: %s on %s', async (names, cpus, all) => {
    const args = ['bench', 'locks', '--lock', names, '--cpus', cpus, ...SHORT, '--json'];
    const { code, stdout } = await tasklock(args);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ schema: 'tasklock.bench/1', command: 'bench', what: 'locks', clock: 'real' });
    expect(document.rows.map((row: { lock: string }) => row.lock)).toEqual(all);
    for (const row of document.rows) {
      const { lock, load, throughput, perCpu, fairness, latency, stat, cutOff } = row;
      expect(cutOff, lock).toBe(false);
      expect(throughput.min, lock).toBeGreaterThan(0);
      expect(throughput.median).toBeGreaterThanOrEqual(throughput.min);
      expect(perCpu).toHaveLength(load.cpus);
      expect(fairness.jain).toBeGreaterThan(0);
      expect(latency.p50).toBeLessThanOrEqual(latency.p90);
      expect(latency.p999).toBeLessThanOrEqual(latency.max);
      expect(stat.conBounces).toBeLessThanOrEqual(stat.contentions);
      expect(stat.contentions).toBeLessThanOrEqual(stat.acquisitions);
      expect(stat.waitTotal).toBeGreaterThanOrEqual(stat.contentions > 0 ? stat.waitMax : 0);
      expect(stat.holdTotal).toBeGreaterThanOrEqual(stat.holdMax);
    }
    expect(document.uncontended.map((row: { lock: string }) => row.lock)).toEqual(all);
  });

  test('a row for each number of CPUs, native code beside it where there is a compiler, whatever the duration', async () => {
    const args = ['bench', 'locks', 'ticket', 'mcs', '--cpus', '1,2', '--duration', '10.3ms', '--rounds', '2'];
    const { code, stdout } = await tasklock([...args, '--json', '--quiet']);
    expect(code).toBe(0);
    const { rows, native, nativeMissing, uncontended, modelCheck } = JSON.parse(stdout);
    const each = [
      ['ticket', 1],
      ['mcs', 1],
      ['ticket', 2],
      ['mcs', 2],
    ];
    expect(measured(rows)).toEqual(each);
    expect(modelCheck.length).toBeGreaterThan(0);
    if (nativeMissing === 'there is no g++') return;
    expect(nativeMissing).toBeNull();
    expect(measured(native)).toEqual(each);
    for (const row of native) expect(row.throughput.min).toBeGreaterThan(0);
    for (const { nativeNs } of uncontended) expect(nativeNs).toBeGreaterThan(0);
  });

  test('tables fit 80 columns', async () => {
    const { stdout } = await shared(['bench', 'mcs', 'ticket-backoff', '--cpus', '2', '--stat', ...SHORT]);
    for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^mcs/m);
    expect(stdout).toMatch(/^lock_stat/m);
  });

  test('--csv has a head and one line a row', async () => {
    const { stdout } = await shared(['bench', 'locks', 'mcs', 'clh', '--cpus', '1', ...SHORT, '--csv']);
    const lines = stdout.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    const fields = lines.map((line) => line.split(','));
    expect(fields[0]?.[0]).toBe('lock');
    for (const one of fields) expect(one).toHaveLength(fields[0]?.length ?? 0);
    expect(fields.slice(1).map((one) => one[0])).toEqual(['mcs', 'clh']);
  });

  test('Ctrl-C prints what was measured until then', async () => {
    const args = [
      'bench',
      'locks',
      'mcs',
      '--cpus',
      '1',
      '--duration',
      '20ms',
      '--rounds',
      '500',
      '--no-native',
      '--json',
    ];
    /** Interrupted so long after it said that it begins: where the machine is slow there may be no round yet. */
    const interrupted = async (afterMs: number): Promise<{ code: number | null; document: Interrupted }> => {
      let sent = false;
      const { code, stdout } = await tasklock(args, {
        onStderr: (text, send) => {
          if (sent || !text.includes('500 rounds')) return;
          sent = true;
          setTimeout(() => send('SIGINT'), afterMs);
        },
      });
      return { code, document: JSON.parse(stdout) as Interrupted };
    };
    let found = await interrupted(1_000);
    for (let afterMs = 3_000; found.document.rows.length === 0 && afterMs < 60_000; afterMs *= 3) {
      expect(found).toMatchObject({ code: 130, document: { interrupted: true } });
      found = await interrupted(afterMs);
    }
    expect(found).toMatchObject({ code: 130, document: { interrupted: true } });
    expect(found.document.rows[0]?.rounds).toBeGreaterThan(0);
  });
});

describe('on the model clock', () => {
  const ARGS = ['bench', 'locks', '--lock', 'ticket,mcs', '--clock', 'model', '--cpus', '2,16', '--sockets', '2'];

  test('twice the same document', async () => {
    const one = await tasklock([...ARGS, '--json', '--quiet']);
    const other = await shared([...ARGS, '--json', '--quiet']);
    expect(one.code).toBe(0);
    expect(one.stdout).toBe(other.stdout);
    expect(JSON.parse(one.stdout).rows).toHaveLength(4);
  });

  test('--html writes the page', async () => {
    const file = join(directory, 'lab.html');
    const { code } = await shared([...ARGS, '--html', file, '--quiet']);
    expect(code).toBe(0);
    expect(readFileSync(file, 'utf8').startsWith('<!doctype html>')).toBe(true);
  });
});

test.each([
  [['--lock', 'msc'], 'unknown lock "msc"; did you mean "mcs"?'],
  [['--cpus', '0'], '--cpus takes whole numbers from 1 to 64'],
  [['--inside', '5'], '--inside takes times from 0 to 100ms'],
  [['--clock', 'modle'], '--clock takes real, model, not "modle"; did you mean "model"?'],
  [['--sockets', '2'], '--sockets is for --clock model'],
  [['--clock', 'model', '--parameters', 'xenon'], 'unknown machine "xenon"; did you mean "xeon"?'],
  [['--json', '--csv'], 'give --csv or --json, not both'],
  [['--sort', 'rate'], '--sort takes'],
  [['--html', '/nowhere/x.html'], '--html is in a directory that is not there'],
])('bench locks %j is refused', async (args, message) => {
  const { code, stderr } = await shared(['bench', 'locks', ...args]);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(2);
});
