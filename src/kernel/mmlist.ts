/**
 * Which address spaces may have pages in the swap area: a ring that begins at kernel.mmlist, for swapoff to go through
 * (swap.ts). An address space enters when its first page is written out, a copy of it behind it when it gets a page that is
 * out, and it leaves when its last user is gone and everything is unmapped. Whether it is on the list at all is asked without
 * the lock: who enters it holds its page_table_lock, who takes it off is the last one who knows it.
 *
 * Departure: nothing is ever written out. While there is a swap area, whatever takes a page is on the list, as if that page
 * had been out already.
 */
import { READ_ONCE } from '../machine/bus.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { kernel, mm_struct } from './layout.ts';
import { list_add, list_del_init, list_empty } from './list.ts';

/** 1 when an address space is on the list. */
function is_listed(mm: number): number {
  return list_empty(mm + mm_struct.mmlist) ? 0 : 1;
}

/** Enters an address space that has got a page, if there is where that could go. page_table_lock held; takes mmlist_lock. */
export function mmlist_enter(mm: number): void {
  if (READ_ONCE(kernel.swap_writeok) === 0 || is_listed(mm)) return;
  spin_lock(kernel.mmlist_lock);
  if (list_empty(mm + mm_struct.mmlist)) list_add(mm + mm_struct.mmlist, kernel.mmlist);
  spin_unlock(kernel.mmlist_lock);
}

/** Enters a copy, which nobody knows yet, behind what it is a copy of. page_table_lock of the latter held; takes mmlist_lock. */
export function mmlist_enter_copy(mm: number, oldmm: number): void {
  if (is_listed(oldmm) === 0 || is_listed(mm)) return;
  spin_lock(kernel.mmlist_lock);
  list_add(mm + mm_struct.mmlist, oldmm + mm_struct.mmlist);
  spin_unlock(kernel.mmlist_lock);
}

/** Takes an address space off that has no users any more. Takes mmlist_lock when it is on. */
export function mmlist_leave(mm: number): void {
  if (is_listed(mm) === 0) return;
  spin_lock(kernel.mmlist_lock);
  list_del_init(mm + mm_struct.mmlist);
  spin_unlock(kernel.mmlist_lock);
}
