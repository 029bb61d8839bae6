/** Runs a program on one CPU in this thread, in order: a task keeps the CPU until it sleeps, ends or used its slice. */
import { attach, load, store, this_cpu } from '../machine/bus.ts';
import type { Engine } from '../machine/engine.ts';
import { TIME_SLICE } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { current } from '../kernel/context.ts';
import { context_switch, return_to_user, schedule_tail } from '../kernel/cpu-loop.ts';
import { time_passes } from '../kernel/interrupt.ts';
import { INSTRUCTION_WORDS, OP_INT80, WORD_OP, WORD_TASK } from '../kernel/isa.ts';
import { kernel, pt_regs, task_struct } from '../kernel/layout.ts';
import { schedule } from '../kernel/sched.ts';
import { user_step } from '../kernel/usermode.ts';
import type { ProgramImage } from '../scenario/image.ts';
import { bootMachine } from './boot.ts';
import type { OrderedCode } from './uncut.ts';
import { armFaults, type Faults } from './faults.ts';

/** One system call that is over. */
export interface CallEvent {
  /** Index of the program's task. */
  readonly task: number;
  readonly pid: number;
  /** The call as the program writes it. */
  readonly text: string;
  readonly result: number;
}

export interface OrderedRun {
  readonly memory: SharedArrayBuffer;
  /** Why it ended: the programs did, every task sleeps, or it did not end by itself in time. */
  readonly ended: 'finished' | 'hung' | 'endless';
}

/** Instructions after which programs that loop for ever are told to end, and after which the run is given up. */
const WIND_DOWN_AFTER = 200_000;
const GIVE_UP_AFTER = 2_000_000;
/** The same for system calls, each of which is told and checked. */
const WIND_DOWN_AFTER_CALLS = 2_000;
const GIVE_UP_AFTER_CALLS = 10_000;

const reference: OrderedCode = { schedule, schedule_tail, return_to_user, user_step, context_switch, time_passes };

/** A booted machine for a program, ready to run in order; what fails on purpose or is chosen is drawn as the seed says. */
export function bootForProgram(
  image: ProgramImage,
  faults?: Faults,
  seed = 0,
  engine: Engine = 'js',
): SharedArrayBuffer {
  const memory = bootMachine({ profile: image.profile, cpus: 1, engine, code: image.code, rodata: image.rodata });
  if (faults !== undefined) armFaults(memory, faults, seed);
  attach(memory, 0, undefined, seed);
  return memory;
}

/**
 * Runs to the end and tells of every system call of the program's own tasks. Lets a MachineFault of the modelled
 * kernel through. `code` is the kernel's, by default the reference.
 */
export function runInOrder(
  memory: SharedArrayBuffer,
  image: ProgramImage,
  onCall: (event: CallEvent) => void,
  code = reference,
): OrderedRun {
  let slice = 0;
  let calls = 0;
  const tell = (event: CallEvent): void => {
    calls++;
    onCall(event);
  };
  for (let steps = 0; steps < GIVE_UP_AFTER && calls < GIVE_UP_AFTER_CALLS; steps++) {
    if (load(kernel.finished)) return { memory, ended: 'finished' };
    if (steps > WIND_DOWN_AFTER || calls > WIND_DOWN_AFTER_CALLS) store(kernel.wind_down, 1);
    if (current() === 0 && code.schedule() === 0) {
      // Nobody can go on before a timer is due.
      if (load(this_cpu() + cpu_area.timers_armed) === 0) return { memory, ended: 'hung' };
      code.time_passes();
      continue;
    }
    const goesOn = step(code, image, tell);
    slice = goesOn ? slice + 1 : 0;
    if (goesOn && slice === TIME_SLICE) code.time_passes();
    if (!goesOn || slice === TIME_SLICE) code.context_switch();
    if (slice === TIME_SLICE) slice = 0;
  }
  return { memory, ended: 'endless' };
}

/** One instruction, or one signal, of the current task. False when it has to leave the CPU. */
function step(code: OrderedCode, image: ProgramImage, onCall: (event: CallEvent) => void): boolean {
  const task = current();
  code.schedule_tail(task);
  if (code.return_to_user(task) === 0) return false;
  const regs = task + task_struct.regs;
  const eip = load(regs + pt_regs.eip);
  const word = (index: number): number => image.code[eip * INSTRUCTION_WORDS + index] ?? 0;
  const goesOn = code.user_step() === 1;
  const text = word(WORD_OP) === OP_INT80 ? image.callText.get(eip) : undefined;
  if (text !== undefined && load(regs + pt_regs.eip) !== eip) {
    const result = load(regs + pt_regs.eax);
    onCall({ task: word(WORD_TASK), pid: load(task + task_struct.pid), text, result });
  }
  return goesOn;
}
