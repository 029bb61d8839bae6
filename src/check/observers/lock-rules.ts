/** What the lock-order checker has to be told, because not every execution shows it. Each line with its reason. */
import {
  LOCK_ALLOC,
  LOCK_CACHE,
  LOCK_CHLDEXIT,
  LOCK_I_SEM,
  LOCK_ITIMER,
  LOCK_MMAP_SEM,
  LOCK_RQ,
  LOCK_SEM_WAIT,
  LOCK_SIGLOCK,
  LOCK_TASKLIST,
  LOCK_TIMER,
  LOCK_VFORK,
  LOCK_ZONE,
} from '../../kernel/locks.ts';
import { LOCK_EXCLUSIVE, LOCK_SHARED } from '../../machine/trace.ts';

export interface Nesting {
  readonly lockClass: number;
  /** The function that takes the inner lock. */
  readonly by: string;
  readonly reason: string;
}

/** Two locks of one class at once. */
export const nestings: readonly Nesting[] = [
  {
    lockClass: LOCK_MMAP_SEM,
    by: 'dup_mmap',
    reason: 'the inner mm is new, and nobody else can reach it yet',
  },
  {
    lockClass: LOCK_SIGLOCK,
    by: 'switch_sighand',
    reason: 'exec goes from the old handlers to new ones that nobody else has, under tasklist_lock for writing',
  },
  {
    lockClass: LOCK_I_SEM,
    by: 'vfs_remove',
    reason: 'from a directory to what is in it: a directory comes before its entries, and nothing is renamed',
  },
  {
    lockClass: LOCK_I_SEM,
    by: 'vfs_link',
    reason: 'from a directory to a file: files come after all directories, and never two of them',
  },
];

export interface Forbidden {
  readonly held: number;
  readonly taken: number;
  /** How it is taken, LOCK_EXCLUSIVE or LOCK_SHARED. */
  readonly mode: number;
  readonly reason: string;
}

/**
 * Orders that are wrong by themselves, whether or not anybody takes the two locks the other way round. Those that
 * deadlock with an interrupt need no rule: they are cycles.
 */
export const forbidden: readonly Forbidden[] = [
  {
    held: LOCK_ALLOC,
    taken: LOCK_TASKLIST,
    mode: LOCK_EXCLUSIVE,
    reason:
      'task_lock never nests with tasklist_lock for writing, in neither order: whoever holds task_lock with interrupts ' +
      'on may be interrupted by a reader of tasklist_lock, which a writer that wants the same task_lock keeps waiting',
  },
  {
    held: LOCK_SIGLOCK,
    taken: LOCK_TASKLIST,
    mode: LOCK_EXCLUSIVE,
    reason: 'siglock is taken inside tasklist_lock, never around it',
  },
  {
    held: LOCK_SIGLOCK,
    taken: LOCK_TASKLIST,
    mode: LOCK_SHARED,
    reason: 'siglock is taken inside tasklist_lock, never around it',
  },
];

export interface InterruptUse {
  readonly lockClass: number;
  readonly mode: number;
  readonly reason: string;
}

/**
 * Locks that interrupt handlers take: the model's own, of its timer, and others of Linux. Whoever holds a lock with
 * interrupts on may next have to take one of these, whether an interrupt comes in this execution or not; so the checker adds
 * that to what it sees.
 */
export const interruptUses: readonly InterruptUse[] = [
  { lockClass: LOCK_TASKLIST, mode: LOCK_SHARED, reason: 'signals from timers and terminals look for their tasks' },
  { lockClass: LOCK_SIGLOCK, mode: LOCK_EXCLUSIVE, reason: 'timers send signals' },
  { lockClass: LOCK_CHLDEXIT, mode: LOCK_EXCLUSIVE, reason: 'a wait queue: interrupts wake tasks' },
  { lockClass: LOCK_VFORK, mode: LOCK_EXCLUSIVE, reason: 'a wait queue: interrupts wake tasks' },
  { lockClass: LOCK_SEM_WAIT, mode: LOCK_EXCLUSIVE, reason: 'a wait queue: interrupts wake tasks' },
  { lockClass: LOCK_RQ, mode: LOCK_EXCLUSIVE, reason: 'interrupts wake tasks' },
  { lockClass: LOCK_ITIMER, mode: LOCK_EXCLUSIVE, reason: 'POSIX timers run in interrupts' },
  { lockClass: LOCK_TIMER, mode: LOCK_EXCLUSIVE, reason: 'timers run in interrupts' },
  { lockClass: LOCK_CACHE, mode: LOCK_EXCLUSIVE, reason: 'signals that timers send are queued' },
  { lockClass: LOCK_ZONE, mode: LOCK_EXCLUSIVE, reason: 'taken inside cache->lock' },
];
