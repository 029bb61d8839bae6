/** System V semaphores through ipc(2): SEMGET, SEMOP with SEM_UNDO and IPC_NOWAIT, SEMCTL GETVAL, SETVAL, IPC_RMID. */
import { load, memset, store } from '../machine/bus.ts';
import { SEMMNI, SEMMSL } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import {
  EAGAIN,
  EFAULT,
  EFBIG,
  EINVAL,
  ENOMEM,
  ENOSPC,
  ENOSYS,
  ERESTARTSYS,
  GETVAL,
  IPC_NOWAIT,
  IPC_RMID,
  SEM_UNDO,
  SEMCTL,
  SEMGET,
  SEMOP,
  SETVAL,
  TASK_INTERRUPTIBLE,
  TASK_RUNNING,
} from './abi.ts';
import { SEM_CACHE } from './caches.ts';
import { current } from './context.ts';
import { kernel, sem_array, sem_undo, task_struct, wait_queue_head } from './layout.ts';
import { list_empty, list_next } from './list.ts';
import { LOCK_SEM, LOCK_SEM_WAIT } from './locks.ts';
import { find_undo, get_undo_list, lock_semundo, unlock_semundo } from './sem-undo.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { get_user_byte } from './uaccess.ts';
import { add_wait_queue, init_waitqueue_head, remove_wait_queue, wake_up } from './waitqueue.ts';

/** The set with this id, locked, or 0. Takes sem_ids_lock, returns with the set's lock. */
export function sem_lock(semid: number): number {
  if (semid >>> 0 >= SEMMNI) return 0;
  spin_lock(kernel.sem_ids_lock);
  const sma = load(kernel.sem_ids + 4 * semid);
  if (sma) spin_lock(sma + sem_array.lock);
  spin_unlock(kernel.sem_ids_lock);
  return sma;
}

export function sem_unlock(sma: number): void {
  spin_unlock(sma + sem_array.lock);
}

/** A new set; its id, -EINVAL, -ENOMEM, -ENOSPC. Keys are not modelled: every call makes one. */
function sys_semget(nsems: number): number {
  if (nsems < 1 || nsems > SEMMSL) return -EINVAL;
  const sma = kmem_cache_alloc(SEM_CACHE, _THIS_IP_);
  if (sma === 0) return -ENOMEM;
  spin_lock_init(sma + sem_array.lock, LOCK_SEM);
  store(sma + sem_array.sem_nsems, nsems);
  memset(sma + sem_array.value, 0, 4 * SEMMSL);
  init_waitqueue_head(sma + sem_array.pending, LOCK_SEM_WAIT);
  spin_lock(kernel.sem_ids_lock);
  let id = 0;
  while (id < SEMMNI && load(kernel.sem_ids + 4 * id)) id++;
  if (id < SEMMNI) store(kernel.sem_ids + 4 * id, sma);
  spin_unlock(kernel.sem_ids_lock);
  if (id < SEMMNI) return id;
  kmem_cache_free(SEM_CACHE, sma, _THIS_IP_);
  return -ENOSPC;
}

/** Removes a set. Who sleeps on it wakes and finds it gone. */
function remove_set(semid: number): number {
  const sma = sem_lock(semid);
  if (sma === 0) return -EINVAL;
  sem_unlock(sma);
  spin_lock(kernel.sem_ids_lock);
  store(kernel.sem_ids + 4 * semid, 0);
  spin_unlock(kernel.sem_ids_lock);
  const head = sma + sem_array.pending + wait_queue_head.task_list;
  wake_up(sma + sem_array.pending);
  while (list_empty(head) === 0) remove_wait_queue(list_next(head) - task_struct.wait_entry);
  kmem_cache_free(SEM_CACHE, sma, _THIS_IP_);
  return 0;
}

/** A little-endian short at a user address, or a value below -32768 when it cannot be read. */
function get_user_short(address: number): number {
  const low = get_user_byte(address);
  const high = get_user_byte(address + 1);
  if (low < 0 || high < 0) return -EFAULT << 16;
  return ((low | (high << 8)) << 16) >> 16;
}

/** One operation. 0, -EINVAL, -EFBIG, -EAGAIN, -EFAULT, -ENOMEM, or to sleep and again. */
function sys_semop(semid: number, sops: number, nsops: number): number {
  const tsk = current();
  const num = get_user_short(sops);
  const op = get_user_short(sops + 2);
  const flags = get_user_short(sops + 4);
  if (nsops !== 1) return -EINVAL;
  if (num < -32768 || op < -32768 || flags < -32768) return -EFAULT;
  let undo = 0;
  let list = 0;
  if (flags & SEM_UNDO) {
    list = get_undo_list();
    undo = list ? find_undo(list, semid) : 0;
    if (undo === 0) return -ENOMEM;
  }
  const sma = sem_lock(semid);
  if (sma === 0) return -EINVAL;
  if (num < 0 || num >= load(sma + sem_array.sem_nsems)) {
    sem_unlock(sma);
    return -EFBIG;
  }
  const at = sma + sem_array.value + 4 * num;
  const value = load(at);
  if (op === 0 ? value === 0 : value + op >= 0) {
    store(at, value + op);
    if (undo) {
      lock_semundo(list);
      const adj = undo + sem_undo.semadj + 4 * num;
      store(adj, load(adj) - op);
      unlock_semundo(list);
    }
    if (op !== 0) wake_up(sma + sem_array.pending);
    sem_unlock(sma);
    return 0;
  }
  if (flags & IPC_NOWAIT) {
    sem_unlock(sma);
    return -EAGAIN;
  }
  add_wait_queue(sma + sem_array.pending, tsk);
  store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
  sem_unlock(sma);
  if (load(tsk + task_struct.sigpending)) store(tsk + task_struct.state, TASK_RUNNING);
  return -ERESTARTSYS;
}

function sys_semctl(semid: number, num: number, command: number, value: number): number {
  if (command === IPC_RMID) return remove_set(semid);
  const sma = sem_lock(semid);
  if (sma === 0) return -EINVAL;
  let result = -EINVAL;
  if (num >= 0 && num < load(sma + sem_array.sem_nsems)) {
    const at = sma + sem_array.value + 4 * num;
    if (command === GETVAL) {
      result = load(at);
    } else if (command === SETVAL && value >= 0) {
      store(at, value);
      wake_up(sma + sem_array.pending);
      result = 0;
    }
  }
  sem_unlock(sma);
  return result;
}

/** ipc(2): call, first, second, third, ptr as on i386. */
export function sys_ipc(call: number, first: number, second: number, third: number, ptr: number): number {
  switch (call) {
    case SEMOP:
      return sys_semop(first, ptr, second);
    case SEMGET:
      return sys_semget(second);
    case SEMCTL:
      return sys_semctl(first, second, third, ptr);
    default:
      return -ENOSYS;
  }
}
