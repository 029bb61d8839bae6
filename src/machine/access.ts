/**
 * The one table of accesses: what a CPU can be about to do, and all that anybody has to know of it. Kind, address and
 * operands of the pending access lie in the CPU's region of the frames before it is performed, so a strategy can look
 * before it chooses. Facts are asked of access-kinds.ts (by kind, flat) and access-calls.ts (by function).
 *
 * Acquiring a lock is one step that is enabled or not, and so is waiting for a word to change: a search never explores
 * spinning. Waking waiters of wait_for_change is no step at all, since nobody is parked; sleepers on a futex are, and
 * stay asleep until they are woken (futex.ts).
 *
 * A new access is a row here; `becomes` is all that the stepped machine needs to perform it. Besides, real threads need
 * its function in bus.ts and modules its name in src/bus.ts. A constant has only what some code treats by itself.
 */
import { RW_LOCK_BIAS } from './arch-rwlock.ts';
import { UNLOCKED } from './arch-spin.ts';
import { POISON } from './atomic.ts';

/** Kinds of pending accesses. 0 means that nothing is pending: the CPU's function has returned. */
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
export const SPIN_UNLOCK = 10;
export const GIVE_BACK = 11;
export const SMP_MB = 12;
export const MEMSET = 13;
export const MEMCPY = 14;
export const MEMCHR_INV = 15;
export const MEMEQ = 16;
export const RELAX = 17;
export const DELAY = 18;
export const WAKE = 19;
export const FUTEX_WAIT = 20;
export const FUTEX_WAKE = 21;
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
/** Which block of the heap an alloc gives: from here on its address is known (stepped/heap.ts). */
export const ALLOC = 32;
/** The block begins to live, all 0. */
export const ALLOC_TAKE = 33;
/** A block is given back: all of it holds poison. */
export const FREE = 34;

/** Whether what the kernel asks for is to fail: a choice of 0 or 1. What that is lies in the CPU's block (map.ts). */
export const FAIL = 35;
/** Whether an interrupt comes in front of what the CPU is about to do: a choice of 0 or 1 (stepped/interrupts.ts). */
export const INTERRUPT = 36;

/** What an access comes to: nothing, a word, a block or two of them, the queue of a futex, what a loop read. */
export const NOTHING = 0;
export const WORD = 1;
export const BLOCK = 2;
export const BLOCKS = 3;
export const QUEUE = 4;
export const LOOP = 5;

/** How it deals with a lock: takes it alone or with other readers, frees it, gives back what it had added to it. */
export const EXCLUSIVE = 1;
export const SHARED = 2;
export const FREED = 3;
export const GIVEN_BACK = 4;

/** What it may wait for: a lock, a word that no longer holds the operand, being woken, words that a loop read. */
export const UNLESS_FREE = 1;
export const UNTIL_CHANGED = 2;
export const UNTIL_WOKEN = 3;
export const WHILE_SAME = 4;

/** One that only takes time: a pause, turns of delay, a wake-up. No step, but where time counts (compile.ts). */
export const PAUSE = 1;
export const TURNS = 2;
export const WAKE_UP = 3;

/**
 * What its words become: `=` the operand, `=?` the second operand if the word holds the first, `+ & | ^` what the word
 * holds, joined with the operand, a number that number, `copy` the other block.
 */
export type Becomes = '=' | '=?' | '+' | '&' | '|' | '^' | 'copy' | number;

/** A function that a module may call. */
export interface BusCall {
  /** `module#name(parameters)`, by default of the bus; a parameter with a ? may be left out. */
  readonly call: string;
  /** It has a value: what the word held before, or one of its own. */
  readonly gives?: true;
  /** What docs/modules.md says it does. */
  readonly does?: string;
}

export interface Access extends BusCall {
  readonly kind: number;
  /**
   * The function that is this step; its arguments are address, operand, second operand. What the machine itself puts
   * there is of no module. Modules may call what has a `does`.
   */
  readonly call: string;
  readonly touches: number;
  readonly becomes?: Becomes;
  /** Marked: a race is intended. Locked: a read and a write at once, and a full barrier. Else plain. */
  readonly order?: 'marked' | 'locked';
  readonly barrier?: true;
  readonly lock?: number;
  /** The lock is one that its taker may sleep for. */
  readonly sleeping?: true;
  readonly waits?: number;
  /** The lock is free while its word lies between the two; taking it adds so much. */
  readonly free?: { readonly least: number; readonly most: number; readonly adds: number };
  /** What it does to the queue of a futex on its word: who goes on after a sleep has only looked at it. */
  readonly queue?: 'looks' | 'changes';
  readonly time?: number;
  /** Its value is that of the move, one of as many as stand in the place of the address. */
  readonly chooses?: true;
  /** The kind under which observers are told of the second block; by default its own. */
  readonly other?: number;
}

const MARKED = 'the same, marked: the race is intended';
const IF_EXPECTED = 'stores if the word is as expected, returns what was there';
const BITS = 'the same with bits';
const WORDS = 'words, all of them in one step';
const SPINLOCK = 'a word, 1 when free';
const RWLOCK = 'a word, `RW_LOCK_BIAS` when free';
const CHOICE = 'any of 0 to n - 1, n from 1 to 128: every one is tried';
const CHANGE = 'waits until the word is another; waking is not needed here';
const SLEEP = 'sleeps if the word is as expected, until woken: 0; else -11 (`-EAGAIN`) at once';
const WAKES = 'wakes so many that sleep on the word, who came first first; returns how many';
const MUTEX = 'a word, 0 when free; over a futex, and so a sleeper has to be woken';
const CONDITION = 'a word, 0 at first; waits in a loop that looks again, with the mutex held';
const SEMAPHORE = 'a word, the count';
const OWN = "`const seen = scratch(8)`: an array of so many words of the CPU's own, 0 at first";
const BLOCKS_OF = 'address of a block of so many bytes, all 0: two steps';
const GIVES_UP = 'gives a block back';
const HISTORY = 'begins and ends a call that the `model` of the module has to explain';
const UNSIGNED = 'quotient, remainder, `<` and `<=` of words without sign';

/** What rows have in common. */
const LOCKED = { touches: WORD, order: 'locked', gives: true } as const;
const LOOKS = { touches: WORD, order: 'marked' } as const;
const READER = { touches: WORD, order: 'locked', lock: SHARED, waits: UNLESS_FREE } as const;
const WRITER = { ...READER, lock: EXCLUSIVE } as const;
const FREES = { touches: WORD, lock: FREED } as const;
const GIVES_BACK = { touches: WORD, order: 'locked', lock: GIVEN_BACK } as const;
const MOST = 0x7fffffff;
const ONE = { least: 1, most: MOST, adds: -1 };
const BIAS = { least: RW_LOCK_BIAS, most: RW_LOCK_BIAS, adds: -RW_LOCK_BIAS };
const SEM_READER = { ...READER, sleeping: true, free: { least: 0, most: MOST, adds: 1 } } as const;
const SEM_WRITER = { ...WRITER, sleeping: true, free: { least: 0, most: 0, adds: -1 } } as const;

export const accesses: readonly Access[] = [
  { kind: LOAD, call: 'load(address)', touches: WORD, gives: true, does: 'plain' },
  { kind: STORE, call: 'store(address, value)', touches: WORD, becomes: '=', does: 'plain' },
  { kind: READ_ONCE, call: 'READ_ONCE(address)', ...LOOKS, gives: true, does: MARKED },
  { kind: WRITE_ONCE, call: 'WRITE_ONCE(address, value)', touches: WORD, order: 'marked', becomes: '=', does: MARKED },
  { kind: XCHG, call: 'xchg(address, value)', ...LOCKED, becomes: '=', does: 'stores, returns what was there' },
  { kind: CMPXCHG, call: 'cmpxchg(address, expected, value)', ...LOCKED, becomes: '=?', does: IF_EXPECTED },
  { kind: XADD, call: 'xadd(address, delta)', ...LOCKED, becomes: '+', does: 'adds, returns what was there' },
  { kind: FETCH_OR, call: 'fetch_or(address, bits)', ...LOCKED, becomes: '|', does: BITS },
  { kind: FETCH_AND, call: 'fetch_and(address, bits)', ...LOCKED, becomes: '&', does: BITS },
  { kind: SMP_MB, call: 'smp_mb()', touches: NOTHING, barrier: true, does: 'full barrier' },
  { kind: CHOOSE, call: 'choose(n)', touches: NOTHING, gives: true, chooses: true, does: CHOICE },
  { kind: FAIL, call: 'may_fail(n)', touches: NOTHING, gives: true, chooses: true },
  { kind: INTERRUPT, call: '#interrupt(n)', touches: NOTHING, gives: true, chooses: true },
  { kind: ALLOC, call: 'heap#alloc(bytes)', touches: NOTHING, gives: true, does: BLOCKS_OF },
  { kind: ALLOC_TAKE, call: '#alloc_take(address)', touches: BLOCK, order: 'locked', becomes: 0 },
  { kind: FREE, call: 'heap#free(address)', touches: BLOCK, order: 'locked', becomes: POISON, does: GIVES_UP },
  {
    kind: RELAX,
    call: 'cpu_relax()',
    touches: NOTHING,
    time: PAUSE,
    does: 'for the reader of a loop; does nothing here',
  },
  { kind: DELAY, call: 'cpu_delay(turns)', touches: NOTHING, time: TURNS, does: 'time that passes; does nothing here' },
  { kind: WAIT_FOR_CHANGE, call: 'wait_for_change(address, seen)', ...LOOKS, waits: UNTIL_CHANGED, does: CHANGE },
  { kind: WAKE, call: 'wake_waiters(address)', touches: NOTHING, time: WAKE_UP, does: CHANGE },
  { kind: FUTEX_WAIT, call: 'futex_wait(address, expected)', ...LOOKS, queue: 'changes', gives: true, does: SLEEP },
  { kind: FUTEX_WAKE, call: 'futex_wake(address, count)', touches: QUEUE, queue: 'changes', gives: true, does: WAKES },
  { kind: FUTEX_SLEEP, call: '#futex_sleep(address, place)', touches: QUEUE, queue: 'looks', waits: UNTIL_WOKEN },
  { kind: SPIN, call: '#spin(address)', touches: LOOP, waits: WHILE_SAME },
  { kind: MEMSET, call: 'memset(address, value, bytes)', touches: BLOCK, becomes: '=', does: WORDS },
  { kind: MEMCPY, call: 'memcpy(to, from, bytes)', touches: BLOCKS, becomes: 'copy', other: MEMCPY_FROM, does: WORDS },
  { kind: MEMCPY_FROM, call: '#memcpy_from(from)', touches: BLOCK },
  { kind: MEMCHR_INV, call: 'memchr_inv(address, value, bytes)', touches: BLOCK, gives: true, does: WORDS },
  { kind: MEMEQ, call: 'memeq(a, b, bytes)', touches: BLOCKS, gives: true, does: WORDS },
  { kind: SPIN_LOCK, call: 'arch-spin#arch_spin_lock(lock)', ...WRITER, free: ONE, does: SPINLOCK },
  { kind: SPIN_UNLOCK, call: 'arch-spin#arch_spin_unlock(lock)', ...FREES, becomes: UNLOCKED, does: SPINLOCK },
  { kind: READ_LOCK, call: 'arch-rwlock#arch_read_lock(lock)', ...READER, free: ONE, does: RWLOCK },
  { kind: WRITE_LOCK, call: 'arch-rwlock#arch_write_lock(lock)', ...WRITER, free: BIAS, does: RWLOCK },
  { kind: DOWN_READ, call: 'arch-rwsem#arch_down_read(sem)', ...SEM_READER },
  { kind: DOWN_WRITE, call: 'arch-rwsem#arch_down_write(sem)', ...SEM_WRITER },
  { kind: GIVE_BACK, call: 'arch-rwlock arch-rwsem#give_back(lock, amount)', ...GIVES_BACK, becomes: '+' },
];

/** What else modules may call: made of accesses, or of none. */
export const composites: readonly BusCall[] = [
  { call: 'arch-spin#arch_spin_trylock(lock)', gives: true, does: SPINLOCK },
  { call: 'arch-rwlock#arch_read_unlock(lock)', does: RWLOCK },
  { call: 'arch-rwlock#arch_write_unlock(lock)', does: RWLOCK },
  { call: 'sync#mutex_lock(mutex)', does: MUTEX },
  { call: 'sync#mutex_trylock(mutex)', gives: true, does: MUTEX },
  { call: 'sync#mutex_unlock(mutex)', does: MUTEX },
  { call: 'sync#cond_wait(cond, mutex)', does: CONDITION },
  { call: 'sync#cond_signal(cond)', does: CONDITION },
  { call: 'sync#cond_broadcast(cond)', does: CONDITION },
  { call: 'sync#sem_wait(sem)', does: SEMAPHORE },
  { call: 'sync#sem_trywait(sem)', gives: true, does: SEMAPHORE },
  { call: 'sync#sem_post(sem)', does: SEMAPHORE },
  { call: 'history#call_begin(cpu, operation, argument)', does: HISTORY },
  { call: 'history#call_end(cpu, result)', does: HISTORY },
  { call: 'scratch#scratch(words)', gives: true, does: OWN },
  { call: 'unsigned#udiv(a, b)', gives: true, does: UNSIGNED },
  { call: 'unsigned#umod(a, b)', gives: true, does: UNSIGNED },
  { call: 'unsigned#ult(a, b)', gives: true, does: UNSIGNED },
  { call: 'unsigned#ule(a, b)', gives: true, does: UNSIGNED },
  { call: "fault#assert(condition, 'message'?)", does: 'a bug with that title unless it holds' },
];
