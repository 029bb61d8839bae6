/**
 * Completions of the core dump. Who waits does not keep a stack: it is asleep, on its way back to user mode looks again,
 * and goes on where it was when it is told.
 */
import { load, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { TASK_RUNNING, TASK_UNINTERRUPTIBLE } from './abi.ts';
import { completion, sighand_struct, task_struct } from './layout.ts';
import { LOCK_CORE } from './locks.ts';
import { wake_up_locked } from './sched.ts';
import {
  add_wait_queue,
  init_waitqueue_head,
  lock_waitqueue,
  remove_wait_queue,
  unlock_waitqueue,
} from './waitqueue.ts';

export function init_completion(done: number): void {
  store(done + completion.done, 0);
  init_waitqueue_head(done + completion.wait, LOCK_CORE);
}

/** Wakes whoever waits, and lets pass who comes later. */
export function complete_all(done: number): void {
  const flags = lock_waitqueue(done + completion.wait);
  store(done + completion.done, 1);
  wake_up_locked(done + completion.wait);
  unlock_waitqueue(done + completion.wait, flags);
}

/**
 * 1 when it is complete. 0: the current task is asleep, no signal wakes it, and it looks at its signals first when it is
 * woken, where `restart` (RESTART_) says what it was about. Takes siglock.
 */
export function wait_for_completion(done: number, tsk: number, restart: number): number {
  remove_wait_queue(tsk);
  add_wait_queue(done + completion.wait, tsk);
  store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
  const flags = lock_waitqueue(done + completion.wait);
  const complete = load(done + completion.done);
  unlock_waitqueue(done + completion.wait, flags);
  if (complete) {
    store(tsk + task_struct.state, TASK_RUNNING);
    remove_wait_queue(tsk);
    return 1;
  }
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  store(tsk + task_struct.sigpending, 1);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  store(tsk + task_struct.restart, restart);
  return 0;
}
