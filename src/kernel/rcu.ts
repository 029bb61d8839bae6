/**
 * RCU: who takes something away from where others look without a lock leaves it standing until all of them are gone.
 *
 * A reader holds its CPU: it neither sleeps nor schedules between rcu_read_lock and rcu_read_unlock. So a callback may run
 * when every CPU has been seen in a quiescent state since it was queued: between two tasks, or with none. Callbacks lie in
 * lists of the CPU that queued them, oldest first: `nxtlist` until there are RCU_BATCH of them, then `curlist` until the
 * grace period that begins then is over. A CPU that runs no task may be interrupted, and the handler be a reader: it counts as a
 * task meanwhile.
 *
 * A CPU tells of its quiescent states by a count in its run queue, odd while it runs no task. Why that is enough (after
 * McKenney, Slingwine, Read-copy update, PDCS 1998): the count changes by a locked operation, so what a CPU reads afterwards
 * it reads after everybody can see the change. Whoever waits notes the counts after a full barrier behind the taking away:
 * who counts up later finds it gone, and whose count is another than the noted one has nothing in hand from before.
 *
 * The lists are the CPU's own, so nothing here is seen by others before a CPU has a batch.
 */
import { cpu_relax, READ_ONCE, WRITE_ONCE, load, store, this_cpu, xadd } from '../machine/bus.ts';
import {
  local_irq_restore,
  local_irq_save,
  preempt_disable,
  preempt_enable,
  smp_processor_id,
} from '../machine/cpu.ts';
import { RCU_BATCH, RCU_HIGH_MARK, RCU_PATIENCE } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { trace_call_rcu, trace_rcu_dereference } from '../machine/trace.ts';
import { cpu_data, kernel, rcu_head, rq } from './layout.ts';
import { cpu_rq, this_cpu_data, this_rq } from './percpu.ts';

/** What call_rcu is to have done. */
export const RCU_FREE_FILE = 1;
export const RCU_FREE_FILES = 2;
export const RCU_FREE_FDTABLE = 3;
export const RCU_FREE_DENTRY = 4;
export const RCU_FREE_SIGHAND = 5;
export const RCU_FREE_TASK = 6;
/** A reference goes, which need not be the last one. */
export const RCU_PUT_TASK = 7;

/** What is found inside stays until rcu_read_unlock. May not sleep meanwhile. */
export function rcu_read_lock(): void {
  preempt_disable();
}

export function rcu_read_unlock(): void {
  preempt_enable();
}

/** The pointer at an address, by whoever is inside a read section. */
export function rcu_dereference(at: number): number {
  trace_rcu_dereference();
  return READ_ONCE(at);
}

/** Makes what has been built before visible to readers, or takes it away. */
export function rcu_assign_pointer(at: number, value: number): void {
  WRITE_ONCE(at, value);
}

/**
 * Has an object, in which `head` lies and that readers find no more, given back when those that have found it are gone:
 * `func` says how (rcu-callbacks.ts). `ip` is the place that asks, for reports.
 */
export function call_rcu(head: number, func: number, ip: number): void {
  const area = this_cpu();
  store(head + rcu_head.next, 0);
  store(head + rcu_head.func, func);
  store(head + rcu_head.ip, ip);
  trace_call_rcu(head, ip);
  const flags = local_irq_save();
  if (load(area + cpu_area.rcu_nxtlen)) store(load(area + cpu_area.rcu_nxttail) + rcu_head.next, head);
  else store(area + cpu_area.rcu_nxtlist, head);
  store(area + cpu_area.rcu_nxttail, head);
  store(area + cpu_area.rcu_nxtlen, load(area + cpu_area.rcu_nxtlen) + 1);
  local_irq_restore(flags);
}

/** This CPU went from one task to another, each 0 for none: a quiescent state. A full barrier, but from none to none. */
export function rcu_note_switch(prev: number, next: number): void {
  const passed = (prev ? 1 : 0) + (next ? 1 : 0);
  if (passed) xadd(this_rq() + rq.rcu_passed, passed);
}

/** An interrupt, in which there may be readers. 1 when the CPU ran no task, and counts as if it did until rcu_irq_exit. */
export function rcu_irq_enter(): number {
  const counter = this_rq() + rq.rcu_passed;
  if ((load(counter) & 1) === 0) return 0;
  xadd(counter, 1);
  return 1;
}

export function rcu_irq_exit(idle: number): void {
  if (idle) xadd(this_rq() + rq.rcu_passed, 1);
}

/** A grace period begins: how far every CPU has come. */
function rcu_start_batch(): void {
  const cpus = load(kernel.nr_cpus);
  for (let cpu = 0; cpu < cpus; cpu++) {
    store(this_cpu_data() + cpu_data.rcu_seen + 4 * cpu, READ_ONCE(cpu_rq(cpu) + rq.rcu_passed));
  }
}

/** 1 when it is over: each of the others ran no task, or has gone on to another since. */
function rcu_batch_completed(): number {
  const cpus = load(kernel.nr_cpus);
  const self = smp_processor_id();
  for (let cpu = 0; cpu < cpus; cpu++) {
    if (cpu === self) continue;
    const seen = load(this_cpu_data() + cpu_data.rcu_seen + 4 * cpu);
    if ((seen & 1) === 0 && READ_ONCE(cpu_rq(cpu) + rq.rcu_passed) === seen) return 0;
  }
  return 1;
}

/** 1 when half of the heap has been given out. A look without a lock. */
function memory_is_short(): number {
  const start = load(kernel.heap_start);
  return 2 * (READ_ONCE(kernel.heap_next) - start) > load(kernel.heap_end) - start ? 1 : 0;
}

/** Waits for the grace period under way, but not for ever. In a quiescent state, which lasts meanwhile. */
function rcu_wait_batch(): void {
  const counter = this_rq() + rq.rcu_passed;
  const busy = (load(counter) & 1) === 0;
  if (busy) xadd(counter, 1);
  for (let looks = 0; looks < RCU_PATIENCE && rcu_batch_completed() === 0; looks++) cpu_relax();
  if (busy) xadd(counter, 1);
}

/** Callbacks of this CPU that may run now, in a list; 0 for none. Called in a quiescent state, behind rcu_note_switch. */
export function rcu_done_callbacks(): number {
  const area = this_cpu();
  const waiting = load(area + cpu_area.rcu_curlist);
  if (waiting && load(area + cpu_area.rcu_nxtlen) >= RCU_HIGH_MARK && memory_is_short()) rcu_wait_batch();
  if (waiting && rcu_batch_completed() === 0) return 0;
  store(area + cpu_area.rcu_curlist, 0);
  if (load(area + cpu_area.rcu_nxtlen) >= RCU_BATCH) {
    store(area + cpu_area.rcu_curlist, load(area + cpu_area.rcu_nxtlist));
    store(area + cpu_area.rcu_nxtlen, 0);
    store(area + cpu_area.rcu_nxtlist, 0);
    rcu_start_batch();
  }
  return waiting;
}
