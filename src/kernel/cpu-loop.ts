/**
 * What a CPU does from power-on to stop: run the current task, take the next one, idle when there is none. Between
 * two user instructions a CPU listens to the console: it parks while RAM is being looked at, and leaves on stop.
 */
import { atomic_dec, atomic_inc } from '../machine/atomic.ts';
import { load, store, this_cpu, wait_for_change, wake_waiters } from '../machine/bus.ts';
import { CPU_IDLE, CPU_PARKED, CPU_RUNNING, cpu_area, machine } from '../machine/map.ts';
import { PF_DEAD, RESTART_UNINTERRUPTIBLE } from './abi.ts';
import { current } from './context.ts';
import { put_task_struct } from './task.ts';
import { time_passes } from './interrupt.ts';
import { cpu_data, kernel, rq, task_struct } from './layout.ts';
import { mmdrop } from './mm.ts';
import { this_cpu_data, this_rq } from './percpu.ts';
import { rcu_process_callbacks } from './rcu-callbacks.ts';
import { idle_balance, schedule } from './sched.ts';
import { do_signal } from './signal-delivery.ts';
import { put_user } from './uaccess.ts';
import { user_step } from './usermode.ts';

/** Waits at the start barrier until every CPU has come. */
function start_barrier(): void {
  atomic_inc(machine.online);
  wake_waiters(machine.online);
  const all = load(machine.ncpus);
  for (let seen = load(machine.online); seen < all; seen = load(machine.online)) {
    wait_for_change(machine.online, seen);
  }
}

/** Stands still while the console looks at RAM. */
function park(area: number): void {
  const state = load(area + cpu_area.state);
  store(area + cpu_area.state, CPU_PARKED);
  atomic_inc(machine.parked);
  while (load(machine.freeze) !== 0 && load(machine.stop) === 0) wait_for_change(machine.freeze, 1);
  atomic_dec(machine.parked);
  store(area + cpu_area.state, state);
}

/** What a task does first on a new CPU: a child that asked for it stores its own number. */
export function schedule_tail(tsk: number): void {
  const at = load(tsk + task_struct.set_child_tid);
  if (at) {
    store(tsk + task_struct.set_child_tid, 0);
    put_user(load(tsk + task_struct.pid), at);
  }
}

/**
 * Gives the CPU to the next task, and drops the last reference on the one that left when it is dead. In between no task is
 * in the kernel here, so callbacks of RCU run.
 */
export function context_switch(): void {
  const prev = current();
  const dead = prev ? load(prev + task_struct.flags) & PF_DEAD : 0;
  schedule();
  if (dead) {
    const mm = load(prev + task_struct.active_mm);
    if (mm) mmdrop(mm);
    put_task_struct(prev);
  }
  rcu_process_callbacks();
}

/**
 * What stands between a task and its next user instruction: its signals, unless it is in a call that none of them ends.
 * 1 when it goes on, 0 when it stopped or died.
 */
export function return_to_user(tsk: number): number {
  if (load(tsk + task_struct.sigpending) === 0) return 1;
  if (load(tsk + task_struct.restart) === RESTART_UNINTERRUPTIBLE) return 1;
  return do_signal();
}

/**
 * Runs the current task until its slice is over, which takes a tick when somebody waits for one, a tick came before that,
 * it has to leave, or the console calls. 1 when the CPU should take another task.
 */
function run_current(area: number, tsk: number): number {
  let done = 0;
  schedule_tail(tsk);
  while (load(machine.stop) === 0 && load(machine.freeze) === 0) {
    if (return_to_user(tsk) === 0) return 1;
    if (user_step() === 0) return 1;
    done = done + 1;
    if (done >= load(tsk + task_struct.time_slice)) {
      time_passes();
      return 1;
    }
    if (load(area + cpu_area.need_resched)) return 1;
  }
  return 0;
}

/** Sleeps until some CPU queues a task; looks for work first. */
function idle(area: number): void {
  const seen = load(kernel.runnable);
  if (idle_balance()) return;
  store(area + cpu_area.state, CPU_IDLE);
  atomic_inc(kernel.idle_cpus);
  if (load(this_rq() + rq.nr_running) === 0) wait_for_change(kernel.runnable, seen);
  atomic_dec(kernel.idle_cpus);
  store(area + cpu_area.state, CPU_RUNNING);
}

/** The whole life of a CPU. Returns when the console stops the machine. */
export function cpu_main(): void {
  const area = this_cpu();
  store(area + cpu_area.state, CPU_RUNNING);
  start_barrier();
  for (;;) {
    if (load(machine.stop)) return;
    if (load(machine.freeze)) {
      park(area);
      continue;
    }
    store(area + cpu_area.heartbeat, load(area + cpu_area.heartbeat) + 1);
    const tsk = current();
    if (tsk === 0) {
      if (schedule() === 0) idle(area);
    } else {
      const done = run_current(area, tsk);
      if (done) context_switch();
      const counter = this_cpu_data() + cpu_data.slices;
      store(counter, load(counter) + 1);
    }
  }
}
