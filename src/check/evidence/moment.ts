/** A moment of an execution as lines of a report: who does what to which word, where, holding which locks. */
import { heldLocks, lockText, taskText } from './machine-state.ts';
import { type Frame, frameText } from './call-chain.ts';
import type { World } from './observer.ts';
import { isKernelMachine } from './variable.ts';
import { FREED, GIVEN_BACK } from '../../machine/access.ts';
import { isAtomic, isLock, isMarked, isWrite, LOCK } from '../../machine/access-kinds.ts';

/** What an access is called: `write`, `marked read`, `lock` ... */
export function accessName(kind: number): string {
  if (isLock(kind)) return 'lock';
  if (LOCK[kind] === FREED || LOCK[kind] === GIVEN_BACK) return 'unlock';
  if (isAtomic(kind)) return 'atomic access';
  return `${isMarked(kind) ? 'marked ' : ''}${isWrite(kind) ? 'write' : 'read'}`;
}

/** `task owner/2 on CPU 1 at step 90`; without a kernel the CPU's function stands for the task. */
export function whoText(world: World, cpu: number, task: number, step: number): string {
  const who = task === 0 ? (isKernelMachine(world.view) ? 'no task' : world.names[cpu]) : undefined;
  return `${who ?? `task ${taskText(world.view, task, world.names)}`} on CPU ${cpu} at step ${step}`;
}

/** The locks a CPU of a kernel machine holds now, as one line; nothing when there are none. */
export function heldLines(world: World, cpu: number): string[] {
  if (!isKernelMachine(world.view)) return [];
  return lockLines(world, heldLocks(world.view, cpu));
}

export function lockLines(world: World, locks: readonly number[]): string[] {
  return locks.length === 0 ? [] : [`  holds ${locks.map((lock) => lockText(world.view, lock)).join(', ')}`];
}

export const stackLines = (frames: readonly Frame[]): string[] => frames.map((frame) => `  ${frameText(frame)}`);
