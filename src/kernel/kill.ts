/** kill(2): to a process, a process group, or everybody. tkill(2), tgkill(2): to one thread. */
import { load } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { CAP_KILL, EFAULT, EINVAL, EPERM, ESRCH, NSIG, PIDTYPE_PGID, SIGCONT } from './abi.ts';
import { capable, current } from './context.ts';
import { cpu_data, kernel, signal_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { this_cpu_data } from './percpu.ts';
import { find_task_by_pid, find_task_by_pid_rcu, find_task_by_pid_type, next_in_ring } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { group_send_sig_info, lock_for_signal, send_sig_info, unlock_for_signal } from './signal.ts';
import { get_user } from './uaccess.ts';

/** Where si_code lies in a siginfo. */
const SI_CODE = 8;

/** 0 when the current task may send this signal to p, -EINVAL, or -EPERM. As lock_for_signal leaves it: for SIGCONT with tasklist_lock. */
function check_kill_permission(sig: number, p: number): number {
  if (sig < 0 || sig > NSIG) return -EINVAL;
  const tsk = current();
  const uid = load(tsk + task_struct.uid);
  const euid = load(tsk + task_struct.euid);
  const target_uid = load(p + task_struct.uid);
  const target_suid = load(p + task_struct.suid);
  if (euid === target_suid || euid === target_uid || uid === target_suid || uid === target_uid) return 0;
  if (sig === SIGCONT && same_session(tsk, p)) return 0;
  return capable(CAP_KILL) ? 0 : -EPERM;
}

function same_session(tsk: number, p: number): number {
  const signal = load(p + task_struct.signal);
  if (signal === 0) return 0;
  return load(signal + signal_struct.session) === load(load(tsk + task_struct.signal) + signal_struct.session) ? 1 : 0;
}

function kill_one(sig: number, p: number): number {
  const err = check_kill_permission(sig, p);
  return err ? err : group_send_sig_info(sig, p, 0);
}

/** To the process with this number, which since 2.6.16 is found under RCU. linux-6 looks again for one that has gone in between. */
function kill_proc_info(sig: number, pid: number, must_queue: number): number {
  for (;;) {
    let err = -ESRCH;
    const locked = lock_for_signal(sig);
    const p = locked ? find_task_by_pid(pid) : find_task_by_pid_rcu(pid);
    if (p) {
      err = check_kill_permission(sig, p);
      if (err === 0) err = group_send_sig_info(sig, p, must_queue);
    }
    unlock_for_signal(locked);
    if (p === 0 || err !== -ESRCH) return err;
  }
}

/** Every leader of a process group; one success is success, none there is -ESRCH. tasklist_lock held. */
function kill_pgrp(sig: number, pgrp: number): number {
  const first = find_task_by_pid_type(PIDTYPE_PGID, pgrp);
  if (first === 0) return -ESRCH;
  let result = 1;
  let p = first;
  do {
    const err = kill_one(sig, p);
    if (err === 0 || result === 1) result = err;
    p = next_in_ring(p, PIDTYPE_PGID);
  } while (p !== first);
  return result;
}

/**
 * Every process but init and the own one, each by its leader: the list has every thread. That some may not be signalled
 * never shows. tasklist_lock held.
 */
function kill_all(sig: number): number {
  const tsk = current();
  let result = -ESRCH;
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const p = at - task_struct.tasks;
    if (load(p + task_struct.group_leader) !== p) continue;
    if (load(p + task_struct.pid) <= 1 || load(p + task_struct.tgid) === load(tsk + task_struct.tgid)) continue;
    const err = kill_one(sig, p);
    if (result === -ESRCH) result = 0;
    if (err !== -EPERM) result = err;
  }
  return result;
}

/** 0, -EINVAL, -EPERM, -ESRCH. To more than one process it takes tasklist_lock for reading; inside it siglocks. */
export function sys_kill(pid: number, sig: number): number {
  if (pid > 0) return kill_proc_info(sig, pid, 0);
  let result = -ESRCH;
  read_lock(kernel.tasklist_lock);
  if (pid === -1) result = kill_all(sig);
  else result = kill_pgrp(sig, pid === 0 ? load(load(current() + task_struct.signal) + signal_struct.pgrp) : -pid);
  read_unlock(kernel.tasklist_lock);
  return result;
}

/**
 * rt_sigqueueinfo(2): a signal to a process with what the caller says of it, of which nothing is read but that it comes from
 * a user. 0, -EINVAL, -EPERM, -ESRCH, -EFAULT, -EAGAIN. As kill.
 */
export function sys_rt_sigqueueinfo(pid: number, sig: number, info: number): number {
  const code = this_cpu_data() + cpu_data.path;
  if (get_user(code, info + SI_CODE)) return -EFAULT;
  if (load(code) >= 0) return -EPERM;
  return kill_proc_info(sig, pid, 1);
}

/** To a thread that was found, when it belongs to the group `tgid`, or to any with -1. */
function kill_found(p: number, tgid: number, sig: number): number {
  if (p === 0 || (tgid !== -1 && load(p + task_struct.tgid) !== tgid)) return -ESRCH;
  const err = check_kill_permission(sig, p);
  return err ? err : send_sig_info(sig, p);
}

/** To the thread with this number. Takes siglock; before linux-6 inside tasklist_lock for reading. */
function kill_thread(tgid: number, pid: number, sig: number): number {
  let result = -ESRCH;
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    const locked = lock_for_signal(sig);
    result = kill_found(locked ? find_task_by_pid(pid) : find_task_by_pid_rcu(pid), tgid, sig);
    unlock_for_signal(locked);
  } else {
    read_lock(kernel.tasklist_lock);
    result = kill_found(find_task_by_pid(pid), tgid, sig);
    read_unlock(kernel.tasklist_lock);
  }
  return result;
}

/** 0, -EINVAL, -EPERM, -ESRCH, -EAGAIN. */
export function sys_tkill(pid: number, sig: number): number {
  return pid <= 0 ? -EINVAL : kill_thread(-1, pid, sig);
}

/** The same, so that a number that another process has got meanwhile is not met. */
export function sys_tgkill(tgid: number, pid: number, sig: number): number {
  return pid <= 0 || tgid <= 0 ? -EINVAL : kill_thread(tgid, pid, sig);
}
