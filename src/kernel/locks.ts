/**
 * The lock classes, one number per place in the kernel that initialises locks, and the order in which they nest. Nobody
 * takes a lock that stands above one he holds, so no cycle of waiting can come about. Two of one class are a matter of
 * their own (check/observers/lock-rules.ts), and so is what interrupts take.
 */

export const LOCK_TASKLIST = 1;
export const LOCK_ALLOC = 2;
export const LOCK_SIGLOCK = 3;
export const LOCK_FILE = 4;
export const LOCK_FS = 5;
export const LOCK_NAMESPACE_SEM = 6;
export const LOCK_VFSMOUNT = 7;
export const LOCK_DCACHE = 8;
export const LOCK_MMAP_SEM = 9;
export const LOCK_PAGE_TABLE = 10;
export const LOCK_RQ = 11;
export const LOCK_CACHE = 12;
export const LOCK_ZONE = 13;
export const LOCK_UIDHASH = 14;
export const LOCK_SEM_IDS = 15;
export const LOCK_SEM = 16;
export const LOCK_UNDO = 17;
export const LOCK_FUTEX = 18;
export const LOCK_CHLDEXIT = 19;
export const LOCK_VFORK = 20;
export const LOCK_I_SEM = 21;
export const LOCK_SEM_WAIT = 22;
export const LOCK_SIDTAB = 23;
export const LOCK_TIMER = 24;
export const LOCK_CORE = 25;
export const LOCK_IDR = 26;
export const LOCK_ITIMER = 27;
export const LOCK_DENTRY = 28;
export const LOCK_KERNEL = 29;
export const LOCK_MMLIST = 30;
export const LOCK_SWAP = 31;

export interface LockClass {
  readonly number: number;
  /** As reports have it. */
  readonly name: string;
  readonly guards: string;
}

/** Outermost first: semaphores, under which one may sleep, then spinlocks, the run queue innermost. */
export const lockOrder: readonly LockClass[] = [
  {
    number: LOCK_NAMESPACE_SEM,
    name: 'namespace->sem',
    guards: 'the tree of mounts of a namespace, since 2.6.15 of all, while it changes',
  },
  { number: LOCK_I_SEM, name: 'i_sem', guards: 'an inode: its size, and entries that come and go in a directory' },
  { number: LOCK_MMAP_SEM, name: 'mmap_sem', guards: 'the areas of an address space' },
  { number: LOCK_SEM_IDS, name: 'sem_ids_lock', guards: 'the table of semaphore sets: who holds a set found it here' },
  { number: LOCK_SEM, name: 'sem->lock', guards: 'the values of one set' },
  { number: LOCK_UNDO, name: 'undo_list->lock', guards: 'an undo list that is shared' },
  { number: LOCK_IDR, name: 'idr_lock', guards: 'the numbers of POSIX timers' },
  { number: LOCK_ITIMER, name: 'it_lock', guards: 'one POSIX timer; taken in interrupts, around tasklist_lock' },
  { number: LOCK_KERNEL, name: 'kernel_flag', guards: 'one ptrace call from another (the big kernel lock)' },
  { number: LOCK_TASKLIST, name: 'tasklist_lock', guards: 'which tasks there are, parents, groups and pid hashes' },
  { number: LOCK_ALLOC, name: 'alloc_lock', guards: 'what a task points to and may share (task_lock)' },
  { number: LOCK_FS, name: 'fs->lock', guards: 'root and working directory of an fs part' },
  { number: LOCK_FILE, name: 'file_lock', guards: 'a table of open files' },
  { number: LOCK_PAGE_TABLE, name: 'page_table_lock', guards: 'the page table of an address space' },
  { number: LOCK_MMLIST, name: 'mmlist_lock', guards: 'which address spaces may have pages out' },
  { number: LOCK_SWAP, name: 'swap_lock', guards: 'which file is the swap area' },
  { number: LOCK_VFSMOUNT, name: 'vfsmount_lock', guards: 'what is mounted where' },
  { number: LOCK_DCACHE, name: 'dcache_lock', guards: 'the tree of names' },
  { number: LOCK_DENTRY, name: 'd_lock', guards: 'whether a name is in its directory' },
  { number: LOCK_SIGLOCK, name: 'siglock', guards: 'handlers, pending signals, and the state of a group' },
  { number: LOCK_SIDTAB, name: 'sidtab_lock', guards: 'the table of security contexts' },
  { number: LOCK_TIMER, name: 'timer_base->lock', guards: 'the timers of one CPU, and its clock' },
  { number: LOCK_UIDHASH, name: 'uidhash_lock', guards: 'which users there are' },
  { number: LOCK_FUTEX, name: 'futex_lock', guards: 'who sleeps on the futexes of one bucket' },
  { number: LOCK_CHLDEXIT, name: 'wait_chldexit', guards: 'the queue of those who wait for a child' },
  { number: LOCK_VFORK, name: 'vfork_done', guards: 'the queue of a parent that waits for its vfork child' },
  { number: LOCK_CORE, name: 'core_done', guards: 'the queues of a core dump: who dumps, and who is dumped' },
  { number: LOCK_SEM_WAIT, name: 'sem->pending', guards: 'the queue of those who wait for a set' },
  { number: LOCK_CACHE, name: 'cache->lock', guards: 'free objects and slabs of one cache' },
  { number: LOCK_ZONE, name: 'zone_lock', guards: 'free pages' },
  { number: LOCK_RQ, name: 'rq->lock', guards: 'the run queue of one CPU, and the state of the tasks on it' },
];

/** Names by number; number 0 is no class. */
export const lockClassNames: readonly string[] = Array.from({ length: lockOrder.length + 1 }, (_, number) => {
  return lockOrder.find((one) => one.number === number)?.name ?? '';
});
