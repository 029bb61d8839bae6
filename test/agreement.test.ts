/**
 * One kernel source, two builds: every recorded program gives the same answers and leaves the same RAM, byte for byte,
 * whether the kernel runs as it stands or one bus access at a time.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Conductor } from '../dist/src/conform/conductor.js';
import { conformProgram } from '../dist/src/conform/programs.js';
import type { RecordedProgram } from '../dist/src/conform/recording-types.js';
import { hashRam } from '../dist/src/machine/ram.js';
import type { ProfileName } from '../dist/src/scenario/ast.js';
import { SteppedMachine, type CompiledModule } from '../dist/src/stepper/stepped.js';
import { silent } from '../dist/src/stepper/tracer.js';

const kernel = (await import('../dist/stepped/kernel.js')) as unknown as CompiledModule;

const programs = ['programs', 'directed'].flatMap((name) =>
  readFileSync(new URL(`oracle/${name}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedProgram),
);

/** A conductor whose system calls run in the stepped build; counts the steps. */
function steppedConductor(profile: ProfileName): { conductor: Conductor; steps: () => number } {
  const conductor = new Conductor(profile);
  const machine = new SteppedMachine(kernel, { memory: conductor.memory, cpus: 1, tracer: silent });
  let steps = 0;
  conductor.enter = () => {
    machine.start(0, 'system_call');
    for (; !machine.isIdle(0); steps++) machine.step(0);
    return machine.result(0);
  };
  return { conductor, steps: () => steps };
}

/** What a run leaves: the first difference from the recording, if any, and the hash of RAM. */
function outcome(conductor: Conductor, profile: ProfileName, program: RecordedProgram): string {
  const { difference } = conformProgram(conductor, profile, program);
  return JSON.stringify([difference, hashRam(conductor.memory)]);
}

describe.each<ProfileName>(['linux-6', 'linux-2.6.16'])('%s', (profile) => {
  test('every recorded program ends in the same RAM in both builds', () => {
    const direct = new Conductor(profile);
    const { conductor, steps } = steppedConductor(profile);
    for (const program of programs) {
      const name = program.name ?? `seed ${program.seed}`;
      const expected = outcome(direct, profile, program);
      expect(`${name} ${outcome(conductor, profile, program)}`).toBe(`${name} ${expected}`);
    }
    expect(steps()).toBeGreaterThan(1_000_000);
  });
});
