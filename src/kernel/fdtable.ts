/**
 * fdtable: the places of a descriptor table. The first one lies in the files_struct; one that gets too small is replaced by a
 * copy of twice the size, and never changes its size itself.
 *
 * Who holds file_lock sees the table in use. Since 2.6.14 look-ups hold nothing (descriptors.ts), so an old table, and a
 * files_struct with the first one in it, are given back by RCU.
 */
import { load, memcpy, memset, store } from '../machine/bus.ts';
import { NR_OPEN, NR_OPEN_DEFAULT } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EMFILE, ENOMEM } from './abi.ts';
import { FDTABLE_CACHE, FILES_CACHE } from './caches.ts';
import { fdtable, files_struct, kernel } from './layout.ts';
import { PROFILE_DESAI_2005 } from './profiles.ts';
import { call_rcu, RCU_FREE_FDTABLE, RCU_FREE_FILES, rcu_assign_pointer } from './rcu.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** The table in use; file_lock held, or nobody else has the files_struct. */
export function files_fdtable(files: number): number {
  return load(files + files_struct.fdt);
}

/** Where a table has the file of a descriptor. */
export function fd_slot(fdt: number, fd: number): number {
  return fdt + fdtable.fd + 4 * fd;
}

/** An empty table of so many places. */
export function init_fdtable(fdt: number, size: number): void {
  store(fdt + fdtable.max_fds, size);
  store(fdt + fdtable.open_fds, 0);
  store(fdt + fdtable.close_on_exec, 0);
  memset(fdt + fdtable.fd, 0, 4 * size);
}

/** An empty table with room for a descriptor, of as few doublings as that takes; 0 without memory. May sleep. */
export function alloc_fdtable(fd: number): number {
  const fdt = kmem_cache_alloc(FDTABLE_CACHE, _THIS_IP_);
  if (fdt === 0) return 0;
  let size = 2 * NR_OPEN_DEFAULT;
  while (size <= fd) size = 2 * size;
  init_fdtable(fdt, size);
  return fdt;
}

/** Gives back a table that is no longer in use, and lies in no files_struct. */
function free_fdtable(fdt: number): void {
  if (load(kernel.profile) === PROFILE_DESAI_2005) kmem_cache_free(FDTABLE_CACHE, fdt, _THIS_IP_);
  else call_rcu(fdt + fdtable.rcu, RCU_FREE_FDTABLE, _THIS_IP_);
}

/** Gives back a files_struct and its table, when no task has it any more. */
export function free_files(files: number): void {
  const fdt = files_fdtable(files);
  const grown = fdt !== files + files_struct.fdtab;
  if (grown || load(kernel.profile) === PROFILE_DESAI_2005) kmem_cache_free(FILES_CACHE, files, _THIS_IP_);
  else call_rcu(files + files_struct.fdtab + fdtable.rcu, RCU_FREE_FILES, _THIS_IP_);
  if (grown) free_fdtable(fdt);
}

/** Fills a new table from the one that it replaces; file_lock held. */
function copy_fdtable(fdt: number, old: number): void {
  store(fdt + fdtable.open_fds, load(old + fdtable.open_fds));
  store(fdt + fdtable.close_on_exec, load(old + fdtable.close_on_exec));
  memcpy(fdt + fdtable.fd, old + fdtable.fd, 4 * load(old + fdtable.max_fds));
}

/**
 * Makes room for a descriptor. 0 when there is; 1 when there is now, and file_lock was let go meanwhile; -EMFILE, -ENOMEM.
 * Called and returns with file_lock held.
 */
export function expand_files(files: number, fd: number): number {
  if (fd >= NR_OPEN) return -EMFILE;
  if (fd < load(files_fdtable(files) + fdtable.max_fds)) return 0;
  spin_unlock(files + files_struct.file_lock);
  const grown = alloc_fdtable(fd);
  spin_lock(files + files_struct.file_lock);
  if (grown === 0) return -ENOMEM;
  const old = files_fdtable(files);
  if (fd < load(old + fdtable.max_fds)) {
    // Somebody else has made it meanwhile.
    kmem_cache_free(FDTABLE_CACHE, grown, _THIS_IP_);
    return 1;
  }
  copy_fdtable(grown, old);
  rcu_assign_pointer(files + files_struct.fdt, grown);
  if (old !== files + files_struct.fdtab) free_fdtable(old);
  return 1;
}
