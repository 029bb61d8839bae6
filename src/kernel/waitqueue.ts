/** Wait queues. A task is on one at most, by its wait_entry; it leaves when it runs again. */
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { spin_lock_init, spin_lock_irqsave, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { TASK_INTERRUPTIBLE, TASK_UNINTERRUPTIBLE } from './abi.ts';
import { task_struct, wait_queue_head } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_next } from './list.ts';
import { try_to_wake_up } from './sched.ts';

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

/** Takes the queue's lock with interrupts off; returns the flag to restore. */
export function lock_waitqueue(queue: number): number {
  return spin_lock_irqsave(queue + wait_queue_head.lock);
}

export function unlock_waitqueue(queue: number, flags: number): void {
  spin_unlock_irqrestore(queue + wait_queue_head.lock, flags);
}
