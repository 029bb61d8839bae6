/**
 * The timer interrupt: what a CPU does at a tick, in between any two accesses while interrupts are on. Whoever ran is
 * interrupted as he stands, locks and all: the handler must not want what can be held with interrupts on.
 *
 * When it comes is decided outside: by a search (stepped/interrupts.ts), by a draw on real threads (machine/tick.ts), by a
 * slice that is used up (cpu-loop.ts). Interrupts stay off in it, so it is not interrupted itself.
 */
import { load, store, this_cpu } from '../machine/bus.ts';
import { irq_enter, irq_exit } from '../machine/cpu.ts';
import { cpu_area } from '../machine/map.ts';
import { it_real_fn } from './itimer.ts';
import { timer_list } from './layout.ts';
import { this_timers } from './percpu.ts';
import { posix_timer_fn } from './posix-timer.ts';
import { rcu_irq_enter, rcu_irq_exit } from './rcu.ts';
import { process_timeout } from './timeout.ts';
import { advance_timers, next_due_timer, TIMER_POSIX, TIMER_TIMEOUT } from './timer.ts';

/** The slice of whoever runs is over: a tick is as long as one. */
function scheduler_tick(area: number): void {
  store(area + cpu_area.need_resched, 1);
}

/** Runs a timer that is due. */
function call_timer_fn(timer: number): void {
  const data = load(timer + timer_list.data);
  const which = load(timer + timer_list.function);
  if (which === TIMER_POSIX) posix_timer_fn(data);
  else if (which === TIMER_TIMEOUT) process_timeout(data);
  else it_real_fn(data);
}

/** Runs the timers that are due, if any can be. */
function run_local_timers(area: number): void {
  if (load(area + cpu_area.timers_armed) === 0) return;
  const idle = rcu_irq_enter();
  const base = this_timers();
  advance_timers(base);
  for (let timer = next_due_timer(base); timer; timer = next_due_timer(base)) call_timer_fn(timer);
  rcu_irq_exit(idle);
}

/** The handler. `chosen`: 1 when it is one of those that a search may choose, of which there are so many. */
export function timer_interrupt(chosen: number): void {
  const area = this_cpu();
  irq_enter();
  store(area + cpu_area.ticks_taken, load(area + cpu_area.ticks_taken) + 1);
  if (chosen) store(area + cpu_area.ticks_left, load(area + cpu_area.ticks_left) - 1);
  scheduler_tick(area);
  run_local_timers(area);
  irq_exit();
}

/** Time has passed that nobody chose: a tick, where somebody waits for one. */
export function time_passes(): void {
  if (load(this_cpu() + cpu_area.timers_armed)) timer_interrupt(0);
}
