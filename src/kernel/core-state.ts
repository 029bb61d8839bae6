/**
 * Those whose memory somebody dumps: each tells on its way out that it has come, and sleeps until the dump is over. 2.6 counts
 * all who use the memory, in exit_mm; linux-6 the threads of the group, as they begin to exit.
 */
import { atomic_dec_and_test } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { PF_POSTCOREDUMP, RESTART_EXITING } from './abi.ts';
import { complete_all, wait_for_completion } from './completion.ts';
import { core_state, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { thread_group_empty } from './pid.ts';

/** One more has come; the last one wakes the dumper. 2.6: mmap_sem held for writing. */
export function come_to_dump(core: number): void {
  if (atomic_dec_and_test(core + core_state.core_waiters)) complete_all(core + core_state.core_startup_done);
}

/** 1 when the dump is over; else the current task is asleep, and looks again. */
export function dump_is_over(core: number, tsk: number): number {
  return wait_for_completion(core + core_state.core_done, tsk, RESTART_EXITING);
}

/** linux-6: the same for the dump of the task's own group. */
export function group_dump_is_over(tsk: number): number {
  return dump_is_over(load(tsk + task_struct.signal) + signal_struct.core_state, tsk);
}

/**
 * linux-6: the current task begins to exit, and no dump that begins later counts it. 1; or 0 when one is under way: the task
 * is asleep until it is over. Takes siglock, unless there is nobody who could dump.
 */
export function coredump_task_exit(tsk: number): number {
  if (thread_group_empty(tsk)) return 1;
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) | PF_POSTCOREDUMP);
  const dumping = load(signal + signal_struct.dumping);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  if (dumping === 0) return 1;
  come_to_dump(signal + signal_struct.core_state);
  return group_dump_is_over(tsk);
}
