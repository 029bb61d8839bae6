/** A conductor whose system calls run in the stepped build. */
import { Conductor } from '../../dist/src/conform/conductor.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { SteppedMachine } from '../../dist/src/stepped/machine.js';
import { silent } from '../../dist/src/stepped/tracer.js';

const kernel = (await import('../../dist/stepped/kernel.js')) as unknown as CompiledModule;

/** The conductor, and how many steps its calls have taken. */
export function steppedConductor(profile: ProfileName): { conductor: Conductor; steps: () => number } {
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
