/**
 * Pages of user memory: demand zero, copy on write. A page table entry is the address of the page's data and two
 * bits. Read-only data and shared words are the program image itself and have no page struct; private pages count
 * how many page tables map them, and who reads them from outside.
 */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memcpy, memset, store } from '../machine/bus.ts';
import { USER_BASE, USER_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';
import { down_read, up_read } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EFAULT, ENOMEM, PTE_PRESENT, PTE_WRITE, VM_SHARED, VM_WRITE } from './abi.ts';
import { PAGE_CACHE } from './caches.ts';
import { mm_struct, page, pgd, vm_area_struct } from './layout.ts';
import { mmlist_enter, mmlist_enter_copy } from './mmlist.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { flush_tlb } from './tlb.ts';

/** The area that holds an address, or 0; mmap_sem held. */
export function find_vma(mm: number, address: number): number {
  for (let vma = load(mm + mm_struct.mmap); vma !== 0; vma = load(vma + vm_area_struct.vm_next)) {
    if (address >= load(vma + vm_area_struct.vm_start) && address < load(vma + vm_area_struct.vm_end)) return vma;
  }
  return 0;
}

/** Drops a reference to a page. */
export function put_page(p: number): void {
  if (atomic_dec_and_test(p + page._count)) kmem_cache_free(PAGE_CACHE, p, _THIS_IP_);
}

/** Where the page table entry of a page lies. */
function pte_offset(mm: number, index: number): number {
  return load(mm + mm_struct.pgd) + pgd.entry + 4 * index;
}

/**
 * Makes a page present, and writable when `write`. 0, -EFAULT, -ENOMEM. mmap_sem held; takes page_table_lock, may sleep.
 */
function handle_vma_fault(mm: number, index: number, write: number): number {
  const vma = find_vma(mm, USER_BASE + index * USER_PAGE_SIZE);
  const flags = vma ? load(vma + vm_area_struct.vm_flags) : 0;
  if (vma === 0 || (write && (flags & VM_WRITE) === 0)) return -EFAULT;
  if ((flags & VM_SHARED) === 0 && flags & VM_WRITE) return map_private_page(mm, index, write);
  map_image_page(mm, vma, index);
  return 0;
}

/** Serves a page fault of whoever uses the address space, as handle_vma_fault. Takes mmap_sem for reading. */
export function handle_mm_fault(mm: number, index: number, write: number): number {
  down_read(mm + mm_struct.mmap_sem);
  const err = handle_vma_fault(mm, index, write);
  up_read(mm + mm_struct.mmap_sem);
  return err;
}

/** Maps a page of the program image, which every task shares. */
function map_image_page(mm: number, vma: number, index: number): void {
  const offset = USER_BASE + index * USER_PAGE_SIZE - load(vma + vm_area_struct.vm_start);
  const bits = load(vma + vm_area_struct.vm_flags) & VM_WRITE ? PTE_PRESENT | PTE_WRITE : PTE_PRESENT;
  spin_lock(mm + mm_struct.page_table_lock);
  store(pte_offset(mm, index), (load(vma + vm_area_struct.vm_pgoff) + offset) | bits);
  spin_unlock(mm + mm_struct.page_table_lock);
}

/** Demand zero, or the copy of copy-on-write. 0 or -ENOMEM. */
function map_private_page(mm: number, index: number, write: number): number {
  const fresh = kmem_cache_alloc(PAGE_CACHE, _THIS_IP_);
  if (fresh === 0) return -ENOMEM;
  atomic_set(fresh + page._count, 1);
  let unused = fresh;
  let old = 0;
  spin_lock(mm + mm_struct.page_table_lock);
  const at = pte_offset(mm, index);
  const pte = load(at);
  if ((pte & PTE_PRESENT) === 0) {
    memset(fresh + page.data, 0, USER_PAGE_SIZE);
    store(at, (fresh + page.data) | PTE_PRESENT | PTE_WRITE);
    store(mm + mm_struct.rss, load(mm + mm_struct.rss) + 1);
    mmlist_enter(mm);
    unused = 0;
  } else if (write && (pte & PTE_WRITE) === 0) {
    const p = (pte & ~3) - page.data;
    if (atomic_read(p + page._count) === 1) {
      store(at, pte | PTE_WRITE);
    } else {
      memcpy(fresh + page.data, p + page.data, USER_PAGE_SIZE);
      store(at, (fresh + page.data) | PTE_PRESENT | PTE_WRITE);
      unused = 0;
      old = p;
    }
  }
  spin_unlock(mm + mm_struct.page_table_lock);
  if (unused) put_page(unused);
  if (old) {
    flush_tlb(load(mm + mm_struct.pgd));
    put_page(old);
  }
  return 0;
}

/**
 * Gives the page table of `mm` the pages of `oldmm`: private ones read-only in both, one reference more each. The
 * caller flushes, so that nobody writes to them as before.
 */
export function copy_page_range(mm: number, oldmm: number, vma: number): void {
  const first = ((load(vma + vm_area_struct.vm_start) - USER_BASE) / USER_PAGE_SIZE) | 0;
  const last = ((load(vma + vm_area_struct.vm_end) - USER_BASE) / USER_PAGE_SIZE) | 0;
  const flags = load(vma + vm_area_struct.vm_flags);
  const is_private = (flags & VM_WRITE) !== 0 && (flags & VM_SHARED) === 0;
  spin_lock(oldmm + mm_struct.page_table_lock);
  for (let index = first; index < last; index++) {
    const from = pte_offset(oldmm, index);
    let pte = load(from);
    if (pte & PTE_PRESENT && is_private) {
      pte &= ~PTE_WRITE;
      store(from, pte);
      atomic_inc((pte & ~3) - page.data + page._count);
      store(mm + mm_struct.rss, load(mm + mm_struct.rss) + 1);
      mmlist_enter_copy(mm, oldmm);
    }
    store(pte_offset(mm, index), pte);
  }
  spin_unlock(oldmm + mm_struct.page_table_lock);
}

/**
 * The RAM address behind a user address of any address space, to be read, or 0 when there is none. A private page gets a
 * reference into `pin`, for the caller to put: nobody writes over it meanwhile but who has it mapped. mmap_sem held; takes
 * page_table_lock, may sleep.
 */
export function get_user_page(mm: number, address: number, pin: number): number {
  const offset = address - USER_BASE;
  store(pin, 0);
  if (offset < 0 || offset >= USER_PAGES * USER_PAGE_SIZE) return 0;
  const vma = find_vma(mm, address);
  const flags = vma ? load(vma + vm_area_struct.vm_flags) : 0;
  const index = (offset / USER_PAGE_SIZE) | 0;
  for (;;) {
    spin_lock(mm + mm_struct.page_table_lock);
    const pte = load(pte_offset(mm, index));
    if (pte & PTE_PRESENT) {
      if (flags & VM_WRITE && (flags & VM_SHARED) === 0) {
        store(pin, (pte & ~3) - page.data);
        atomic_inc((pte & ~3) - page.data + page._count);
      }
      spin_unlock(mm + mm_struct.page_table_lock);
      return (pte & ~3) + (offset & (USER_PAGE_SIZE - 1));
    }
    spin_unlock(mm + mm_struct.page_table_lock);
    const err = handle_vma_fault(mm, index, 0);
    if (err) return 0;
  }
}

/** Drops every private page of an address space that nobody uses any more. */
export function unmap_vmas(mm: number): void {
  for (let vma = load(mm + mm_struct.mmap); vma !== 0; vma = load(vma + vm_area_struct.vm_next)) {
    const flags = load(vma + vm_area_struct.vm_flags);
    if ((flags & VM_WRITE) === 0 || flags & VM_SHARED) continue;
    const last = ((load(vma + vm_area_struct.vm_end) - USER_BASE) / USER_PAGE_SIZE) | 0;
    for (let index = ((load(vma + vm_area_struct.vm_start) - USER_BASE) / USER_PAGE_SIZE) | 0; index < last; index++) {
      const pte = load(pte_offset(mm, index));
      store(pte_offset(mm, index), 0);
      if (pte & PTE_PRESENT) put_page((pte & ~3) - page.data);
    }
  }
}

/** Empties a new page table. */
export function clear_page_tables(table: number): void {
  memset(table + pgd.entry, 0, 4 * USER_PAGES);
}
