/**
 * The scheduling points: what a CPU can be about to do. The kind, the address and the operands of the pending access
 * lie in the CPU's region of the frames before it is performed, so a strategy can look before it chooses.
 *
 * Acquiring a spinlock is one step that is enabled or not, and so is waiting for a word to change: a search never
 * explores spinning. Waking waiters is no step at all, since nobody is parked.
 */

/** Pending access of a CPU: kinds. 0 means that nothing is pending: the CPU's function has returned. */
export const IDLE = 0;
export const LOAD = 1;
export const STORE = 2;
export const READ_ONCE = 3;
export const WRITE_ONCE = 4;
export const XCHG = 5;
export const CMPXCHG = 6;
export const XADD = 7;
export const FETCH_OR = 8;
export const FETCH_AND = 9;
export const SMP_MB = 10;
export const MEMSET = 11;
export const MEMCPY = 12;
export const MEMCHR_INV = 13;
export const MEMEQ = 14;
export const WAIT_FOR_CHANGE = 15;
export const CPU_RELAX = 16;
export const SPIN_LOCK = 17;

/** Functions that are a step, by module and name. Their arguments become address, operand and second operand. */
export const primitives: ReadonlyMap<string, number> = new Map([
  ['bus.js#load', LOAD],
  ['bus.js#store', STORE],
  ['bus.js#READ_ONCE', READ_ONCE],
  ['bus.js#WRITE_ONCE', WRITE_ONCE],
  ['bus.js#xchg', XCHG],
  ['bus.js#cmpxchg', CMPXCHG],
  ['bus.js#xadd', XADD],
  ['bus.js#fetch_or', FETCH_OR],
  ['bus.js#fetch_and', FETCH_AND],
  ['bus.js#smp_mb', SMP_MB],
  ['bus.js#memset', MEMSET],
  ['bus.js#memcpy', MEMCPY],
  ['bus.js#memchr_inv', MEMCHR_INV],
  ['bus.js#memeq', MEMEQ],
  ['bus.js#wait_for_change', WAIT_FOR_CHANGE],
  ['bus.js#cpu_relax', CPU_RELAX],
  ['arch-spin.js#arch_spin_lock', SPIN_LOCK],
]);

/** The address of the running CPU's block: a register, read without a step. */
export const THIS_CPU = 'bus.js#this_cpu';
/** Compiled to nothing. */
export const WAKE_WAITERS = 'bus.js#wake_waiters';
