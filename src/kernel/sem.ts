/** System V semaphores through ipc(2): SEMGET, SEMOP with SEM_UNDO and IPC_NOWAIT, SEMCTL GETVAL, SETVAL, IPC_RMID. */
import { load, memset, store } from '../machine/bus.ts';
import { SEMMSL } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import {
  EAGAIN,
  EFAULT,
  EFBIG,
  EINVAL,
  ENOMEM,
  ENORESTART,
  ENOSYS,
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
import { should_fail_usercopy } from './fault-inject.ts';
import { FAULT_COPY_FROM_USER } from './fault-sites.ts';
import { kernel, sem_array, sem_undo, task_struct } from './layout.ts';
import { LOCK_SEM } from './locks.ts';
import { add_set, find_set, pending_queue, sem_lock, sem_unlock, SEQ_MULTIPLIER, wake_sleepers } from './sem-array.ts';
import { find_undo, get_undo_list, lock_semundo, unlock_semundo } from './sem-undo.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { get_user_byte } from './uaccess.ts';
import { add_wait_queue } from './waitqueue.ts';

/** A new set; its id, -EINVAL, -ENOMEM, -ENOSPC. Keys are not modelled: every call makes one. */
function sys_semget(nsems: number): number {
  if (nsems < 1 || nsems > SEMMSL) return -EINVAL;
  const sma = kmem_cache_alloc(SEM_CACHE, _THIS_IP_);
  if (sma === 0) return -ENOMEM;
  spin_lock_init(sma + sem_array.lock, LOCK_SEM);
  store(sma + sem_array.sem_nsems, nsems);
  memset(sma + sem_array.value, 0, 4 * SEMMSL);
  spin_lock(kernel.sem_ids_lock);
  const id = add_set(sma);
  spin_unlock(kernel.sem_ids_lock);
  if (id < 0) kmem_cache_free(SEM_CACHE, sma, _THIS_IP_);
  return id;
}

/**
 * Removes a set. Both locks are held when it leaves the table, so nobody waits for the set's own one any more, and who
 * sleeps on it wakes and finds it gone. 0, -EINVAL, -EIDRM. Takes sem_ids_lock, inside it the set's.
 */
function remove_set(semid: number): number {
  spin_lock(kernel.sem_ids_lock);
  const sma = find_set(semid);
  if (sma < 0) {
    spin_unlock(kernel.sem_ids_lock);
    return sma;
  }
  spin_lock(sma + sem_array.lock);
  store(kernel.sem_ids + 4 * (semid % SEQ_MULTIPLIER), 0);
  spin_unlock(kernel.sem_ids_lock);
  wake_sleepers(sma);
  sem_unlock(sma);
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

/** One operation. 0, -EINVAL, -EIDRM, -EFBIG, -EAGAIN, -EFAULT, -ENOMEM, or to sleep and again. */
function sys_semop(semid: number, sops: number, nsops: number): number {
  const tsk = current();
  const num = get_user_short(sops);
  const op = get_user_short(sops + 2);
  const flags = get_user_short(sops + 4);
  if (nsops !== 1) return -EINVAL;
  const fails = should_fail_usercopy(FAULT_COPY_FROM_USER);
  if (fails) return -EFAULT;
  if (num < -32768 || op < -32768 || flags < -32768) return -EFAULT;
  let undo = 0;
  let list = 0;
  if (flags & SEM_UNDO) {
    list = get_undo_list();
    undo = list ? find_undo(list, semid) : 0;
    if (undo === 0) return -ENOMEM;
  }
  const sma = sem_lock(semid);
  if (sma < 0) return sma;
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
    if (op !== 0) wake_sleepers(sma);
    sem_unlock(sma);
    return 0;
  }
  if (flags & IPC_NOWAIT) {
    sem_unlock(sma);
    return -EAGAIN;
  }
  add_wait_queue(pending_queue(sma), tsk);
  store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
  sem_unlock(sma);
  if (load(tsk + task_struct.sigpending)) store(tsk + task_struct.state, TASK_RUNNING);
  return -ENORESTART;
}

function sys_semctl(semid: number, num: number, command: number, value: number): number {
  if (command === IPC_RMID) return remove_set(semid);
  const sma = sem_lock(semid);
  if (sma < 0) return sma;
  let result = -EINVAL;
  if (num >= 0 && num < load(sma + sem_array.sem_nsems)) {
    const at = sma + sem_array.value + 4 * num;
    if (command === GETVAL) {
      result = load(at);
    } else if (command === SETVAL && value >= 0) {
      store(at, value);
      wake_sleepers(sma);
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
