/**
 * Address spaces: made, copied, shared, left. mm_users counts who lives in one; mm_count keeps the struct: all users
 * together hold one, and a CPU that still has the page table loaded after its task left holds one more.
 */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { cmpxchg, load, memcpy, store, this_cpu, wait_for_change } from '../machine/bus.ts';
import { down_read, down_write, init_rwsem, up_read, up_write } from '../machine/rwsem.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock_init } from '../machine/spinlock.ts';
import { CLONE_VM, EINTR, ENOMEM, VM_READ, VM_SHARED, VM_WRITE } from './abi.ts';
import { MM_CACHE, PGD_CACHE, VMA_CACHE } from './caches.ts';
import { current, might_sleep, task_lock, task_unlock } from './context.ts';
import { come_to_dump, dump_is_over } from './core-state.ts';
import { futex_wake_one } from './futex.ts';
import { DATA_BASE, DATA_END, RODATA_BASE, SHARED_BASE } from './isa.ts';
import { core_state, kernel, mm_struct, task_struct, vm_area_struct } from './layout.ts';
import { INIT_LIST_HEAD } from './list.ts';
import { LOCK_MMAP_SEM, LOCK_PAGE_TABLE } from './locks.ts';
import { clear_page_tables, copy_page_range, unmap_vmas } from './memory.ts';
import { mmlist_leave } from './mmlist.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { flush_tlb } from './tlb.ts';
import { put_user } from './uaccess.ts';
import { complete_vfork } from './vfork.ts';

/** Resets what a copied or new mm may not inherit, and gives it a page table. 1, or 0 without memory: mm is freed. */
function mm_init(mm: number): number {
  atomic_set(mm + mm_struct.mm_users, 1);
  atomic_set(mm + mm_struct.mm_count, 1);
  init_rwsem(mm + mm_struct.mmap_sem, LOCK_MMAP_SEM);
  spin_lock_init(mm + mm_struct.page_table_lock, LOCK_PAGE_TABLE);
  store(mm + mm_struct.mmap, 0);
  store(mm + mm_struct.map_count, 0);
  store(mm + mm_struct.rss, 0);
  INIT_LIST_HEAD(mm + mm_struct.mmlist);
  atomic_set(mm + mm_struct.core_state + core_state.core_waiters, 0);
  const table = kmem_cache_alloc(PGD_CACHE, _THIS_IP_);
  if (table === 0) {
    kmem_cache_free(MM_CACHE, mm, _THIS_IP_);
    return 0;
  }
  clear_page_tables(table);
  store(mm + mm_struct.pgd, table);
  return 1;
}

/** Adds an area behind the others; 0 or -ENOMEM. */
function insert_vma(mm: number, start: number, end: number, flags: number, pgoff: number): number {
  const vma = kmem_cache_alloc(VMA_CACHE, _THIS_IP_);
  if (vma === 0) return -ENOMEM;
  store(vma + vm_area_struct.vm_start, start);
  store(vma + vm_area_struct.vm_end, end);
  store(vma + vm_area_struct.vm_flags, flags);
  store(vma + vm_area_struct.vm_pgoff, pgoff);
  store(vma + vm_area_struct.vm_next, load(mm + mm_struct.mmap));
  store(mm + mm_struct.mmap, vma);
  store(mm + mm_struct.map_count, load(mm + mm_struct.map_count) + 1);
  return 0;
}

/** A new address space with the program's read-only data, its shared words and empty private data; 0 without memory. */
export function new_mm(rodata: number): number {
  const mm = kmem_cache_alloc(MM_CACHE, _THIS_IP_);
  if (mm === 0) return 0;
  store(mm + mm_struct.total_vm, DATA_END - RODATA_BASE);
  store(mm + mm_struct.dumpable, 1);
  if (mm_init(mm) === 0) return 0;
  let err = insert_vma(mm, RODATA_BASE, SHARED_BASE, VM_READ, rodata);
  if (err === 0)
    err = insert_vma(mm, SHARED_BASE, DATA_BASE, VM_READ | VM_WRITE | VM_SHARED, rodata + (SHARED_BASE - RODATA_BASE));
  if (err === 0) err = insert_vma(mm, DATA_BASE, DATA_END, VM_READ | VM_WRITE, 0);
  if (err) {
    mmput(mm);
    return 0;
  }
  return mm;
}

/** Copies areas and page table of `oldmm`. 0 or -ENOMEM. Takes both mmap_sems for writing; the new one is unreachable. */
function dup_mmap(mm: number, oldmm: number): number {
  let err = 0;
  down_write(oldmm + mm_struct.mmap_sem);
  down_write(mm + mm_struct.mmap_sem);
  for (let vma = load(oldmm + mm_struct.mmap); vma !== 0 && err === 0; vma = load(vma + vm_area_struct.vm_next)) {
    err = insert_vma(
      mm,
      load(vma + vm_area_struct.vm_start),
      load(vma + vm_area_struct.vm_end),
      load(vma + vm_area_struct.vm_flags),
      load(vma + vm_area_struct.vm_pgoff),
    );
    if (err === 0) copy_page_range(mm, oldmm, load(mm + mm_struct.mmap));
  }
  flush_tlb(load(oldmm + mm_struct.pgd));
  up_write(mm + mm_struct.mmap_sem);
  up_write(oldmm + mm_struct.mmap_sem);
  return err;
}

/** A copy of an address space with one user, or 0 without memory. May sleep. */
export function dup_mm(oldmm: number): number {
  const mm = kmem_cache_alloc(MM_CACHE, _THIS_IP_);
  if (mm === 0) return 0;
  memcpy(mm, oldmm, mm_struct.SIZE);
  if (mm_init(mm) === 0) return 0;
  if (dup_mmap(mm, oldmm)) {
    mmput(mm);
    return 0;
  }
  return mm;
}

/** Clone's step: shares the address space or gives the child a copy. 0 or -ENOMEM. */
export function copy_mm(clone_flags: number, tsk: number): number {
  store(tsk + task_struct.mm, 0);
  store(tsk + task_struct.active_mm, 0);
  const oldmm = load(current() + task_struct.mm);
  if (oldmm === 0) return 0;
  let mm = oldmm;
  if (clone_flags & CLONE_VM) {
    atomic_inc(oldmm + mm_struct.mm_users);
    wait_for_page_table_lock(oldmm);
  } else {
    mm = dup_mm(oldmm);
    if (mm === 0) return -ENOMEM;
  }
  store(tsk + task_struct.mm, mm);
  store(tsk + task_struct.active_mm, mm);
  return 0;
}

/** spin_unlock_wait: lets whoever changes the page table finish, without taking the lock. */
function wait_for_page_table_lock(mm: number): void {
  const lock = mm + mm_struct.page_table_lock;
  for (let seen = load(lock); seen <= 0; seen = load(lock)) wait_for_change(lock, seen);
}

/** Drops the struct; the last one frees it with its page table. */
export function mmdrop(mm: number): void {
  if (atomic_dec_and_test(mm + mm_struct.mm_count)) {
    kmem_cache_free(PGD_CACHE, load(mm + mm_struct.pgd), _THIS_IP_);
    kmem_cache_free(MM_CACHE, mm, _THIS_IP_);
  }
}

/** Drops one user; the last one unmaps everything. Takes mmlist_lock; may sleep. */
export function mmput(mm: number): void {
  might_sleep();
  if (atomic_dec_and_test(mm + mm_struct.mm_users)) {
    unmap_vmas(mm);
    let vma = load(mm + mm_struct.mmap);
    store(mm + mm_struct.mmap, 0);
    while (vma !== 0) {
      const next = load(vma + vm_area_struct.vm_next);
      kmem_cache_free(VMA_CACHE, vma, _THIS_IP_);
      vma = next;
    }
    mmlist_leave(mm);
    mmdrop(mm);
  }
}

/** The address space of any task with one more user, or 0. Takes task_lock. */
export function get_task_mm(tsk: number): number {
  task_lock(tsk);
  const mm = load(tsk + task_struct.mm);
  if (mm) atomic_inc(mm + mm_struct.mm_users);
  task_unlock(tsk);
  return mm;
}

/** One more user of an address space whose struct is held, unless it has none any more; 1 or 0. */
export function mmget_not_zero(mm: number): number {
  for (;;) {
    const users = atomic_read(mm + mm_struct.mm_users);
    if (users === 0) return 0;
    if (cmpxchg(mm + mm_struct.mm_users, users, users + 1) === users) return 1;
  }
}

/**
 * What leaving an address space owes others: a vfork parent wakes up, clear_child_tid is cleared and its waiter woken. Later
 * kernels wake the parent when nothing more is written to what is his, and forget the pointer if nobody shares it, too.
 */
export function mm_release(tsk: number, mm: number): void {
  const is_linux_6 = load(kernel.profile) === PROFILE_LINUX_6;
  if (!is_linux_6) complete_vfork(tsk);
  const tidptr = load(tsk + task_struct.clear_child_tid);
  if (tidptr) {
    const shared = atomic_read(mm + mm_struct.mm_users) > 1;
    if (shared || is_linux_6) store(tsk + task_struct.clear_child_tid, 0);
    if (shared) {
      put_user(0, tidptr);
      futex_wake_one(tidptr);
    }
  }
  if (is_linux_6) complete_vfork(tsk);
}

/**
 * Takes the address space away from a dying task: 1. 0 when somebody dumps it, which is told that this one has come; the
 * task is then asleep until the dump is over, and end_exit_mm is to follow. In linux-6 nobody is counted here.
 */
export function exit_mm(tsk: number): number {
  const mm = load(tsk + task_struct.mm);
  if (mm) mm_release(tsk, mm);
  else complete_vfork(tsk);
  if (mm === 0) return 1;
  down_read(mm + mm_struct.mmap_sem);
  if (atomic_read(mm + mm_struct.core_state + core_state.core_waiters)) {
    up_read(mm + mm_struct.mmap_sem);
    down_write(mm + mm_struct.mmap_sem);
    come_to_dump(mm + mm_struct.core_state);
    up_write(mm + mm_struct.mmap_sem);
    return end_exit_mm(tsk);
  }
  leave_mm(tsk, mm);
  return 1;
}

/** The rest of it for a task that has come to a core dump: 1 when that is over, else the task is asleep. */
export function end_exit_mm(tsk: number): number {
  const mm = load(tsk + task_struct.mm);
  if (dump_is_over(mm + mm_struct.core_state, tsk) === 0) return 0;
  down_read(mm + mm_struct.mmap_sem);
  leave_mm(tsk, mm);
  return 1;
}

/** The CPU keeps the struct until it switches (lazy TLB). Called with mmap_sem for reading, which it gives back. */
function leave_mm(tsk: number, mm: number): void {
  atomic_inc(mm + mm_struct.mm_count);
  task_lock(tsk);
  store(tsk + task_struct.mm, 0);
  up_read(mm + mm_struct.mmap_sem);
  task_unlock(tsk);
  mmput(mm);
}

/**
 * Replaces the current task's address space, as exec does: release first, swap and load the page table, put after. 0, or
 * -EINTR when somebody dumps the old one: he has counted this task, and waits until it dies in there.
 */
export function exec_mmap(mm: number): number {
  const tsk = current();
  const old = load(tsk + task_struct.mm);
  mm_release(tsk, old);
  down_read(old + mm_struct.mmap_sem);
  if (atomic_read(old + mm_struct.core_state + core_state.core_waiters)) {
    up_read(old + mm_struct.mmap_sem);
    return -EINTR;
  }
  task_lock(tsk);
  store(tsk + task_struct.mm, mm);
  store(tsk + task_struct.active_mm, mm);
  store(this_cpu() + cpu_area.cr3, load(mm + mm_struct.pgd));
  task_unlock(tsk);
  up_read(old + mm_struct.mmap_sem);
  mmput(old);
  return 0;
}

/** Where the program's read-only data lies in RAM: behind its code. */
export function image_rodata(): number {
  return load(kernel.image) + load(kernel.image_bytes);
}
