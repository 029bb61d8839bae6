/** setpgid(2), setsid(2), and who asks: which process group and which session a process belongs to. */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { EACCES, EINVAL, EPERM, ESRCH, PF_FORKNOEXEC, PIDTYPE_PGID, PIDTYPE_SID } from './abi.ts';
import { current } from './context.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { process_group, process_session } from './pgrp.ts';
import { attach_pid, detach_pid, find_pid, find_task_by_pid, find_task_by_pid_type, next_in_ring } from './pid.ts';

/** The process that setpgid changes: the caller, or a child of its that has not called exec yet; or an error. */
function changeable(p: number): number {
  const leader = load(current() + task_struct.group_leader);
  if (p === 0) return -ESRCH;
  if (load(p + task_struct.group_leader) !== p) return -EINVAL;
  const parent = load(p + task_struct.real_parent);
  if (parent === leader || load(parent + task_struct.group_leader) === leader) {
    if (process_session(p) !== process_session(leader)) return -EPERM;
    if ((load(p + task_struct.flags) & PF_FORKNOEXEC) === 0) return -EACCES;
  } else if (p !== leader) {
    return -ESRCH;
  }
  return load(load(p + task_struct.signal) + signal_struct.leader) ? -EPERM : p;
}

/** 1 when some process of the caller's session is in the group. tasklist_lock held. */
function is_in_session(pgid: number): number {
  const first = find_task_by_pid_type(PIDTYPE_PGID, pgid);
  if (first === 0) return 0;
  let p = first;
  do {
    if (process_session(p) === process_session(current())) return 1;
    p = next_in_ring(p, PIDTYPE_PGID);
  } while (p !== first);
  return 0;
}

/** Moves a process to another group of its session, or to a new one. 0 or an error. tasklist_lock held for writing. */
function move_to_group(pid: number, pgid: number): number {
  const p = changeable(find_task_by_pid(pid));
  if (p < 0) return p;
  if (pgid !== pid && !is_in_session(pgid)) return -EPERM;
  if (process_group(p) !== pgid) {
    detach_pid(p, PIDTYPE_PGID);
    store(load(p + task_struct.signal) + signal_struct.pgrp, pgid);
    attach_pid(p, PIDTYPE_PGID, pgid);
  }
  return 0;
}

/** 0, -EINVAL, -ESRCH, -EPERM, -EACCES. Takes tasklist_lock for writing. */
export function sys_setpgid(which: number, group: number): number {
  const pid = which ? which : load(current() + task_struct.tgid);
  const pgid = group ? group : pid;
  if (pgid < 0) return -EINVAL;
  write_lock_irq(kernel.tasklist_lock);
  const result = move_to_group(pid, pgid);
  write_unlock_irq(kernel.tasklist_lock);
  return result;
}

/** A new session and a new group with the caller's number; that, or -EPERM. Takes tasklist_lock for writing. */
export function sys_setsid(): number {
  const leader = load(current() + task_struct.group_leader);
  const pid = load(leader + task_struct.pid);
  const signal = load(leader + task_struct.signal);
  let result = -EPERM;
  write_lock_irq(kernel.tasklist_lock);
  if (find_pid(PIDTYPE_PGID, pid) === 0) {
    store(signal + signal_struct.leader, 1);
    detach_pid(leader, PIDTYPE_PGID);
    detach_pid(leader, PIDTYPE_SID);
    store(signal + signal_struct.session, pid);
    store(signal + signal_struct.pgrp, pid);
    attach_pid(leader, PIDTYPE_PGID, pid);
    attach_pid(leader, PIDTYPE_SID, pid);
    result = pid;
  }
  write_unlock_irq(kernel.tasklist_lock);
  return result;
}

/** The group of a process, 0 for the caller; or -ESRCH. Takes tasklist_lock for reading. */
export function sys_getpgid(pid: number): number {
  if (pid === 0) return process_group(current());
  read_lock(kernel.tasklist_lock);
  const p = find_task_by_pid(pid);
  const result = p ? process_group(p) : -ESRCH;
  read_unlock(kernel.tasklist_lock);
  return result;
}

/** The session of a process, 0 for the caller; or -ESRCH. Takes tasklist_lock for reading. */
export function sys_getsid(pid: number): number {
  if (pid === 0) return process_session(current());
  read_lock(kernel.tasklist_lock);
  const p = find_task_by_pid(pid);
  const result = p ? process_session(p) : -ESRCH;
  read_unlock(kernel.tasklist_lock);
  return result;
}
