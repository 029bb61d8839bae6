/** The lock classes: one number per place in the kernel that initialises locks, and its name in reports. */

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

export const lockClassNames: readonly string[] = [
  '',
  'tasklist_lock',
  'alloc_lock',
  'siglock',
  'file_lock',
  'fs->lock',
  'namespace->sem',
  'vfsmount_lock',
  'dcache_lock',
  'mmap_sem',
  'page_table_lock',
  'rq->lock',
  'cache->lock',
  'zone_lock',
  'uidhash_lock',
  'sem_ids_lock',
  'sem->lock',
  'undo_list->lock',
  'futex_lock',
  'wait_chldexit',
  'vfork_done',
  'i_sem',
  'sem->pending',
];
