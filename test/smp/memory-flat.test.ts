/** Work costs no memory: whatever a round takes it gives back, and the quarantine of freed objects is bounded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { kernel } from '../../dist/src/kernel/layout.js';
import { bootMachine } from '../../dist/src/boot/boot.js';
import { Console } from '../../dist/src/smp/console.js';
import { Gang } from '../../dist/src/smp/gang.js';
import { scenarioImage } from './stress-run.ts';

/** Runs a scenario to its end; how far the heap has grown then, in bytes. */
async function heapAfter(scenario: string, cpus: number, iterations: number): Promise<number> {
  const image = scenarioImage({ scenario, cpus, iterations });
  const memory = bootMachine({ profile: image.profile, cpus, code: image.code, rodata: image.rodata });
  const console = new Console(memory);
  const gang = new Gang(memory, cpus);
  await gang.started(console);
  while (!console.finished() && !gang.someoneLeft) await sleep(5);
  const grown = console.read(kernel.heap_next) - console.read(kernel.heap_start);
  console.stop();
  const settled = await gang.collect(10_000);
  expect(settled.map((result) => (result.status === 'fulfilled' ? result.value.fault : result.reason))).toEqual(
    Array.from({ length: cpus }, () => null),
  );
  expect(console.finished()).toBe(true);
  return grown;
}

describe('three times the work needs no more memory', () => {
  // A leak of one object a round, the smallest taking 64 bytes, would show as 6000 * 64 / 4096 = 93 pages; what the
  // heap still grows by comes from children that happen to live at the same time.
  test.each(['clone-exit-storm', 'mount-churn', 'thread-group-exit'])('%s', async (scenario) => {
    const few = await heapAfter(scenario, 2, 3_000);
    const many = await heapAfter(scenario, 2, 9_000);
    expect(few).toBeGreaterThan(0);
    expect((many - few) / 4096).toBeLessThan(80);
  });
});
