/** Work costs no memory: whatever a round takes it gives back, and the quarantine of freed objects is bounded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { heldTasks, waitingObjects } from '../../dist/src/check/evidence/callbacks.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { NR_CACHES } from '../../dist/src/kernel/caches.js';
import { cpu_cache, cpu_data, cpuDataAddress } from '../../dist/src/kernel/layout.js';
import { bootMachine } from '../../dist/src/boot/boot.js';
import { Console } from '../../dist/src/smp/console.js';
import { Gang } from '../../dist/src/smp/gang.js';
import { amount } from '../support/amount.ts';
import { scenarioImage } from './stress-run.ts';

const ROUNDS = amount(250, 3_000);

/** Objects in use, but for those that only wait for RCU. */
function objectsOf(memory: SharedArrayBuffer, cpus: number): number {
  const view = new RamView(memory);
  let objects = 0;
  for (let cpu = 0; cpu < cpus; cpu++) {
    for (let cache = 0; cache < NR_CACHES; cache++) {
      const ring = cpuDataAddress(cpu) + cpu_data.caches + cache * cpu_cache.SIZE;
      objects += view.word(ring + cpu_cache.allocated) - view.word(ring + cpu_cache.freed);
    }
  }
  return objects - waitingObjects(view).size - heldTasks(view).length;
}

/** Runs a scenario to its end; the objects that are in use then. */
async function objectsAfter(scenario: string, cpus: number, iterations: number): Promise<number> {
  const image = scenarioImage({ scenario, cpus, iterations });
  const memory = bootMachine({ profile: image.profile, cpus, code: image.code, rodata: image.rodata });
  const console = new Console(memory);
  const gang = new Gang(memory, cpus);
  await gang.started(console);
  while (!console.finished() && !gang.someoneLeft) await sleep(5);
  console.stop();
  const settled = await gang.collect(10_000);
  expect(settled.map((result) => (result.status === 'fulfilled' ? result.value.fault : result.reason))).toEqual(
    Array.from({ length: cpus }, () => null),
  );
  expect(console.finished()).toBe(true);
  return objectsOf(memory, cpus);
}

describe('three times the work needs no more memory', () => {
  // A leak of one object a round would show as 500; what still differs comes from children that happen to live at the end.
  test.each(['clone-exit-storm', 'mount-churn', 'thread-group-exit'])('%s', async (scenario) => {
    const few = await objectsAfter(scenario, 2, ROUNDS);
    const many = await objectsAfter(scenario, 2, 3 * ROUNDS);
    expect(few).toBeGreaterThan(0);
    expect(many - few).toBeLessThan(100);
  });
});
