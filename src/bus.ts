/**
 * `tasklock/bus`: what a module that is to be explored is written against. Addresses are bytes, words are 4 of them,
 * aligned; RAM begins at 0x1000 and holds zeros. docs/modules.md has the whole of it.
 */
export {
  choose,
  cmpxchg,
  cpu_delay,
  cpu_relax,
  fetch_and,
  fetch_or,
  futex_wait,
  futex_wake,
  load,
  memchr_inv,
  memcpy,
  memeq,
  memset,
  READ_ONCE,
  smp_mb,
  store,
  wait_for_change,
  wake_waiters,
  WRITE_ONCE,
  xadd,
  xchg,
} from './machine/bus.ts';
export { arch_spin_lock, arch_spin_trylock, arch_spin_unlock } from './machine/arch-spin.ts';
export {
  arch_read_lock,
  arch_read_unlock,
  arch_write_lock,
  arch_write_unlock,
  RW_LOCK_BIAS,
} from './machine/arch-rwlock.ts';
export {
  cond_broadcast,
  cond_signal,
  cond_wait,
  mutex_lock,
  mutex_trylock,
  mutex_unlock,
  sem_post,
  sem_trywait,
  sem_wait,
} from './machine/sync.ts';
export { alloc, free } from './machine/heap.ts';
export { call_begin, call_end } from './machine/history.ts';
export { scratch } from './machine/scratch.ts';
export { udiv, ule, ult, umod } from './machine/unsigned.ts';
export { assert } from './machine/fault.ts';
