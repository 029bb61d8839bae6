/**
 * The part of a CPU that locks and the scheduler use: interrupt flag, preempt count, and the list of locks held. All
 * of it lies in RAM, in the CPU's own block, so the console can read it while the CPU hangs.
 */
import { load, store, this_cpu } from './bus.ts';
import { BUG, BUG_HELD_OVERFLOW, BUG_UNLOCK, WARN_IRQS_ALREADY_OFF } from './fault.ts';
import { MAX_HELD_LOCKS } from './limits.ts';
import { cpu_area } from './map.ts';
import { trace_contended, trace_lock, trace_unlock } from './trace.ts';
import { warn } from './warning.ts';

/** Number of this CPU. */
export function smp_processor_id(): number {
  return load(this_cpu() + cpu_area.number);
}

export function preempt_disable(): void {
  const count = this_cpu() + cpu_area.preempt_count;
  store(count, load(count) + 1);
}

export function preempt_enable(): void {
  const count = this_cpu() + cpu_area.preempt_count;
  store(count, load(count) - 1);
}

export function local_irq_disable(): void {
  store(this_cpu() + cpu_area.irqs_on, 0);
}

/** What preempt_count is higher by while a CPU is in an interrupt: nothing may sleep there, nor schedule. */
export const HARDIRQ_OFFSET = 0x10000;

/** An interrupt begins: the CPU takes no other until irq_exit. */
export function irq_enter(): void {
  const area = this_cpu();
  store(area + cpu_area.irqs_on, 0);
  store(area + cpu_area.preempt_count, load(area + cpu_area.preempt_count) + HARDIRQ_OFFSET);
}

/** It is over, and interrupts are on again, as they were. */
export function irq_exit(): void {
  const area = this_cpu();
  store(area + cpu_area.preempt_count, load(area + cpu_area.preempt_count) - HARDIRQ_OFFSET);
  store(area + cpu_area.irqs_on, 1);
}

/** Switches interrupts off and returns the flag as it was. */
export function local_irq_save(): number {
  const flag = this_cpu() + cpu_area.irqs_on;
  const old = load(flag);
  store(flag, 0);
  return old;
}

export function local_irq_restore(flags: number): void {
  store(this_cpu() + cpu_area.irqs_on, flags);
}

/** The *_unlock_irq forms turn interrupts on whatever they were before; inside an irq-off region that is a bug. */
export function irq_enable_after_unlock(lock: number): void {
  const area = this_cpu();
  if (load(area + cpu_area.irqs_on)) warn(WARN_IRQS_ALREADY_OFF, lock);
  store(area + cpu_area.irqs_on, 1);
}

/** Enters a lock into the list of those held, and counts the acquisition under its class. */
export function lock_acquired(lock: number, mode: number): void {
  trace_lock(lock, mode);
  const area = this_cpu();
  const count = load(area + cpu_area.held_count);
  if (count >= MAX_HELD_LOCKS) BUG(BUG_HELD_OVERFLOW, lock);
  store(area + cpu_area.held + 4 * count, lock);
  store(area + cpu_area.held_count, count + 1);
  const statistic = area + cpu_area.lock_acquired + 4 * load(lock + LOCK_CLASS);
  store(statistic, load(statistic) + 1);
}

/** Takes a lock off the list; one that is not there is a BUG. */
export function lock_released(lock: number): void {
  trace_unlock(lock);
  const area = this_cpu();
  const count = load(area + cpu_area.held_count);
  let at = count - 1;
  while (at >= 0 && load(area + cpu_area.held + 4 * at) !== lock) at--;
  if (at < 0) BUG(BUG_UNLOCK, lock);
  for (; at < count - 1; at++) {
    store(area + cpu_area.held + 4 * at, load(area + cpu_area.held + 4 * at + 4));
  }
  store(area + cpu_area.held_count, count - 1);
}

/** 1 when this CPU holds the lock. */
export function lock_is_held(lock: number): number {
  const area = this_cpu();
  const count = load(area + cpu_area.held_count);
  for (let i = 0; i < count; i++) if (load(area + cpu_area.held + 4 * i) === lock) return 1;
  return 0;
}

/** Notes that the CPU begins to wait for a lock, and counts the contention. */
export function lock_contended(lock: number): void {
  const area = this_cpu();
  store(area + cpu_area.waiting_for, lock);
  const statistic = area + cpu_area.lock_contended + 4 * load(lock + LOCK_CLASS);
  store(statistic, load(statistic) + 1);
  trace_contended(lock);
}

/** Ends what lock_contended began. */
export function lock_wait_over(): void {
  store(this_cpu() + cpu_area.waiting_for, 0);
}

/** Offset of the class number in every kind of lock. */
export const LOCK_CLASS = 4;
