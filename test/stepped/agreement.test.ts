/**
 * One kernel source, two builds: every recorded program gives the same answers and leaves the same RAM, byte for byte,
 * whether the kernel runs as it stands or one bus access at a time.
 */
import { describe, expect, test } from 'vitest';
import { Conductor } from '../../dist/src/conform/conductor.js';
import { conformProgram } from '../../dist/src/conform/programs.js';
import type { RecordedProgram } from '../../dist/src/conform/recording-types.js';
import { cpu_area, cpuAddress } from '../../dist/src/machine/map.js';
import { hashRam } from '../../dist/src/machine/ram.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { silent } from '../../dist/src/stepped/tracer.js';
import { steppedConductor } from '../support/stepped-conductor.ts';
import { amount, isLong } from '../support/amount.ts';
import { nameOf, recordedPrograms } from '../support/oracle.ts';

const kernel = (await import('../../dist/stepped/kernel.js')) as unknown as CompiledModule;

/** A conductor whose system calls run in the stepped build, each on the next of three CPUs. */
function travellingConductor(profile: ProfileName): Conductor {
  const cpus = 3;
  const conductor = new Conductor(profile, cpus);
  const machine = new SteppedMachine(kernel, { memory: conductor.memory, cpus, tracer: silent });
  // What makes a CPU run a task: the task, and its page table.
  const move = (from: number, to: number): void => {
    for (const field of [cpu_area.current, cpu_area.cr3]) {
      const at = (cpuAddress(from) + field) >> 2;
      machine.ram[(cpuAddress(to) + field) >> 2] = machine.ram[at] as number;
      if (from !== to) machine.ram[at] = 0;
    }
  };
  let cpu = 0;
  conductor.enter = () => {
    cpu = (cpu + 1) % cpus;
    move(0, cpu);
    machine.start(cpu, 'system_call');
    while (!machine.isIdle(cpu)) machine.step(cpu);
    move(cpu, 0);
    return machine.result(cpu);
  };
  return conductor;
}

/** What a run leaves: the first difference from the recording, if any, and the hash of RAM. */
function outcome(conductor: Conductor, profile: ProfileName, program: RecordedProgram): string {
  const { difference } = conformProgram(conductor, profile, program);
  return JSON.stringify([difference, hashRam(conductor.memory)]);
}

const PROFILES: readonly ProfileName[] = ['linux-6', 'linux-2.6.16'];

// Each program in one of the profiles and in the other by calls on other CPUs; in the long form in both.
describe.each(PROFILES)('%s', (profile) => {
  const programsOf = (turn: number): readonly RecordedProgram[] =>
    recordedPrograms.filter((_, i) => isLong || (i + turn) % PROFILES.length === PROFILES.indexOf(profile));

  test('recorded programs end in the same RAM in both builds', () => {
    const direct = new Conductor(profile);
    const { conductor, steps } = steppedConductor(profile);
    for (const program of programsOf(0)) {
      const name = nameOf(program);
      const expected = outcome(direct, profile, program);
      expect(`${name} ${outcome(conductor, profile, program)}`).toBe(`${name} ${expected}`);
    }
    expect(steps()).toBeGreaterThan(amount(400_000, 1_000_000));
  });

  test('recorded programs give the same answers when each call runs on another CPU', () => {
    const direct = new Conductor(profile);
    const travelling = travellingConductor(profile);
    for (const program of programsOf(1)) {
      const name = nameOf(program);
      const { difference: expected } = conformProgram(direct, profile, program);
      const { difference } = conformProgram(travelling, profile, program);
      expect({ name, difference }).toEqual({ name, difference: expected });
    }
  });
});
