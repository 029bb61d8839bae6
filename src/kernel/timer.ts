/**
 * Timers, in the shape of 2.6.14's kernel/timer.c: each CPU has a base with the timers that were armed there, and they run
 * there, from its tick. A timer that runs is in no list any more, and running_timer says that it does: who takes a timer
 * away for good asks both.
 *
 * Departures: a base's clock counts only while it has timers, in ticks; they run in the handler itself, with interrupts off,
 * since there are no softirqs; one list, since there are few.
 */
import { load, READ_ONCE, store, this_cpu, wait_for_change, wake_waiters, WRITE_ONCE } from '../machine/bus.ts';
import { local_irq_restore, local_irq_save } from '../machine/cpu.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { cpu_timers, this_timers } from './percpu.ts';
import { list_head, timer_base, timer_list } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_next } from './list.ts';
import { LOCK_TIMER } from './locks.ts';

/** timer_list.function: it_real_fn of a task, posix_timer_fn of a timer, process_timeout of a task; the first is that of 0. */
export const TIMER_POSIX = 1;
export const TIMER_TIMEOUT = 2;

/** What try_to_del_timer_sync answers of a timer that runs; else whether it waited. */
export const TIMER_RUNS = -1;

/** Sets up every base; boot only. */
export function init_timers(cpus: number): void {
  for (let cpu = 0; cpu < cpus; cpu++) {
    const base = cpu_timers(cpu);
    spin_lock_init(base + timer_base.lock, LOCK_TIMER);
    INIT_LIST_HEAD(base + timer_base.timers);
  }
}

function timer_pending(timer: number): number {
  return load(timer + timer_list.entry + list_head.next) ? 1 : 0;
}

/** Takes a timer out of its list; base->lock held. */
function detach_timer(timer: number): void {
  list_del(timer + timer_list.entry);
  store(timer + timer_list.entry + list_head.next, 0);
}

/**
 * Arms a timer on this CPU, `delay` ticks from now. It waits in no list, and runs nowhere but here. Takes
 * base->lock.
 */
export function add_timer(timer: number, data: number, delay: number): void {
  const flags = local_irq_save();
  const base = this_timers();
  spin_lock(base + timer_base.lock);
  WRITE_ONCE(timer + timer_list.base, base);
  store(timer + timer_list.data, data);
  store(timer + timer_list.expires, load(base + timer_base.jiffies) + delay);
  list_add_tail(timer + timer_list.entry, base + timer_base.timers);
  store(this_cpu() + cpu_area.timers_armed, 1);
  spin_unlock(base + timer_base.lock);
  local_irq_restore(flags);
}

/** Locks the base that a timer was armed on last, which may change until it is locked; interrupts are off. */
function lock_timer_base(timer: number): number {
  for (;;) {
    const base = READ_ONCE(timer + timer_list.base);
    spin_lock(base + timer_base.lock);
    if (base === READ_ONCE(timer + timer_list.base)) return base;
    spin_unlock(base + timer_base.lock);
  }
}

/** Takes a timer away unless it runs just now: TIMER_RUNS, else whether it waited. Takes base->lock. */
export function try_to_del_timer_sync(timer: number): number {
  if (READ_ONCE(timer + timer_list.base) === 0) return 0;
  const flags = local_irq_save();
  const base = lock_timer_base(timer);
  let found = TIMER_RUNS;
  if (load(base + timer_base.running_timer) !== timer) {
    found = timer_pending(timer);
    if (found) detach_timer(timer);
  }
  spin_unlock(base + timer_base.lock);
  local_irq_restore(flags);
  return found;
}

/** Waits while a timer runs on another CPU. The caller holds nothing that its function wants, and is not the function. */
export function timer_wait_running(timer: number): void {
  base_wait_running(READ_ONCE(timer + timer_list.base), timer);
}

/** The same for a timer that may be gone by now, by the base that it runs on. */
export function base_wait_running(base: number, timer: number): void {
  wait_for_change(base + timer_base.running_timer, timer);
}

/** Takes a timer away for good: when this returns it neither waits nor runs. Its function may arm it again. */
export function del_timer_sync(timer: number): void {
  while (try_to_del_timer_sync(timer) === TIMER_RUNS) timer_wait_running(timer);
}

/** Ticks until a timer is due, at least 1; 0 for one that waits for nothing. Takes base->lock. */
export function timer_remaining(timer: number): number {
  if (READ_ONCE(timer + timer_list.base) === 0) return 0;
  const flags = local_irq_save();
  const base = lock_timer_base(timer);
  let left = 0;
  if (timer_pending(timer)) left = load(timer + timer_list.expires) - load(base + timer_base.jiffies);
  spin_unlock(base + timer_base.lock);
  local_irq_restore(flags);
  return left;
}

/** How long ago a timer was due that is not armed, by the clock of the CPU that it ran on. Takes base->lock. */
export function timer_late(timer: number): number {
  const flags = local_irq_save();
  const base = lock_timer_base(timer);
  const late = load(base + timer_base.jiffies) - load(timer + timer_list.expires);
  spin_unlock(base + timer_base.lock);
  local_irq_restore(flags);
  return late;
}

/** A tick of this CPU's clock; interrupts are off. Takes base->lock. */
export function advance_timers(base: number): void {
  spin_lock(base + timer_base.lock);
  store(base + timer_base.jiffies, load(base + timer_base.jiffies) + 1);
  spin_unlock(base + timer_base.lock);
}

/** The first timer that is due: it runs from here on, and is its caller's; 0 for none. Takes base->lock. */
export function next_due_timer(base: number): number {
  spin_lock(base + timer_base.lock);
  const now = load(base + timer_base.jiffies);
  const head = base + timer_base.timers;
  let due = 0;
  for (let entry = list_next(head); entry !== head && due === 0; entry = list_next(entry)) {
    if (load(entry - timer_list.entry + timer_list.expires) <= now) due = entry - timer_list.entry;
  }
  if (due) detach_timer(due);
  WRITE_ONCE(base + timer_base.running_timer, due);
  // Only this CPU arms timers here, so none can have come meanwhile.
  if (list_empty(head) && due === 0) store(this_cpu() + cpu_area.timers_armed, 0);
  spin_unlock(base + timer_base.lock);
  wake_waiters(base + timer_base.running_timer);
  return due;
}
