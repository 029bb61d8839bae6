/**
 * unshare(2) by today's rules for the same flags. VM, SIGHAND and THREAD unshare nothing: they ask whether the thing
 * is shared. Everything is built first; then the namespace is switched, and in a section of its own fs and files.
 *
 * The other namespaces (UTS, IPC, NET, PID, USER, CGROUP, TIME) are accepted and checked for privilege, but there is
 * nothing behind them here.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import {
  CAP_SYS_ADMIN,
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_THREAD,
  CLONE_VM,
  EINVAL,
  ENOMEM,
  EPERM,
} from './abi.ts';
import { capable, current, task_lock, task_unlock } from './context.ts';
import { put_files_struct } from './files.ts';
import { free_fs_struct, switch_fs } from './fs.ts';
import { kernel, mm_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { dup_namespace, put_namespace } from './namespace.ts';
import { thread_group_empty } from './pid.ts';
import { exit_sem } from './sem-undo.ts';
import { sighand_shared } from './signal.ts';
import { unshare_fd, unshare_fs } from './unshare-linux-2.6.16.ts';

const OTHER_NAMESPACES = CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWCGROUP | CLONE_NEWTIME;
const NAMESPACES = CLONE_NEWNS | OTHER_NAMESPACES;
const ACCEPTED =
  CLONE_THREAD | CLONE_FS | CLONE_SIGHAND | CLONE_VM | CLONE_FILES | CLONE_SYSVSEM | CLONE_NEWUSER | NAMESPACES;

/** Adds what the requested flags imply. */
function implied_flags(flags: number): number {
  let all = flags;
  if (all & CLONE_NEWUSER) all |= CLONE_THREAD | CLONE_FS;
  if (all & CLONE_VM) all |= CLONE_SIGHAND;
  if (all & CLONE_SIGHAND) all |= CLONE_THREAD;
  if (all & CLONE_NEWNS) all |= CLONE_FS;
  return all;
}

/** 1 when no other live task uses our memory: a look at all of them, so a reader of /proc does not count. */
function mm_is_ours(): number {
  const tsk = current();
  const mm = load(tsk + task_struct.mm);
  if (atomic_read(mm + mm_struct.mm_users) === 1) return 1;
  let ours = 1;
  read_lock(kernel.tasklist_lock);
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const t = at - task_struct.tasks;
    if (t !== tsk && load(t + task_struct.mm) === mm) ours = 0;
  }
  read_unlock(kernel.tasklist_lock);
  return ours;
}

/** 0, or -EINVAL for flags that are unknown or ask about something shared. */
function check_unshare_flags(flags: number): number {
  if (flags & ~ACCEPTED) return -EINVAL;
  if (flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM) && thread_group_empty(current()) === 0) return -EINVAL;
  if (flags & (CLONE_SIGHAND | CLONE_VM) && sighand_shared(current())) return -EINVAL;
  if (flags & CLONE_VM && mm_is_ours() === 0) return -EINVAL;
  return 0;
}

/** The system call. 0, -EINVAL, -EPERM, -ENOMEM; a failure leaves the task as it was. Takes task_lock. */
export function sys_unshare_linux_6(requested: number): number {
  const tsk = current();
  const flags = implied_flags(requested);
  let err = check_unshare_flags(flags);
  if (err) return err;
  const fs = unshare_fs(flags);
  if (fs < 0) return fs;
  const files = unshare_fd(flags);
  if (files < 0) err = files;
  let ns = 0;
  const may = capable(CAP_SYS_ADMIN) || flags & CLONE_NEWUSER;
  if (err === 0 && flags & NAMESPACES && !may) err = -EPERM;
  if (err === 0 && flags & CLONE_NEWNS) {
    ns = dup_namespace(tsk, fs ? fs : load(tsk + task_struct.fs));
    if (ns === 0) err = -ENOMEM;
  }
  if (err) {
    if (files > 0) put_files_struct(files);
    if (fs) free_fs_struct(fs);
    return err;
  }
  if (flags & (CLONE_SYSVSEM | CLONE_NEWIPC)) exit_sem(tsk);
  let old_ns = 0;
  if (ns) {
    task_lock(tsk);
    old_ns = load(tsk + task_struct.namespace);
    store(tsk + task_struct.namespace, ns);
    task_unlock(tsk);
  }
  let old_fs = 0;
  let old_files = 0;
  if (fs || files) {
    task_lock(tsk);
    if (fs) old_fs = switch_fs(tsk, fs);
    if (files) {
      old_files = load(tsk + task_struct.files);
      store(tsk + task_struct.files, files);
    }
    task_unlock(tsk);
  }
  if (old_ns) put_namespace(old_ns);
  if (old_fs) free_fs_struct(old_fs);
  if (old_files) put_files_struct(old_files);
  return 0;
}
