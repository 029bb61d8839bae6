/** Who runs here, and whether it may sleep. */
import { load, this_cpu } from '../machine/bus.ts';
import { WARN_SLEEP_IN_ATOMIC } from '../machine/fault.ts';
import { warn } from '../machine/warning.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { kernel, task_struct } from './layout.ts';

/** The task this CPU executes. */
export function current(): number {
  return load(this_cpu() + cpu_area.current);
}

/** Guards the pointers of a task to its contexts: load one and count it up inside, or swap it inside. */
export function task_lock(tsk: number): void {
  spin_lock(tsk + task_struct.alloc_lock);
}

export function task_unlock(tsk: number): void {
  spin_unlock(tsk + task_struct.alloc_lock);
}

/** The big kernel lock, which was left around ptrace. */
export function lock_kernel(): void {
  spin_lock(kernel.kernel_flag);
}

export function unlock_kernel(): void {
  spin_unlock(kernel.kernel_flag);
}

/** Stands where a function may block; warns when a spinlock is held or interrupts are off. */
export function might_sleep(): void {
  const area = this_cpu();
  if (load(area + cpu_area.preempt_count) !== 0 || load(area + cpu_area.irqs_on) === 0) warn(WARN_SLEEP_IN_ATOMIC, 0);
}

/** 1 when the current task has the capability. */
export function capable(capability: number): number {
  return load(current() + task_struct.cap_effective) & capability ? 1 : 0;
}
