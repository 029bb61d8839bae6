/**
 * The scheduling points: what a CPU can be about to do. The kind, the address and the operands of the pending access
 * lie in the CPU's region of the frames before it is performed, so a strategy can look before it chooses.
 *
 * Acquiring a lock is one step that is enabled or not, and so is waiting for a word to change: a search never explores
 * spinning. Waking waiters of wait_for_change is no step at all, since nobody is parked; sleepers on a futex are, and stay
 * asleep until they are woken (futex.ts).
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
/** Release of a spinlock: a plain store of UNLOCKED. */
export const SPIN_UNLOCK = 10;
/** Release of rwlock or semaphore: a locked add of the second operand. */
export const GIVE_BACK = 11;
export const SMP_MB = 12;
export const MEMSET = 13;
export const MEMCPY = 14;
export const MEMCHR_INV = 15;
export const MEMEQ = 16;
/** No accesses, and steps only where time counts (`timed` in compile.ts): a pause, so many turns of delay, a wake-up. */
export const RELAX = 17;
export const DELAY = 18;
export const WAKE = 19;
/** Compares and goes to sleep, or goes on at once; wakes sleepers (futex.ts). */
export const FUTEX_WAIT = 20;
export const FUTEX_WAKE = 21;
/** From here on a step is enabled or not; see `enabled` in stepped.ts. */
export const WAIT_FOR_CHANGE = 22;
export const SPIN_LOCK = 23;
export const READ_LOCK = 24;
export const WRITE_LOCK = 25;
export const DOWN_READ = 26;
export const DOWN_WRITE = 27;
/** The CPU went round a loop without any effect: it waits until one of the words it read there changes (spin.ts). */
export const SPIN = 28;
/** The CPU sleeps on a futex, and goes on once it has been woken. */
export const FUTEX_SLEEP = 29;
/** For observers only: the source block of a memcpy, whose own event is the block written. */
export const MEMCPY_FROM = 30;
/** A choice among so many values as stand in the place of the address. Touches no word; its value is that of the move. */
export const CHOOSE = 31;

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
  ['bus.js#futex_wait', FUTEX_WAIT],
  ['bus.js#futex_wake', FUTEX_WAKE],
  ['bus.js#choose', CHOOSE],
  ['arch-spin.js#arch_spin_lock', SPIN_LOCK],
  ['arch-spin.js#arch_spin_unlock', SPIN_UNLOCK],
  ['arch-rwlock.js#arch_read_lock', READ_LOCK],
  ['arch-rwlock.js#arch_write_lock', WRITE_LOCK],
  ['arch-rwlock.js#give_back', GIVE_BACK],
  ['arch-rwsem.js#arch_down_read', DOWN_READ],
  ['arch-rwsem.js#arch_down_write', DOWN_WRITE],
  ['arch-rwsem.js#give_back', GIVE_BACK],
]);

/** The address of the running CPU's block: a register, read without a step. */
export const THIS_CPU = 'bus.js#this_cpu';
/**
 * Nothing happens there: nobody is parked, and a loop that spins is seen as such without help. They are compiled to
 * nothing, or to steps that take time.
 */
export const pauses: ReadonlyMap<string, number> = new Map([
  ['bus.js#cpu_relax', RELAX],
  ['bus.js#cpu_delay', DELAY],
  ['bus.js#wake_waiters', WAKE],
]);

const kinds = (...list: number[]): ReadonlySet<number> => new Set(list);
const ATOMICS = kinds(XCHG, CMPXCHG, XADD, FETCH_OR, FETCH_AND, GIVE_BACK);
const LOCKS = kinds(SPIN_LOCK, READ_LOCK, WRITE_LOCK, DOWN_READ, DOWN_WRITE);
const STORES = kinds(STORE, WRITE_ONCE, SPIN_UNLOCK, MEMSET, MEMCPY);
const MARKED = kinds(READ_ONCE, WRITE_ONCE, WAIT_FOR_CHANGE, FUTEX_WAIT);

/** True for an access that may change its word. */
export const isWrite = (kind: number): boolean => STORES.has(kind) || ATOMICS.has(kind) || LOCKS.has(kind);
/** True where the race is intended: READ_ONCE, WRITE_ONCE, waiting for a change, a futex's word. */
export const isMarked = (kind: number): boolean => MARKED.has(kind);
/** True for locked operations, taking a lock among them: a read and a write at once, and a full barrier. */
export const isAtomic = (kind: number): boolean => ATOMICS.has(kind) || LOCKS.has(kind);
/** True for taking a lock of any kind. */
export const isLock = (kind: number): boolean => LOCKS.has(kind);
