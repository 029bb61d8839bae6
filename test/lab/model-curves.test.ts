/**
 * The model against what is known of these locks on machines with many cores. Bounds are wide: the papers measured other
 * machines; what has to come out is who collapses, who stays flat, and who is fair.
 *
 *   Mellor-Crummey and Scott 1991, figures 4 to 6: test-and-set collapses, ticket degrades, queue locks stay flat, and
 *     waiting in proportion helps the ticket lock.
 *   Boyd-Wickizer, Kaashoek, Morris, Zeldovich, "Non-scalable locks are dangerous", 2012: the ticket lock of Linux falls to
 *     a small part of its throughput, MCS does not.
 *   Dice, Marathe, Shavit 2012, figure 2: cohort locks beat MCS where there are several sockets.
 *   The queued spinlock of Linux 4.2 was taken for being near MCS under contention.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { machines } from '../../dist/src/lab/model/parameters.js';
import { runModel } from '../../dist/src/lab/model/run.js';
import type { LockRow } from '../../dist/src/lab/result.js';
import { locks } from '../../dist/src/machine/locks/index.js';

const NAMES = ['tas', 'byte', 'ticket', 'ticket-backoff', 'anderson', 'mcs', 'clh', 'qspinlock', 'cohort'];
const CPUS = [2, 16, 64];

let rows: readonly LockRow[] = [];
beforeAll(async () => {
  const parameters = machines.find((one) => one.name === 'xeon');
  if (parameters === undefined) throw new Error('no xeon');
  const load = { insideNs: 50, outsideNs: 100, touch: 1, writes: 1000 };
  const { rows: all } = await runModel({
    locks: locks.filter((lock) => NAMES.includes(lock.name)),
    loads: CPUS.map((cpus) => ({ ...load, cpus })),
    parameters,
    sockets: 2,
    seed: 1,
    turnsEach: 60,
  });
  rows = all;
});

function row(name: string, cpus: number): LockRow {
  const found = rows.find((one) => one.lock === name && one.load.cpus === cpus);
  if (found === undefined) throw new Error(`no row for ${name} on ${cpus}`);
  return found;
}
const rate = (name: string, cpus: number): number => row(name, cpus).throughput.median;

describe('throughput', () => {
  test('the ticket lock collapses, test and set more so', () => {
    expect(rate('ticket', 64) / rate('ticket', 2)).toBeLessThan(0.5);
    expect(rate('tas', 64) / rate('tas', 2)).toBeLessThan(0.15);
    expect(rate('tas', 64)).toBeLessThan(0.5 * rate('ticket', 64));
  });

  test.each(['mcs', 'clh', 'anderson'])('%s stays flat', (name) => {
    expect(rate(name, 64) / rate(name, 16)).toBeGreaterThan(0.9);
    expect(rate(name, 64)).toBeGreaterThan(2.5 * rate('ticket', 64));
  });

  test('waiting in proportion helps the ticket lock', () => {
    expect(rate('ticket-backoff', 64)).toBeGreaterThan(1.1 * rate('ticket', 64));
  });

  test('the queued spinlock stays flat, between ticket and MCS', () => {
    expect(rate('qspinlock', 64) / rate('qspinlock', 16)).toBeGreaterThan(0.9);
    expect(rate('qspinlock', 64)).toBeGreaterThan(1.5 * rate('ticket', 64));
    expect(rate('qspinlock', 64)).toBeLessThan(rate('mcs', 64));
  });

  test('the cohort lock beats MCS on two sockets', () => {
    expect(rate('cohort', 64)).toBeGreaterThan(1.2 * rate('mcs', 64));
  });
});

test('a hand-over of MCS moves a fixed number of lines, of the ticket lock one for each waiter', () => {
  expect(row('mcs', 64).transfers).toBeCloseTo(row('mcs', 16).transfers ?? 0, 0);
  expect(row('ticket', 64).transfers ?? 0).toBeGreaterThan(64);
});

describe('fairness', () => {
  test.each(locks.filter((lock) => lock.fifo && NAMES.includes(lock.name)).map((lock) => lock.name))(
    '%s is fair',
    (name) => {
      for (const cpus of CPUS) expect(row(name, cpus).fairness.jain).toBeGreaterThan(0.99);
    },
  );

  test('the byte lock is not', () => {
    expect(row('byte', 64).fairness.jain).toBeLessThan(0.3);
    expect(row('byte', 64).fairness.longestWaitNs).toBeGreaterThan(10 * row('ticket', 64).fairness.longestWaitNs);
  });
});
