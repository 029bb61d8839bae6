/**
 * Small machines whose CPUs are interrupted, from random text: CPUs that store, add and lock, with interrupts on or off, and a
 * handler that does so as well. For searches that try everything, and for the plain truth: every order of everything, with
 * interrupts at every moment.
 */
import { Random } from '../../dist/src/base/random.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { cpuAddress } from '../../dist/src/machine/map.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { SteppedMachine, type Snapshot } from '../../dist/src/stepped/machine.js';
import { tickOf } from '../../dist/src/stepped/move.js';
import { stateNumber } from '../../dist/src/stepped/state.js';
import { compileEdited } from './stepped-kernel.ts';

/** The file in whose place the text is compiled. */
const FILE = 'dist/src/kernel/percpu.js';

/** Words of a CPU's own block: interrupts on, ticks left. */
const [IRQS, LEFT] = [0, 4];
const X = 0x20000;
const LOCK = X + 64;

export const CPUS = 2;

const OPS: readonly ((random: Random) => string)[] = [
  (random) => `store(${X + 4 * random.below(2)}, ${1 + random.below(3)});`,
  (random) => `xadd(${X + 4 * random.below(2)}, ${1 + random.below(3)});`,
  (random) => `store(${X + 8 + 4 * random.below(2)}, load(${X + 4 * random.below(2)}));`,
];

/** What is under the lock, with interrupts off or, now and then, on: then the handler may wait for ever. */
function locked(random: Random, isOpen: boolean): string {
  const body = `arch_spin_lock(${LOCK}); ${random.pick(OPS)(random)} arch_spin_unlock(${LOCK});`;
  return isOpen ? body : `store(this_cpu() + ${IRQS}, 0); ${body} store(this_cpu() + ${IRQS}, 1);`;
}

export function interruptedText(seed: number): string {
  const random = new Random(seed);
  const functions = Array.from({ length: CPUS }, (_, cpu) => {
    const ops = [random.pick(OPS)(random)];
    if (random.below(3) === 0) ops.push(locked(random, random.below(3) === 0));
    return `export function cpu${cpu}() { ${ops.join(' ')} }`;
  });
  const handler = random.below(2) === 0 ? random.pick(OPS)(random) : locked(random, true);
  return `import { load, store, xadd, this_cpu } from '../machine/bus.js';
import { arch_spin_lock, arch_spin_unlock } from '../machine/arch-spin.js';
${functions.join('\n')}
export function tick(chosen) {
  store(this_cpu() + ${IRQS}, 0);
  store(this_cpu() + ${LEFT}, load(this_cpu() + ${LEFT}) - 1);
  ${handler}
  store(this_cpu() + ${IRQS}, 1);
}
`;
}

export async function compileInterrupted(seed: number): Promise<CompiledModule> {
  const text = interruptedText(seed);
  const names = [...Array.from({ length: CPUS }, (_, cpu) => `cpu${cpu}`), 'tick'];
  const edited = (file: string, own: string): string => (file === FILE ? text : own);
  return (await compileEdited(edited, ...names.map((name) => `${FILE}:${name}`))).module;
}

const silent = (): void => undefined;

/** A machine of it with so many ticks for each CPU; `chosen`: CPUs are asked. */
export function interruptedMachine(module: CompiledModule, ticks: number, chosen: boolean): SteppedMachine {
  const memory = new ArrayBuffer(1 << 18);
  const words = new Int32Array(memory);
  const own = (cpu: number, field: number): number => words[(cpuAddress(cpu) + field) >> 2] as number;
  const tracer = {
    trace_lock: silent,
    trace_unlock: silent,
    trace_alloc: silent,
    trace_free: silent,
    trace_call_rcu: silent,
    trace_rcu_dereference: silent,
    trace_syscall_enter: silent,
    trace_syscall_leave: silent,
    warn: silent,
  };
  words[LOCK >> 2] = 1;
  for (let cpu = 0; cpu < CPUS; cpu++) {
    words[(cpuAddress(cpu) + IRQS) >> 2] = 1;
    words[(cpuAddress(cpu) + LEFT) >> 2] = ticks;
  }
  const interrupts = {
    handler: module.entries['tick'] as number,
    chosen,
    isOpen: (cpu: number) => own(cpu, IRQS) !== 0,
    mayCome: (cpu: number) => own(cpu, LEFT) > 0,
    turn: () => -1,
  };
  const machine = new SteppedMachine(module, { memory, cpus: CPUS, tracer, interrupts });
  for (let cpu = 0; cpu < CPUS; cpu++) machine.start(cpu, `cpu${cpu}`);
  return machine;
}

/** As much of a subject as searches of executions ask for. `ends` are the states in which executions ended. */
export function interruptedSubject(machine: SteppedMachine): Subject & { readonly ends: Set<number> } {
  const initial = machine.snapshot();
  const ends = new Set<number>();
  return {
    ends,
    machine,
    cpus: CPUS,
    profile: null,
    stepBound: 10_000,
    watches: false,
    watched: new Set(),
    standing: [],
    lookout: undefined,
    listener: undefined,
    watch: () => undefined,
    reset: () => machine.restore(initial),
    invariant: () => undefined,
    atEnd: () => {
      ends.add(stateNumber(machine.hash()));
      return [];
    },
    stack: () => [],
    faultStack: () => [],
    cpuLines: () => [],
    blame: () => 'tick',
    syscalls: () => 0,
  } as unknown as Subject & { readonly ends: Set<number> };
}

/** Every state in which no CPU can step, of every order, a CPU interrupted whenever it may be. */
export function endsOfAll(module: CompiledModule, ticks: number): Set<number> {
  const machine = interruptedMachine(module, ticks, false);
  const ends = new Set<number>();
  const seen = new Set<number>();
  const inside = (cpu: number): boolean =>
    machine.callerOf(machine.region(cpu), machine.frames[machine.region(cpu)] as number) !== 0;
  const visit = (): void => {
    const number = stateNumber(machine.hash());
    if (seen.has(number)) return;
    seen.add(number);
    const here: Snapshot = machine.snapshot();
    let steps = 0;
    for (let cpu = 0; cpu < CPUS; cpu++) {
      const words = new Int32Array(machine.ram.buffer);
      const own = (field: number): number => words[(cpuAddress(cpu) + field) >> 2] as number;
      if (machine.enabled(cpu)) {
        steps++;
        machine.step(cpu);
        visit();
        machine.restore(here);
      }
      if (machine.isIdle(cpu) || inside(cpu) || own(IRQS) === 0 || own(LEFT) === 0) continue;
      machine.step(tickOf(cpu));
      visit();
      machine.restore(here);
    }
    if (steps === 0) ends.add(number);
  };
  visit();
  return ends;
}
