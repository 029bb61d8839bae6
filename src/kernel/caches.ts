/** The slab caches: their numbers, and which struct each holds. */
import {
  dentry,
  fdtable,
  file,
  files_struct,
  fs_struct,
  inode,
  k_itimer,
  mm_struct,
  namespace,
  page,
  pgd,
  sem_array,
  sem_undo,
  sem_undo_list,
  sighand_struct,
  signal_struct,
  sigqueue,
  slab_header,
  super_block,
  task_struct,
  user_struct,
  vfork_completion,
  vfsmount,
  vm_area_struct,
} from './layout.ts';

export const TASK_CACHE = 0;
export const MM_CACHE = 1;
export const VMA_CACHE = 2;
export const PGD_CACHE = 3;
export const PAGE_CACHE = 4;
export const SIGHAND_CACHE = 5;
export const SIGNAL_CACHE = 6;
export const FS_CACHE = 7;
export const FILES_CACHE = 8;
export const FILE_CACHE = 9;
export const NAMESPACE_CACHE = 10;
export const MNT_CACHE = 11;
export const SUPER_CACHE = 12;
export const DENTRY_CACHE = 13;
export const INODE_CACHE = 14;
export const USER_CACHE = 15;
export const UNDO_LIST_CACHE = 16;
export const UNDO_CACHE = 17;
export const SEM_CACHE = 18;
export const VFORK_CACHE = 19;
export const SIGQUEUE_CACHE = 20;
export const KTIMER_CACHE = 21;
export const FDTABLE_CACHE = 22;
export const NR_CACHES = 23;

/** The struct in each cache, by cache number. */
export const cacheStructs = [
  task_struct,
  mm_struct,
  vm_area_struct,
  pgd,
  page,
  sighand_struct,
  signal_struct,
  fs_struct,
  files_struct,
  file,
  namespace,
  vfsmount,
  super_block,
  dentry,
  inode,
  user_struct,
  sem_undo_list,
  sem_undo,
  sem_array,
  vfork_completion,
  sigqueue,
  k_itimer,
  fdtable,
] as const;

/** Bytes of an object of this cache. */
export function cacheObjectSize(cache: number): number {
  const table = cacheStructs[cache];
  return table === undefined ? 0 : table.SIZE;
}

/** A red zone behind the body, one word. */
const RED_TAIL = 4;
/** Objects never share a cache line, as with SLAB_HWCACHE_ALIGN: a CPU's own task would else slow its neighbour's. */
const CACHE_LINE = 64;

/** Bytes from one object of a slab to the next: header, body, red zone. */
export function cacheStride(cache: number): number {
  return (slab_header.SIZE + cacheObjectSize(cache) + RED_TAIL + CACHE_LINE - 1) & -CACHE_LINE;
}
