/**
 * vfork: the parent sleeps until the child leaves their common memory. The completion belongs to the parent, which frees it
 * when its wait is over; in Linux it lies on the parent's stack, and a sleeping call keeps none here. Whoever completes it
 * does so under the lock of its queue, which the parent takes before it goes, and does not touch it after.
 *
 * In linux-6 a kill ends the wait early. The parent then takes the completion away from the child: task_lock(child) keeps
 * that apart from a child that completes it at this moment, and a reference of the parent's keeps the child.
 */
import { atomic_inc } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { ERESTARTNOINTR, RESTART_UNINTERRUPTIBLE, TASK_KILLABLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE } from './abi.ts';
import { VFORK_CACHE } from './caches.ts';
import { task_lock, task_unlock } from './context.ts';
import { kernel, task_struct, vfork_completion } from './layout.ts';
import { LOCK_VFORK } from './locks.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { wake_up_locked } from './sched.ts';
import { fatal_signal_pending } from './sigset.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { put_task_struct } from './task.ts';
import {
  add_wait_queue,
  init_waitqueue_head,
  lock_waitqueue,
  remove_wait_queue,
  unlock_waitqueue,
} from './waitqueue.ts';

/** A completion that nobody has met, or 0 without memory. */
export function alloc_vfork(): number {
  const vfork = kmem_cache_alloc(VFORK_CACHE, _THIS_IP_);
  if (vfork === 0) return 0;
  store(vfork + vfork_completion.done, 0);
  store(vfork + vfork_completion.child, 0);
  init_waitqueue_head(vfork + vfork_completion.wait, LOCK_VFORK);
  return vfork;
}

export function free_vfork(vfork: number): void {
  kmem_cache_free(VFORK_CACHE, vfork, _THIS_IP_);
}

/** Ties a new child, which does not run yet, to the parent that is going to wait for it. */
export function begin_vfork(tsk: number, p: number, vfork: number, pid: number): void {
  store(p + task_struct.vfork_done, vfork);
  store(tsk + task_struct.vfork_waiting, vfork);
  store(tsk + task_struct.vfork_pid, pid);
  if (load(kernel.profile) !== PROFILE_LINUX_6) return;
  atomic_inc(p + task_struct.usage);
  store(vfork + vfork_completion.child, p);
}

/** Wakes whoever waits. */
function complete(vfork: number): void {
  const flags = lock_waitqueue(vfork + vfork_completion.wait);
  store(vfork + vfork_completion.done, 1);
  wake_up_locked(vfork + vfork_completion.wait);
  unlock_waitqueue(vfork + vfork_completion.wait, flags);
}

/** The child left the memory: wakes the parent, once. Later kernels do that under task_lock. */
export function complete_vfork(tsk: number): void {
  const locked = load(kernel.profile) === PROFILE_LINUX_6;
  if (locked) task_lock(tsk);
  const vfork = load(tsk + task_struct.vfork_done);
  if (vfork) {
    store(tsk + task_struct.vfork_done, 0);
    complete(vfork);
  }
  if (locked) task_unlock(tsk);
}

/** The parent's wait is over: it lets go of the completion, and of the child that has one of its references. */
function end_vfork(tsk: number, vfork: number): number {
  const child = load(vfork + vfork_completion.child);
  store(tsk + task_struct.state, TASK_RUNNING);
  remove_wait_queue(tsk);
  store(tsk + task_struct.vfork_waiting, 0);
  free_vfork(vfork);
  if (child) put_task_struct(child);
  return load(tsk + task_struct.vfork_pid);
}

/**
 * The parent's side: the child's pid when it has left, else to sleep and again (-ERESTARTNOINTR). Until linux-6 no signal
 * ends the wait, and a parent that is killed meanwhile dies when its call is over. Takes task_lock of the child.
 */
export function wait_for_vfork(tsk: number): number {
  const vfork = load(tsk + task_struct.vfork_waiting);
  const killable = load(kernel.profile) === PROFILE_LINUX_6;
  add_wait_queue(vfork + vfork_completion.wait, tsk);
  store(tsk + task_struct.state, killable ? TASK_KILLABLE : TASK_UNINTERRUPTIBLE);
  const flags = lock_waitqueue(vfork + vfork_completion.wait);
  const done = load(vfork + vfork_completion.done);
  unlock_waitqueue(vfork + vfork_completion.wait, flags);
  if (done) return end_vfork(tsk, vfork);
  if (killable && fatal_signal_pending(tsk)) {
    const child = load(vfork + vfork_completion.child);
    task_lock(child);
    store(child + task_struct.vfork_done, 0);
    task_unlock(child);
    return end_vfork(tsk, vfork);
  }
  store(tsk + task_struct.restart, RESTART_UNINTERRUPTIBLE);
  return -ERESTARTNOINTR;
}
