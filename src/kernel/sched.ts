/**
 * The scheduler: a run queue per CPU, an idle CPU takes work from others.
 *
 * A runnable task is either in one queue or running on one CPU (on_rq = 1 in both cases). A task that sleeps has set
 * its state first and tested its condition after, so a waker that changes the condition and then looks at the state
 * never misses it. state, on_rq, cpu and run_list are guarded by the rq->lock of the CPU that `cpu` names, which is taken
 * with interrupts off: signals that interrupts send wake tasks.
 *
 * A sleeping system call does not keep a stack: it leaves its state set, the task leaves the CPU at the return to
 * user mode, and the instruction runs again after the wake-up, as Linux restarts calls.
 */
import { atomic_inc } from '../machine/atomic.ts';
import { load, READ_ONCE, store, this_cpu, wake_waiters, WRITE_ONCE } from '../machine/bus.ts';
import { local_irq_restore, local_irq_save, smp_processor_id } from '../machine/cpu.ts';
import { BUG, BUG_SCHED_ATOMIC } from '../machine/fault.ts';
import { TIME_SLICE } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import {
  spin_lock,
  spin_lock_init,
  spin_lock_irq,
  spin_lock_irqsave,
  spin_unlock,
  spin_unlock_irq,
  spin_unlock_irqrestore,
} from '../machine/spinlock.ts';
import {
  PF_DEAD,
  TASK_DEAD,
  TASK_INTERRUPTIBLE,
  TASK_RUNNING,
  TASK_STOPPED,
  TASK_TRACED,
  TASK_UNINTERRUPTIBLE,
} from './abi.ts';
import { kernel, mm_struct, rq, task_struct, wait_queue_head } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_next } from './list.ts';
import { LOCK_RQ } from './locks.ts';
import { cpu_rq, this_rq } from './percpu.ts';
import { rcu_note_switch } from './rcu.ts';
import { remove_wait_queue } from './waitqueue.ts';

/** Sets up every run queue; boot only. */
export function sched_init(cpus: number): void {
  for (let cpu = 0; cpu < cpus; cpu++) {
    const q = cpu_rq(cpu);
    spin_lock_init(q + rq.lock, LOCK_RQ);
    INIT_LIST_HEAD(q + rq.queue);
    store(q + rq.rcu_passed, 1);
  }
}

/**
 * Locks the run queue that the task belongs to, which may change until it is locked. Who takes a task to another queue stores
 * the number last: who reads it has all that was done to the task under the old lock. Interrupts are off.
 */
function task_rq_lock(tsk: number): number {
  for (;;) {
    const q = cpu_rq(READ_ONCE(tsk + task_struct.cpu));
    spin_lock(q + rq.lock);
    if (q === cpu_rq(READ_ONCE(tsk + task_struct.cpu))) return q;
    spin_unlock(q + rq.lock);
  }
}

/** Puts a task at the end of a queue; rq->lock held. */
function enqueue_task(q: number, tsk: number): void {
  list_add_tail(tsk + task_struct.run_list, q + rq.queue);
  store(q + rq.nr_running, load(q + rq.nr_running) + 1);
  store(tsk + task_struct.on_rq, 1);
}

/** Tells idle CPUs that there is work. */
function announce_work(): void {
  atomic_inc(kernel.runnable);
  if (load(kernel.idle_cpus)) wake_waiters(kernel.runnable);
}

/** Makes a task runnable whose state is in `mask`; 1 when it was. Takes its rq->lock. */
export function try_to_wake_up(tsk: number, mask: number): number {
  const flags = local_irq_save();
  const q = task_rq_lock(tsk);
  if ((load(tsk + task_struct.state) & mask) === 0) {
    spin_unlock(q + rq.lock);
    local_irq_restore(flags);
    return 0;
  }
  store(tsk + task_struct.state, TASK_RUNNING);
  const queued = load(tsk + task_struct.on_rq) === 0;
  if (queued) enqueue_task(q, tsk);
  spin_unlock(q + rq.lock);
  local_irq_restore(flags);
  if (queued) announce_work();
  return 1;
}

export function wake_up_process(tsk: number): void {
  try_to_wake_up(tsk, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE | TASK_STOPPED | TASK_TRACED);
}

/** Wakes everybody on the queue; they stay on it until they run. Takes the queue's lock, inside it rq->lock. */
export function wake_up(queue: number): void {
  const flags = spin_lock_irqsave(queue + wait_queue_head.lock);
  wake_up_locked(queue);
  spin_unlock_irqrestore(queue + wait_queue_head.lock, flags);
}

/** The same with the queue's lock held. */
export function wake_up_locked(queue: number): void {
  const head = queue + wait_queue_head.task_list;
  for (let entry = list_next(head); entry !== head; entry = list_next(entry)) {
    try_to_wake_up(entry - task_struct.wait_entry, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
  }
}

/** Puts a new task on this CPU's queue. */
export function wake_up_new_task(tsk: number): void {
  const q = this_rq();
  const flags = spin_lock_irqsave(q + rq.lock);
  WRITE_ONCE(tsk + task_struct.cpu, smp_processor_id());
  enqueue_task(q, tsk);
  spin_unlock_irqrestore(q + rq.lock, flags);
  announce_work();
}

/** Takes the first task off a queue, or 0; rq->lock held. */
function dequeue_first(q: number): number {
  if (list_empty(q + rq.queue)) return 0;
  const tsk = list_next(q + rq.queue) - task_struct.run_list;
  list_del_init(tsk + task_struct.run_list);
  store(q + rq.nr_running, load(q + rq.nr_running) - 1);
  return tsk;
}

/** Takes a task from another CPU's queue for this one, or 0. Takes their rq->lock, one at a time. */
function steal_task(cpu: number): number {
  const cpus = load(kernel.nr_cpus);
  for (let i = 1; i < cpus; i++) {
    const q = cpu_rq((cpu + i) % cpus);
    if (load(q + rq.nr_running) === 0) continue;
    spin_lock_irq(q + rq.lock);
    const tsk = dequeue_first(q);
    if (tsk) WRITE_ONCE(tsk + task_struct.cpu, cpu);
    spin_unlock_irq(q + rq.lock);
    if (tsk) return tsk;
  }
  return 0;
}

/** 1 when a task has to leave its CPU: it sleeps, stopped or died. Asked about the current task. */
export function must_leave(tsk: number): number {
  return load(tsk + task_struct.state) !== TASK_RUNNING || load(tsk + task_struct.flags) & PF_DEAD ? 1 : 0;
}

/** Takes the running task off the CPU: to the queue's end when it can still run, else to sleep, or for good. */
function put_prev_task(q: number, prev: number): void {
  if (load(prev + task_struct.flags) & PF_DEAD) store(prev + task_struct.state, TASK_DEAD);
  if (load(prev + task_struct.state) & TASK_INTERRUPTIBLE && load(prev + task_struct.sigpending)) {
    store(prev + task_struct.state, TASK_RUNNING);
  }
  if (load(prev + task_struct.state) === TASK_RUNNING) enqueue_task(q, prev);
  else store(prev + task_struct.on_rq, 0);
}

/**
 * Gives the CPU to the next task and returns it, or 0 when there is none. The task that leaves is queued when it is
 * runnable; when it is dead the caller puts the last reference (finish_task_switch).
 */
export function schedule(): number {
  const area = this_cpu();
  if (load(area + cpu_area.preempt_count) !== 0) BUG(BUG_SCHED_ATOMIC, load(area + cpu_area.current));
  const q = this_rq();
  const prev = load(area + cpu_area.current);
  spin_lock_irq(q + rq.lock);
  if (prev) {
    put_prev_task(q, prev);
    store(prev + task_struct.on_cpu, 0);
  }
  const next = dequeue_first(q);
  store(area + cpu_area.current, next);
  if (next) switch_to(area, next);
  spin_unlock_irq(q + rq.lock);
  rcu_note_switch(prev, next);
  if (next) remove_wait_queue(next);
  return next;
}

/** Loads the address space and the time slice of the task that comes; rq->lock held or the task unreachable. */
function switch_to(area: number, next: number): void {
  const mm = load(next + task_struct.mm);
  store(next + task_struct.on_cpu, 1);
  store(next + task_struct.time_slice, TIME_SLICE);
  store(area + cpu_area.need_resched, 0);
  store(area + cpu_area.cr3, mm ? load(mm + mm_struct.pgd) : 0);
}

/**
 * Gives this CPU to a task of its own queue, whichever stands first: for a console that runs one task at a time.
 * The task that leaves is queued when it is runnable. Takes rq->lock.
 */
export function dispatch(next: number): void {
  const area = this_cpu();
  const q = this_rq();
  const prev = load(area + cpu_area.current);
  if (prev === next) return;
  spin_lock_irq(q + rq.lock);
  if (prev) {
    put_prev_task(q, prev);
    store(prev + task_struct.on_cpu, 0);
  }
  list_del_init(next + task_struct.run_list);
  store(q + rq.nr_running, load(q + rq.nr_running) - 1);
  store(area + cpu_area.current, next);
  switch_to(area, next);
  spin_unlock_irq(q + rq.lock);
  rcu_note_switch(prev, next);
  remove_wait_queue(next);
}

/** Looks for work elsewhere; the task becomes current. 0 when there is none. */
export function idle_balance(): number {
  const area = this_cpu();
  const next = steal_task(smp_processor_id());
  if (next === 0) return 0;
  store(area + cpu_area.current, next);
  switch_to(area, next);
  rcu_note_switch(0, next);
  remove_wait_queue(next);
  return next;
}

/** Lets another runnable task have the CPU before the slice is over. */
export function yield_cpu(tsk: number): void {
  store(tsk + task_struct.time_slice, 0);
}
