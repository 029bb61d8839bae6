/**
 * futex(2): WAIT and WAKE. Waiters queue under the RAM address of the word, so that tasks with different address
 * spaces meet on a shared word. A waiter that was woken finds FUTEX_WOKEN in its key when its call runs again.
 */
import { load, READ_ONCE, store, WRITE_ONCE } from '../machine/bus.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import {
  EAGAIN,
  EFAULT,
  ENORESTART,
  ENOSYS,
  ERESTARTSYS,
  ERESTART_RESTARTBLOCK,
  ETIMEDOUT,
  FUTEX_WAIT,
  FUTEX_WAKE,
  TASK_INTERRUPTIBLE,
  TASK_UNINTERRUPTIBLE,
  TIMEOUT_FUTEX,
} from './abi.ts';
import { current } from './context.ts';
import { FUTEX_HASH_SIZE, futex_bucket, kernel, task_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_next } from './list.ts';
import { LOCK_FUTEX } from './locks.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { try_to_wake_up } from './sched.ts';
import { get_timespec } from './timespec.ts';
import { end_timeout, forget_timeout, schedule_timeout } from './timeout.ts';
import { user_access_begin, user_access_end } from './tlb.ts';
import { user_to_ram } from './uaccess.ts';

const FUTEX_WOKEN = 1;

export function futex_init(): void {
  for (let i = 0; i < FUTEX_HASH_SIZE; i++) {
    spin_lock_init(kernel.futex_queues + i * futex_bucket.SIZE + futex_bucket.lock, LOCK_FUTEX);
    INIT_LIST_HEAD(kernel.futex_queues + i * futex_bucket.SIZE + futex_bucket.list);
  }
}

function hash_futex(key: number): number {
  return kernel.futex_queues + (((key >>> 2) ^ (key >>> 8)) & (FUTEX_HASH_SIZE - 1)) * futex_bucket.SIZE;
}

/** The RAM address of a user word, which waiters queue under; 0 for one that cannot be. */
function futex_key(uaddr: number): number {
  if (uaddr & 3) return 0;
  user_access_begin();
  const key = user_to_ram(uaddr, 0);
  user_access_end();
  return key;
}

/**
 * Takes a task that will not go on waiting for its futex off the queue. 1 when it has been woken, as the waker counted. The
 * key says under which lock to look, so it is read without one, as lock_ptr in Linux; the waker lets go of the task with it.
 */
export function futex_leave(tsk: number): number {
  const key = READ_ONCE(tsk + task_struct.futex_key);
  if (key === 0) return 0;
  if (key === FUTEX_WOKEN) {
    store(tsk + task_struct.futex_key, 0);
    return 1;
  }
  const bucket = hash_futex(key);
  spin_lock(bucket + futex_bucket.lock);
  const woken = load(tsk + task_struct.futex_key) !== key ? 1 : 0;
  if (woken === 0) {
    list_del_init(tsk + task_struct.wait_entry);
  }
  store(tsk + task_struct.futex_key, 0);
  spin_unlock(bucket + futex_bucket.lock);
  return woken;
}

/**
 * Sleeps while the word holds `value`, for so many ticks at most if not 0. 0 when woken, -EAGAIN when it holds something else,
 * -EFAULT, -ETIMEDOUT. Before 2.6.22 any signal ended it, since then it begins again, for what is left of the time.
 */
export function futex_wait(uaddr: number, value: number, timeout: number): number {
  const tsk = current();
  let ticks = timeout;
  if (load(tsk + task_struct.timeout_kind) === TIMEOUT_FUTEX) {
    ticks = end_timeout(tsk);
    forget_timeout(tsk);
    if (ticks <= 0) return futex_leave(tsk) ? 0 : -ETIMEDOUT;
  }
  if (futex_leave(tsk)) return 0;
  const key = futex_key(uaddr);
  if (key === 0) return -EFAULT;
  const bucket = hash_futex(key);
  spin_lock(bucket + futex_bucket.lock);
  if (load(key) !== value) {
    spin_unlock(bucket + futex_bucket.lock);
    return -EAGAIN;
  }
  store(tsk + task_struct.futex_key, key);
  store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
  list_add_tail(tsk + task_struct.wait_entry, bucket + futex_bucket.list);
  spin_unlock(bucket + futex_bucket.lock);
  if (ticks > 0) schedule_timeout(tsk, TIMEOUT_FUTEX, ticks);
  if (load(kernel.profile) !== PROFILE_LINUX_6) return -ENORESTART;
  return ticks > 0 ? -ERESTART_RESTARTBLOCK : -ERESTARTSYS;
}

/** Wakes up to `count` waiters of the word; how many. */
function futex_wake(uaddr: number, count: number): number {
  const key = futex_key(uaddr);
  if (key === 0) return -EFAULT;
  const bucket = hash_futex(key);
  const head = bucket + futex_bucket.list;
  let woken = 0;
  spin_lock(bucket + futex_bucket.lock);
  let at = list_next(head);
  while (at !== head && woken < count) {
    const tsk = at - task_struct.wait_entry;
    at = list_next(at);
    if (load(tsk + task_struct.futex_key) !== key) continue;
    list_del_init(tsk + task_struct.wait_entry);
    try_to_wake_up(tsk, TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE);
    // Last: who is awake already, for a signal, goes on with it, and may be gone at once.
    WRITE_ONCE(tsk + task_struct.futex_key, FUTEX_WOKEN);
    woken = woken + 1;
  }
  spin_unlock(bucket + futex_bucket.lock);
  return woken;
}

/** Wakes one waiter of a word, as the kernel does for clear_child_tid. */
export function futex_wake_one(uaddr: number): void {
  futex_wake(uaddr, 1);
}

/** FUTEX_WAIT with the time of the program, 0 for none. As futex_wait, and -EINVAL. */
function futex_wait_for(uaddr: number, value: number, utime: number): number {
  if (utime === 0 || load(current() + task_struct.timeout_kind) === TIMEOUT_FUTEX) return futex_wait(uaddr, value, 0);
  const ticks = get_timespec(utime);
  if (ticks < 0) return ticks;
  return futex_wait(uaddr, value, ticks ? ticks : 1);
}

export function sys_futex(uaddr: number, op: number, value: number, utime: number): number {
  if (op === FUTEX_WAIT) return futex_wait_for(uaddr, value, utime);
  if (op === FUTEX_WAKE) return futex_wake(uaddr, value);
  return -ENOSYS;
}
