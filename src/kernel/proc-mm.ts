/**
 * /proc/PID/maps and mem: another task's address space. Until linux-6 the file keeps the task, and each read takes the
 * address space that the task has then; linux-6 asks at open whether the opener may trace the task, and keeps the struct of
 * the address space that it had then, whose users may all be gone when it is read.
 */
import { atomic_inc } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { PATH_MAX, USER_BASE, USER_PAGE_SIZE } from '../machine/limits.ts';
import { down_read, up_read } from '../machine/rwsem.ts';
import { EACCES, EFAULT, EIO, ESRCH } from './abi.ts';
import { current } from './context.ts';
import { cpu_data, file, kernel, mm_struct, task_struct, vm_area_struct } from './layout.ts';
import { get_user_page, put_page } from './memory.ts';
import { get_task_mm, mmget_not_zero, mmput } from './mm.ts';
import { this_cpu_data } from './percpu.ts';
import { ptrace_may_access } from './proc-access.ts';
import { hand_out } from './proc-readers.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { copy_to_user, get_byte, set_byte } from './uaccess.ts';

/** linux-6: the struct of a task's address space, for an open file to keep; 0 when it has none, -EACCES. Takes task_lock. */
export function proc_mem_open(tsk: number): number {
  const mm = get_task_mm(tsk);
  if (mm === 0) return 0;
  const allowed = mm === load(current() + task_struct.mm) || ptrace_may_access(tsk);
  if (allowed) atomic_inc(mm + mm_struct.mm_count);
  mmput(mm);
  return allowed ? mm : -EACCES;
}

/** The address space that an open file shows now, with one more user, or 0. */
function get_file_mm(f: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return get_task_mm(load(f + file.f_private));
  const mm = load(f + file.f_mm);
  return mm && mmget_not_zero(mm) ? mm : 0;
}

/** Start and end of each area. Pins the mm: a phantom sharer for unshare(VM) meanwhile (B34). Takes mmap_sem. */
export function read_maps(f: number, buffer: number, count: number): number {
  const mm = get_file_mm(f);
  if (mm === 0) return 0;
  const scratch = this_cpu_data() + cpu_data.path;
  let bytes = 0;
  down_read(mm + mm_struct.mmap_sem);
  for (let vma = load(mm + mm_struct.mmap); vma !== 0 && bytes < PATH_MAX; vma = load(vma + vm_area_struct.vm_next)) {
    store(scratch + bytes, load(vma + vm_area_struct.vm_start));
    store(scratch + bytes + 4, load(vma + vm_area_struct.vm_end));
    bytes = bytes + 8;
  }
  up_read(mm + mm_struct.mmap_sem);
  mmput(mm);
  return hand_out(buffer, bytes, count);
}

/** Copies bytes within one page of an address space into a kernel buffer; how many. Takes mmap_sem for reading. */
function access_process_vm(mm: number, address: number, buffer: number, bytes: number): number {
  const pin = this_cpu_data() + cpu_data.pinned_page;
  down_read(mm + mm_struct.mmap_sem);
  const at = get_user_page(mm, address, pin);
  if (at) for (let i = 0; i < bytes; i++) set_byte(buffer, i, get_byte(at, i));
  if (load(pin)) put_page(load(pin));
  up_read(mm + mm_struct.mmap_sem);
  return at ? bytes : 0;
}

/** Bytes of an address space from an address on, as far as it goes. How many, -EIO for none, -EFAULT. */
function read_memory(mm: number, address: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  let done = 0;
  while (done < count) {
    const at = address + done;
    const page_left = USER_PAGE_SIZE - ((at - USER_BASE) & (USER_PAGE_SIZE - 1));
    let bytes = count - done < PATH_MAX ? count - done : PATH_MAX;
    if (bytes > page_left) bytes = page_left;
    if (access_process_vm(mm, at, scratch, bytes) === 0) return done ? done : -EIO;
    const err = copy_to_user(buffer + done, scratch, bytes);
    if (err) return -EFAULT;
    done = done + bytes;
  }
  return done;
}

/**
 * The memory at the address where the file stands. Bytes, 0 when there is no address space any more, -EIO, -EFAULT; before
 * linux-6 -ESRCH for another's, which only who traces it may read, and nobody does.
 */
export function read_mem(f: number, buffer: number, count: number): number {
  const is_linux_6 = load(kernel.profile) === PROFILE_LINUX_6;
  if (!is_linux_6 && load(f + file.f_private) !== current()) return -ESRCH;
  const mm = get_file_mm(f);
  if (mm === 0) return 0;
  const pos = load(f + file.f_pos);
  const bytes = read_memory(mm, pos, buffer, count);
  mmput(mm);
  if (bytes > 0) store(f + file.f_pos, pos + bytes);
  return bytes;
}
