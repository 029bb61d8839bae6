/**
 * User memory as the kernel reaches it: through the page table that the CPU has loaded, faulting pages in. Every
 * function answers -EFAULT for an address the task may not use so.
 */
import { load, store, this_cpu, xadd } from '../machine/bus.ts';
import { USER_BASE, USER_PAGES, USER_PAGE_SIZE } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { EFAULT, ENAMETOOLONG, ENOENT, PTE_PRESENT, PTE_WRITE } from './abi.ts';
import { current } from './context.ts';
import { should_fail_usercopy } from './fault-inject.ts';
import {
  FAULT_COPY_FROM_USER,
  FAULT_COPY_TO_USER,
  FAULT_GET_USER,
  FAULT_GETNAME,
  FAULT_PUT_USER,
} from './fault-sites.ts';
import { mm_struct, pgd, task_struct } from './layout.ts';
import { handle_mm_fault } from './memory.ts';
import { user_access_begin, user_access_end } from './tlb.ts';

/**
 * The RAM address behind a user address, or 0. Between user_access_begin and user_access_end, which a page fault
 * leaves and enters again. Uses the loaded page table (cr3); after a fault was served the CPU reloads it, as the next
 * context switch would.
 */
export function user_to_ram(address: number, write: number): number {
  const offset = address - USER_BASE;
  if (offset < 0 || offset >= USER_PAGES * USER_PAGE_SIZE) return 0;
  const index = (offset / USER_PAGE_SIZE) | 0;
  const need = write ? PTE_PRESENT | PTE_WRITE : PTE_PRESENT;
  const area = this_cpu();
  let pte = load(load(area + cpu_area.cr3) + pgd.entry + 4 * index);
  while ((pte & need) !== need) {
    const mm = load(current() + task_struct.mm);
    user_access_end();
    const bad = mm === 0 || handle_mm_fault(mm, index, write) !== 0;
    if (mm) store(area + cpu_area.cr3, load(mm + mm_struct.pgd));
    user_access_begin();
    if (bad) return 0;
    pte = load(load(area + cpu_area.cr3) + pgd.entry + 4 * index);
  }
  return (pte & ~3) + (offset & (USER_PAGE_SIZE - 1));
}

/** The word at a user address goes to `to`. 0 or -EFAULT. May sleep. */
export function get_user(to: number, address: number): number {
  const fails = should_fail_usercopy(FAULT_GET_USER);
  if (fails) return -EFAULT;
  if (address & 3) return -EFAULT;
  user_access_begin();
  const at = user_to_ram(address, 0);
  if (at) store(to, load(at));
  user_access_end();
  return at ? 0 : -EFAULT;
}

/** One byte of user memory, or -EFAULT. Between user_access_begin and user_access_end. */
export function user_byte(address: number): number {
  const at = user_to_ram(address, 0);
  if (at === 0) return -EFAULT;
  return (load(at & ~3) >>> (8 * (at & 3))) & 0xff;
}

/** One byte of user memory, or -EFAULT. May sleep. */
export function get_user_byte(address: number): number {
  user_access_begin();
  const byte = user_byte(address);
  user_access_end();
  return byte;
}

/** Stores a byte at a user address. 0 or -EFAULT. May sleep. */
export function put_user_byte(byte: number, address: number): number {
  user_access_begin();
  const at = user_to_ram(address, 1);
  if (at) set_byte(at & ~3, at & 3, byte);
  user_access_end();
  return at ? 0 : -EFAULT;
}

/** Stores a word at a user address. 0 or -EFAULT. May sleep. */
export function put_user(value: number, address: number): number {
  const fails = should_fail_usercopy(FAULT_PUT_USER);
  if (fails) return -EFAULT;
  if (address & 3) return -EFAULT;
  user_access_begin();
  const at = user_to_ram(address, 1);
  if (at) store(at, value);
  user_access_end();
  return at ? 0 : -EFAULT;
}

/** lock xadd on a user word; the old value goes to `to`. 0 or -EFAULT. May sleep. */
export function user_xadd(to: number, address: number, delta: number): number {
  if (address & 3) return -EFAULT;
  user_access_begin();
  const at = user_to_ram(address, 1);
  if (at) store(to, xadd(at, delta));
  user_access_end();
  return at ? 0 : -EFAULT;
}

/** Sets one byte of a word-aligned kernel buffer. */
export function set_byte(buffer: number, index: number, value: number): void {
  const at = (buffer + index) & ~3;
  const shift = 8 * ((buffer + index) & 3);
  store(at, (load(at) & ~(0xff << shift)) | (value << shift));
}

export function get_byte(buffer: number, index: number): number {
  return (load((buffer + index) & ~3) >>> (8 * ((buffer + index) & 3))) & 0xff;
}

/** Copies a path from user memory with its closing zero. 0, -EFAULT, -ENAMETOOLONG, or -ENOENT when it is empty. */
export function getname(buffer: number, address: number, max: number): number {
  const fails = should_fail_usercopy(FAULT_GETNAME);
  if (fails) return -EFAULT;
  user_access_begin();
  let err = -ENAMETOOLONG;
  for (let i = 0; i < max; i++) {
    const byte = user_byte(address + i);
    if (byte < 0) {
      err = -EFAULT;
      break;
    }
    set_byte(buffer, i, byte);
    if (byte === 0) {
      err = i === 0 ? -ENOENT : 0;
      break;
    }
  }
  user_access_end();
  return err;
}

/** Copies bytes of a kernel buffer to user memory. 0 or -EFAULT. */
export function copy_to_user(address: number, buffer: number, bytes: number): number {
  const fails = should_fail_usercopy(FAULT_COPY_TO_USER);
  if (fails) return -EFAULT;
  for (let i = 0; i < bytes; i++) {
    const err = put_user_byte(get_byte(buffer, i), address + i);
    if (err) return err;
  }
  return 0;
}

/** Copies bytes of user memory to a kernel buffer. 0 or -EFAULT. */
export function copy_from_user(buffer: number, address: number, bytes: number): number {
  const fails = should_fail_usercopy(FAULT_COPY_FROM_USER);
  if (fails) return -EFAULT;
  for (let i = 0; i < bytes; i++) {
    const byte = get_user_byte(address + i);
    if (byte < 0) return byte;
    set_byte(buffer, i, byte);
  }
  return 0;
}
