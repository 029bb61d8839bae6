/**
 * unshare(2) as merged in 2.6.16: every duplicate is built first, then all pointers are swapped in one short
 * task_lock section, and one release path serves success and failure: on success the variables hold the old objects,
 * on failure the new ones. Nothing can fail after the first swap. The count > 1 tests are unlocked on purpose.
 *
 * Mask, implications and order of the checks: see docs/profiles.md.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
  EINVAL,
  ENOMEM,
} from './abi.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { dup_fd, put_files_struct } from './files.ts';
import { copy_fs_struct, put_fs_struct } from './fs.ts';
import { files_struct, fs_struct, mm_struct, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { put_namespace, unshare_namespace } from './namespace.ts';

const ACCEPTED = CLONE_THREAD | CLONE_FS | CLONE_NEWNS | CLONE_SIGHAND | CLONE_VM | CLONE_FILES | CLONE_SYSVSEM;

/** Adds what the requested flags imply. */
function check_unshare_flags(flags: number): number {
  let all = flags;
  if (all & CLONE_THREAD) all |= CLONE_VM;
  if (all & CLONE_VM) all |= CLONE_SIGHAND;
  if (all & CLONE_SIGHAND && atomic_read(load(current() + task_struct.signal) + signal_struct.count) > 1) {
    all |= CLONE_THREAD;
  }
  if (all & CLONE_NEWNS) all |= CLONE_FS;
  return all;
}

/** A private fs part, 0 when it is not shared or not asked for, or -ENOMEM. */
export function unshare_fs(flags: number): number {
  const fs = load(current() + task_struct.fs);
  if (!(flags & CLONE_FS) || fs === 0 || atomic_read(fs + fs_struct.count) <= 1) return 0;
  const copy = copy_fs_struct(fs);
  return copy === 0 ? -ENOMEM : copy;
}

/** A private file table, 0 when it is not shared or not asked for, or an error. */
export function unshare_fd(flags: number): number {
  const files = load(current() + task_struct.files);
  if (!(flags & CLONE_FILES) || files === 0 || atomic_read(files + files_struct.count) <= 1) return 0;
  const copy = dup_fd(files);
  return copy === 0 ? -ENOMEM : copy;
}

/** Handlers cannot be unshared: -EINVAL when they are shared. */
function unshare_sighand(flags: number): number {
  const sighand = load(current() + task_struct.sighand);
  return flags & CLONE_SIGHAND && atomic_read(sighand + sighand_struct.count) > 1 ? -EINVAL : 0;
}

/** Memory cannot be unshared: -EINVAL when it is shared, or while a reader of /proc pins it (B34). */
function unshare_vm(flags: number): number {
  const mm = load(current() + task_struct.mm);
  return flags & CLONE_VM && mm !== 0 && atomic_read(mm + mm_struct.mm_users) > 1 ? -EINVAL : 0;
}

/** The system call. 0, -EINVAL, -EPERM, -ENOMEM; a failure leaves the task as it was. Takes task_lock. */
export function sys_unshare_linux_2_6_16(requested: number): number {
  const tsk = current();
  const flags = check_unshare_flags(requested);
  if (flags & ~ACCEPTED) return -EINVAL;
  if (flags & CLONE_THREAD) return -EINVAL;
  let fs = unshare_fs(flags);
  if (fs < 0) return fs;
  let ns = 0;
  let files = 0;
  let err = 0;
  ns = unshare_namespace(flags, fs);
  if (ns < 0) {
    err = ns;
    ns = 0;
  }
  if (err === 0) err = unshare_sighand(flags);
  if (err === 0) err = unshare_vm(flags);
  if (err === 0) {
    files = unshare_fd(flags);
    if (files < 0) {
      err = files;
      files = 0;
    }
  }
  if (err === 0 && flags & CLONE_SYSVSEM) err = -EINVAL;
  if (err === 0 && (fs || ns || files)) {
    task_lock(tsk);
    if (fs) {
      const old = load(tsk + task_struct.fs);
      store(tsk + task_struct.fs, fs);
      fs = old;
    }
    if (ns) {
      const old = load(tsk + task_struct.namespace);
      store(tsk + task_struct.namespace, ns);
      ns = old;
    }
    if (files) {
      const old = load(tsk + task_struct.files);
      store(tsk + task_struct.files, files);
      files = old;
    }
    task_unlock(tsk);
  }
  if (files) put_files_struct(files);
  if (ns) put_namespace(ns);
  if (fs) put_fs_struct(fs);
  return err;
}
