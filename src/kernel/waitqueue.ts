/** Wait queues. A task is on one at most, by its wait_entry; it leaves when it runs again. Waking is the scheduler's. */
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { task_struct, wait_queue_head } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init } from './list.ts';

export function init_waitqueue_head(queue: number, lock_class: number): void {
  spin_lock_init(queue + wait_queue_head.lock, lock_class);
  INIT_LIST_HEAD(queue + wait_queue_head.task_list);
}

/** Puts a task on a queue. Takes the queue's lock. */
export function add_wait_queue(queue: number, tsk: number): void {
  BUG_ON(load(tsk + task_struct.wait_queue), tsk);
  const flags = spin_lock_irqsave(queue + wait_queue_head.lock);
  store(tsk + task_struct.wait_queue, queue);
  list_add_tail(tsk + task_struct.wait_entry, queue + wait_queue_head.task_list);
  spin_unlock_irqrestore(queue + wait_queue_head.lock, flags);
}

/** Takes a task off the queue it is on, if any. Takes the queue's lock. */
export function remove_wait_queue(tsk: number): void {
  const queue = load(tsk + task_struct.wait_queue);
  if (queue === 0) return;
  const flags = spin_lock_irqsave(queue + wait_queue_head.lock);
  list_del_init(tsk + task_struct.wait_entry);
  store(tsk + task_struct.wait_queue, 0);
  spin_unlock_irqrestore(queue + wait_queue_head.lock, flags);
}

/** Takes the queue's lock with interrupts off; returns the flag to restore. */
export function lock_waitqueue(queue: number): number {
  return spin_lock_irqsave(queue + wait_queue_head.lock);
}

export function unlock_waitqueue(queue: number, flags: number): void {
  spin_unlock_irqrestore(queue + wait_queue_head.lock, flags);
}
