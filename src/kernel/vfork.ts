/**
 * vfork: the parent sleeps until the child leaves their common memory. The completion is an object with a reference
 * for each side, because a sleeping system call keeps no stack for it to lie on.
 */
import { atomic_dec_and_test, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { ERESTARTNOINTR, RESTART_UNINTERRUPTIBLE, TASK_RUNNING, TASK_UNINTERRUPTIBLE } from './abi.ts';
import { VFORK_CACHE } from './caches.ts';
import { task_struct, vfork_completion } from './layout.ts';
import { LOCK_VFORK } from './locks.ts';
import { wake_up_locked } from './sched.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import {
  add_wait_queue,
  init_waitqueue_head,
  lock_waitqueue,
  remove_wait_queue,
  unlock_waitqueue,
} from './waitqueue.ts';

/** A completion with a reference for parent and child, or 0 without memory. */
export function alloc_vfork(): number {
  const vfork = kmem_cache_alloc(VFORK_CACHE, _THIS_IP_);
  if (vfork === 0) return 0;
  atomic_set(vfork + vfork_completion.users, 2);
  store(vfork + vfork_completion.done, 0);
  init_waitqueue_head(vfork + vfork_completion.wait, LOCK_VFORK);
  return vfork;
}

export function put_vfork(vfork: number): void {
  if (atomic_dec_and_test(vfork + vfork_completion.users)) kmem_cache_free(VFORK_CACHE, vfork, _THIS_IP_);
}

/** The child left the memory: wakes the parent, once. */
export function complete_vfork(tsk: number): void {
  const vfork = load(tsk + task_struct.vfork_done);
  if (vfork === 0) return;
  store(tsk + task_struct.vfork_done, 0);
  const flags = lock_waitqueue(vfork + vfork_completion.wait);
  store(vfork + vfork_completion.done, 1);
  wake_up_locked(vfork + vfork_completion.wait);
  unlock_waitqueue(vfork + vfork_completion.wait, flags);
  put_vfork(vfork);
}

/**
 * The parent's side: the child's pid when it has left, else to sleep and again (-ERESTARTNOINTR). No signal ends the
 * wait: a parent that is killed meanwhile dies when its call is over.
 */
export function wait_for_vfork(tsk: number): number {
  const vfork = load(tsk + task_struct.vfork_waiting);
  add_wait_queue(vfork + vfork_completion.wait, tsk);
  store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
  const flags = lock_waitqueue(vfork + vfork_completion.wait);
  const done = load(vfork + vfork_completion.done);
  unlock_waitqueue(vfork + vfork_completion.wait, flags);
  if (done === 0) {
    store(tsk + task_struct.restart, RESTART_UNINTERRUPTIBLE);
    return -ERESTARTNOINTR;
  }
  store(tsk + task_struct.state, TASK_RUNNING);
  remove_wait_queue(tsk);
  store(tsk + task_struct.vfork_waiting, 0);
  put_vfork(vfork);
  return load(tsk + task_struct.vfork_pid);
}
