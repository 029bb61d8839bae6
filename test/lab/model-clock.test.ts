/** The model clock: the same every time, the same with and without skipping; caches keep their promise. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Caches } from '../../dist/src/lab/model/coherence.js';
import { costsOf, machines, measuredMachine, type Parameters } from '../../dist/src/lab/model/parameters.js';
import { runModel } from '../../dist/src/lab/model/run.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import type { LockKind } from '../../dist/src/machine/locks/lock-kind.js';
import { isLong } from '../support/amount.ts';

const machineNamed = (name: string): Parameters => machines.find((one) => one.name === name) as Parameters;
const loads = [2, 5, 12].map((cpus) => ({ cpus, insideNs: 30, outsideNs: 90, touch: 2, writes: 200 }));

async function run(kinds: readonly LockKind[], { seed = 1, skip = true, machine = 'xeon' } = {}) {
  const parameters = machineNamed(machine);
  return await runModel({ locks: kinds, loads, parameters, sockets: 2, seed, turnsEach: 20, skip });
}

describe('determinism', () => {
  test('twice the same, to the last digit', async () => {
    // One in three: each by itself is held below against what is run in another way.
    const some = locks.filter((_, i) => isLong || i % 3 === 0);
    expect(JSON.stringify(await run(some))).toBe(JSON.stringify(await run(some)));
  });

  test('what other locks run before makes no difference', async () => {
    const forth = await run(locks.slice(4, 9));
    const back = await run(locks.slice(4, 9).toReversed());
    const sorted = ({ rows }: typeof forth) =>
      JSON.stringify(rows.toSorted((a, b) => (a.lock < b.lock ? -1 : a.lock > b.lock ? 1 : a.load.cpus - b.load.cpus)));
    expect(sorted(forth)).toBe(sorted(back));
  });

  test('the seed makes one', async () => {
    expect(JSON.stringify(await run(locks.slice(0, 2)))).not.toBe(
      JSON.stringify(await run(locks.slice(0, 2), { seed: 2 })),
    );
  });
});

describe('putting CPUs aside that only wait changes nothing', () => {
  // Two thousand turns of spinning a wait would take long here, with or without.
  const quick = locks.filter((lock) => lock.name !== 'spin-park');
  const both = quick.flatMap((lock) => [[lock.name, 'xeon', lock] as const, [lock.name, 'opteron', lock] as const]);
  // Each lock on one of them, by turns: what is put aside follows from the lock, when from the machine.
  test.each(both.filter((_, i) => isLong || i % 4 === 0 || i % 4 === 3))('%s on %s', async (_, machine, lock) => {
    expect(JSON.stringify(await run([lock], { machine }))).toBe(
      JSON.stringify(await run([lock], { machine, skip: false })),
    );
  });
});

describe('caches', () => {
  const costs = costsOf(machineNamed('xeon'));
  const CPUS = 5;
  const LINES = 3;
  const request = fc.record({
    cpu: fc.nat(CPUS - 1),
    line: fc.nat(LINES - 1),
    write: fc.boolean(),
    gap: fc.nat(400_000),
  });

  test('one writer or many readers, as a plain list of who has what says; requests for a line are served in order', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 200 }), (requests) => {
        const caches = new Caches(LINES * 64, [0, 0, 1, 1, 1], costs);
        const have = Array.from({ length: LINES }, () => new Set<number>());
        const owner: (number | undefined)[] = Array.from({ length: LINES });
        const served = Array.from({ length: LINES }, () => 0);
        let now = 0;
        for (const { cpu, line, write, gap } of requests) {
          now += gap;
          const own = have[line] as Set<number>;
          const hit = write ? owner[line] === cpu : own.has(cpu);
          const done = write ? caches.write(cpu, line, now) : caches.read(cpu, line, now);
          if (hit) expect(done).toBe(now + costs.hit);
          else expect(done).toBeGreaterThan(now + costs.hit);
          if (write) {
            if (!hit) {
              expect(done).toBeGreaterThan(served[line] as number);
              served[line] = done;
            }
            have[line] = new Set([cpu]);
            owner[line] = cpu;
          } else if (!hit) {
            owner[line] = own.size === 0 ? cpu : undefined;
            own.add(cpu);
          }
          const after = have[line] as Set<number>;
          for (let one = 0; one < CPUS; one++) expect(caches.has(one, line)).toBe(after.has(one));
          expect(caches.owner[line]).toBe(owner[line] ?? -1);
          if (owner[line] !== undefined) expect(after.size).toBe(1);
        }
      }),
    );
  });

  test('far costs more than near, and both are counted', () => {
    const caches = new Caches(64, [0, 0, 1], costs);
    caches.write(0, 0, 0);
    const near = caches.write(1, 0, 1e9) - 1e9;
    const far = caches.write(2, 0, 2e9) - 2e9;
    expect([near, far]).toEqual([costs.local, costs.remote]);
    expect([caches.transfers, caches.remoteTransfers]).toEqual([3, 1]);
  });
});

test('a machine made from probes: a round trip costs what was measured', () => {
  const { hit, locked, local } = measuredMachine({ pingPongNs: 100, plainNs: 1, lockedNs: 8, relaxNs: 9 });
  expect([hit, hit + locked, 4 * local]).toEqual([1, 8, 100]);
});
