/** The table of System V semaphore sets, their locks and who sleeps on them. */
import { load, store } from '../machine/bus.ts';
import { SEMMNI } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EIDRM, EINVAL, ENOSPC } from './abi.ts';
import { kernel, sem_array, wait_queue_head } from './layout.ts';
import { LOCK_SEM_WAIT } from './locks.ts';
import { wake_up } from './sched.ts';
import { init_waitqueue_head } from './waitqueue.ts';

/** An id is a slot and how many sets were made before: the id of a set that is gone never means another one. */
export const SEQ_MULTIPLIER = 32768;
const SEQ_MAX = 65535;

export function sem_init(): void {
  for (let slot = 0; slot < SEMMNI; slot++) {
    init_waitqueue_head(kernel.sem_pending + slot * wait_queue_head.SIZE, LOCK_SEM_WAIT);
  }
}

/** Where those sleep who wait for the set. */
export function pending_queue(sma: number): number {
  return kernel.sem_pending + (load(sma + sem_array.id) % SEQ_MULTIPLIER) * wait_queue_head.SIZE;
}

/** Wakes everybody who waits for the set, to look again; its lock held. */
export function wake_sleepers(sma: number): void {
  wake_up(pending_queue(sma));
}

/** The set with this id, or -EINVAL when there is none, -EIDRM when its slot has another one. sem_ids_lock held. */
export function find_set(semid: number): number {
  const slot = semid % SEQ_MULTIPLIER;
  if (semid < 0 || slot >= SEMMNI) return -EINVAL;
  const sma = load(kernel.sem_ids + 4 * slot);
  if (sma === 0) return -EINVAL;
  return load(sma + sem_array.id) === semid ? sma : -EIDRM;
}

/** The set with this id, locked, or -EINVAL, -EIDRM. Takes sem_ids_lock, returns with the set's lock. */
export function sem_lock(semid: number): number {
  spin_lock(kernel.sem_ids_lock);
  const sma = find_set(semid);
  if (sma > 0) spin_lock(sma + sem_array.lock);
  spin_unlock(kernel.sem_ids_lock);
  return sma;
}

export function sem_unlock(sma: number): void {
  spin_unlock(sma + sem_array.lock);
}

/** Enters a set under the first free slot; its id, or -ENOSPC. sem_ids_lock held. */
export function add_set(sma: number): number {
  let slot = 0;
  while (slot < SEMMNI && load(kernel.sem_ids + 4 * slot)) slot++;
  if (slot === SEMMNI) return -ENOSPC;
  const seq = load(kernel.sem_seq);
  const id = seq * SEQ_MULTIPLIER + slot;
  store(kernel.sem_seq, seq === SEQ_MAX ? 0 : seq + 1);
  store(sma + sem_array.id, id);
  store(kernel.sem_ids + 4 * slot, sma);
  return id;
}
