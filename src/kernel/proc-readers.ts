/** What the files of /proc/PID say, as words: docs/departures.md tells which. Each reader pins what it reads as Linux does. */
import { atomic_read } from '../machine/atomic.ts';
import { load, memset, store } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_read, up_read } from '../machine/rwsem.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { cpu_data, kernel, namespace, sighand_struct, signal_struct, task_struct, vfsmount } from './layout.ts';
import { list_next } from './list.ts';
import { namespace_sem } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { next_thread, pid_alive } from './pid.ts';
import { copy_to_user } from './uaccess.ts';

/** Copies what a reader gathered, as much of it as the user asked for. Bytes, or -EFAULT. */
export function hand_out(buffer: number, bytes: number, count: number): number {
  const size = bytes < count ? bytes : count & ~3;
  const err = copy_to_user(buffer, this_cpu_data() + cpu_data.path, size);
  return err ? err : size;
}

/** The number of mounts, then the address of each mount's superblock while there is room. Takes namespace->sem. */
export function read_mounts(ns: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  let mounts = 0;
  let bytes = 4;
  down_read(namespace_sem(ns));
  const head = ns + namespace.list;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    mounts = mounts + 1;
    if (bytes >= PATH_MAX) continue;
    store(scratch + bytes, load(at - vfsmount.mnt_list + vfsmount.mnt_sb));
    bytes = bytes + 4;
  }
  up_read(namespace_sem(ns));
  store(scratch, mounts);
  return hand_out(buffer, bytes, count);
}

/** state, exit_state, tgid, parent's tgid, pending signals, threads. Takes tasklist_lock for reading and siglock. */
export function read_status(tsk: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  memset(scratch, 0, 24);
  store(scratch, load(tsk + task_struct.state));
  store(scratch + 4, load(tsk + task_struct.exit_state));
  store(scratch + 8, load(tsk + task_struct.tgid));
  read_lock(kernel.tasklist_lock);
  const sighand = load(tsk + task_struct.sighand);
  if (sighand) {
    const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
    store(scratch + 12, load(load(tsk + task_struct.real_parent) + task_struct.tgid));
    store(
      scratch + 16,
      load(tsk + task_struct.pending) | load(load(tsk + task_struct.signal) + signal_struct.shared_pending),
    );
    store(scratch + 20, atomic_read(load(tsk + task_struct.signal) + signal_struct.count));
    spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
  }
  read_unlock(kernel.tasklist_lock);
  return hand_out(buffer, 24, count);
}

/**
 * The numbers of the threads of a task's group, from the one at `index` on. None of a group that is gone: the ring of who is
 * released leads nowhere. Takes tasklist_lock for reading.
 */
export function read_threads(tsk: number, index: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  let skipped = 0;
  let bytes = 0;
  read_lock(kernel.tasklist_lock);
  if (pid_alive(tsk)) {
    let at = tsk;
    do {
      if (skipped >= index && bytes < PATH_MAX) {
        store(scratch + bytes, load(at + task_struct.pid));
        bytes = bytes + 4;
      }
      skipped = skipped + 1;
      at = next_thread(at);
    } while (at !== tsk);
  }
  read_unlock(kernel.tasklist_lock);
  return hand_out(buffer, bytes, count);
}
