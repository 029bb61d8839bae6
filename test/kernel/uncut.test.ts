/**
 * The kernel compiled to WebAssembly is the kernel: every recorded program of a real one, and every built-in scenario run in
 * order, gives the same answers and leaves the same RAM, byte for byte, as the modules do.
 */
import { describe, expect, test } from 'vitest';
import { bootForProgram, runInOrder } from '../../dist/src/boot/run-in-order.js';
import { instantiateUncut, type UncutKernel, uncutCodeFor, type UncutCode } from '../../dist/src/boot/uncut.js';
import { Conductor } from '../../dist/src/conform/conductor.js';
import { conformProgram } from '../../dist/src/conform/programs.js';
import type { RecordedProgram } from '../../dist/src/conform/recording-types.js';
import { callChain } from '../../dist/src/check/evidence/call-chain.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { user_step } from '../../dist/src/kernel/usermode.js';
import { store } from '../../dist/src/machine/bus.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { cpu_area, cpuAddress } from '../../dist/src/machine/map.js';
import { hashRam } from '../../dist/src/machine/ram.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { amount, isLong } from '../support/amount.ts';
import { nameOf, recordedPrograms } from '../support/oracle.ts';

function kernelOn(memory: SharedArrayBuffer): UncutKernel {
  const listens = { locks: false, returns: false };
  return instantiateUncut({ code: uncutCodeFor(memory) as UncutCode, cpu: 0, ticks: false, listens });
}

/** A conductor whose system calls run compiled. */
function compiledConductor(profile: ProfileName): Conductor {
  const conductor = new Conductor(profile, 1, 'wasm');
  const { system_call } = kernelOn(conductor.memory);
  conductor.enter = () => system_call();
  return conductor;
}

/** What a run leaves: the first difference from the recording, or the fault, and the hash of RAM. */
function outcome(conductor: Conductor, profile: ProfileName, program: RecordedProgram): string {
  try {
    return JSON.stringify([conformProgram(conductor, profile, program).difference, hashRam(conductor.memory)]);
  } catch (error) {
    return `${(error as Error).message} ${hashRam(conductor.memory)}`;
  }
}

// Each program in one of the profiles, by turns: they differ in few functions, and the scenarios below ask those of each.
test.each(profileNames)('%s: recorded programs end in the same RAM', (profile) => {
  const plain = new Conductor(profile);
  const compiled = compiledConductor(profile);
  const turn = profileNames.indexOf(profile);
  const own = recordedPrograms.filter((_, i) => isLong || i % profileNames.length === turn);
  for (const program of own) {
    const name = nameOf(program);
    const expected = outcome(plain, profile, program);
    expect(`${name} ${outcome(compiled, profile, program)}`).toBe(`${name} ${expected}`);
  }
});

describe.each(profileNames)('%s, in order', (profile) => {
  test.each(scenarios.map((one) => [one.name, one] as const))('%s', (_, scenario) => {
    const image = assembleText(scenario.text({ profile, cpus: 2, seed: 7, iterations: amount(1, 3) }), 'scenario.prog');
    const run = (engine: 'js' | 'wasm'): unknown => {
      const memory = bootForProgram(image, undefined, 7, engine);
      const calls: unknown[] = [];
      const note = (event: unknown): void => void calls.push(event);
      const kernel = engine === 'js' ? undefined : kernelOn(memory);
      let ended: string;
      try {
        ({ ended } = runInOrder(memory, image, note, kernel));
      } catch (error) {
        if (!(error instanceof MachineFault)) throw error;
        const chain = callChain(error.stack ?? '').map((one) => `${one.function} ${one.file}:${one.line}`);
        // What is below is of who called the kernel.
        const kernelOnly = chain.filter((one) => one.includes('src/kernel/'));
        ended = JSON.stringify([error.message, error.address, kernelOnly]);
      }
      return { calls, ended, ram: hashRam(memory) };
    };
    expect(run('wasm')).toEqual(run('js'));
  });
});

/** What the next instruction of a task that is none comes to: the fault, and the call chain in the kernel. */
function faultOf(engine: 'js' | 'wasm'): readonly string[] {
  const { memory } = new Conductor('linux-2.6.16', 1, engine);
  const { user_step: step } = engine === 'wasm' ? kernelOn(memory) : { user_step };
  store(cpuAddress(0) + cpu_area.current, 0x6b6b6b6b);
  try {
    step();
  } catch (error) {
    const chain = callChain((error as Error).stack ?? '').filter(({ file }) => file.includes('src/kernel/'));
    return [(error as Error).message, ...chain.map((one) => `${one.function} ${one.file}:${one.line}`)];
  }
  return [];
}

test('a bad pointer faults with the call chain of the modules, to the line', () => {
  const expected = faultOf('js');
  expect(expected.length).toBeGreaterThan(1);
  expect(faultOf('wasm')).toEqual(expected);
});
