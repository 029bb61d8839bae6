/**
 * swapon and swapoff, for swapoff's walk over the address spaces that may have pages out (mmlist.ts). Each is pinned by one
 * more user under mmlist_lock, which is let go of while it is looked through; the one before is put then, for a put may
 * sleep, and may be the last.
 *
 * Who counts as a user meanwhile is one whom nobody sees: unshare(VM) of linux-2.6.16 takes it for a sharer (B34). Until 2.6.17
 * one that has no users any more, and is still on the list, has one for a moment (B19).
 *
 * Departure: there is one swap area. Any regular file is good for it; it is known by its number and not held open, its
 * contents are not looked at, and nothing is ever out, so swapoff looks and changes nothing.
 */
import { atomic_dec, atomic_inc_not_zero } from '../machine/atomic.ts';
import { load, store, WRITE_ONCE, xadd } from '../machine/bus.ts';
import { down_read, up_read } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  CAP_SYS_ADMIN,
  EBUSY,
  EINTR,
  EINVAL,
  EISDIR,
  EPERM,
  PF_SWAPOFF,
  SWAP_FLAGS_VALID,
  VM_SHARED,
  VM_WRITE,
} from './abi.ts';
import { capable, current } from './context.ts';
import { is_directory } from './dcache.ts';
import { cpu_data, dentry, inode, kernel, mm_struct, nameidata, task_struct, vm_area_struct } from './layout.ts';
import { list_next } from './list.ts';
import { mmput } from './mm.ts';
import { path_release, user_path_walk } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { signal_pending } from './sigset.ts';

/** The number of the file at a user address; -EISDIR, or what the lookup says. */
function swap_file(address: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const err = user_path_walk(address, nd);
  if (err) return err;
  const d = load(nd + nameidata.dentry);
  const ino = is_directory(d) ? -EISDIR : load(load(d + dentry.d_inode) + inode.i_ino);
  path_release(nd);
  return ino;
}

/**
 * swapon(2). 0, -EPERM without CAP_SYS_ADMIN or when another file is the swap area, -EBUSY when this one is, -EISDIR, -EINVAL
 * for unknown flags (linux-6), or what the lookup says. Takes swap_lock.
 */
export function sys_swapon(address: number, flags: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6 && flags & ~SWAP_FLAGS_VALID) return -EINVAL;
  if (capable(CAP_SYS_ADMIN) === 0) return -EPERM;
  const ino = swap_file(address);
  if (ino < 0) return ino;
  let err = 0;
  spin_lock(kernel.swap_lock);
  const was = load(kernel.swap_ino);
  if (was) {
    err = was === ino ? -EBUSY : -EPERM;
  } else {
    store(kernel.swap_ino, ino);
    WRITE_ONCE(kernel.swap_writeok, 1);
  }
  spin_unlock(kernel.swap_lock);
  return err;
}

/** One more user of an address space on the list, unless it has none any more: 1 or 0. mmlist_lock held. */
function pin_mm(mm: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6) return atomic_inc_not_zero(mm + mm_struct.mm_users);
  if (xadd(mm + mm_struct.mm_users, 1) === 0) {
    atomic_dec(mm + mm_struct.mm_users);
    return 0;
  }
  return 1;
}

/** Looks through the private pages of an address space; how many there are. Takes mmap_sem for reading, page_table_lock. */
function unuse_mm(mm: number): number {
  let pages = 0;
  down_read(mm + mm_struct.mmap_sem);
  for (let vma = load(mm + mm_struct.mmap); vma !== 0; vma = load(vma + vm_area_struct.vm_next)) {
    const flags = load(vma + vm_area_struct.vm_flags);
    if ((flags & VM_WRITE) === 0 || flags & VM_SHARED) continue;
    spin_lock(mm + mm_struct.page_table_lock);
    pages = pages + load(mm + mm_struct.rss);
    spin_unlock(mm + mm_struct.page_table_lock);
  }
  up_read(mm + mm_struct.mmap_sem);
  return pages;
}

/** Goes through all address spaces that may have pages out. 0, or -EINTR for a signal. Takes mmlist_lock; may sleep. */
function try_to_unuse(): number {
  let err = 0;
  let prev_mm = 0;
  spin_lock(kernel.mmlist_lock);
  for (let p = list_next(kernel.mmlist); p !== kernel.mmlist && err === 0; p = list_next(p)) {
    const mm = p - mm_struct.mmlist;
    if (pin_mm(mm) === 0) continue;
    spin_unlock(kernel.mmlist_lock);
    if (prev_mm) mmput(prev_mm);
    prev_mm = mm;
    unuse_mm(mm);
    if (signal_pending()) err = -EINTR;
    spin_lock(kernel.mmlist_lock);
  }
  spin_unlock(kernel.mmlist_lock);
  if (prev_mm) mmput(prev_mm);
  return err;
}

/**
 * swapoff(2). 0, -EPERM without CAP_SYS_ADMIN, -EINVAL when the file is not the swap area or ceases to be it just now, -EINTR
 * and it stays so, -EISDIR, or what the lookup says. Takes swap_lock, mmlist_lock; may sleep.
 */
export function sys_swapoff(address: number): number {
  if (capable(CAP_SYS_ADMIN) === 0) return -EPERM;
  const ino = swap_file(address);
  if (ino < 0) return ino;
  spin_lock(kernel.swap_lock);
  const found = load(kernel.swap_ino) === ino && load(kernel.swap_writeok) ? 1 : 0;
  if (found) WRITE_ONCE(kernel.swap_writeok, 0);
  spin_unlock(kernel.swap_lock);
  if (found === 0) return -EINVAL;
  const tsk = current();
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) | PF_SWAPOFF);
  const err = try_to_unuse();
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) & ~PF_SWAPOFF);
  spin_lock(kernel.swap_lock);
  if (err) WRITE_ONCE(kernel.swap_writeok, 1);
  else store(kernel.swap_ino, 0);
  spin_unlock(kernel.swap_lock);
  return err;
}
