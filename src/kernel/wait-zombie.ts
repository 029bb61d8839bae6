/** A zombie that a wait has found: it is claimed by xchg and released, or given back to its real parent; or only looked at. */
import { atomic_inc } from '../machine/atomic.ts';
import { load, store, WRITE_ONCE, xchg } from '../machine/bus.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { EAGAIN, EFAULT, EXIT_DEAD, EXIT_TRACE, EXIT_ZOMBIE, SIGNAL_GROUP_EXIT, WNOWAIT } from './abi.ts';
import { release_task } from './exit.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { ptrace_unlink } from './ptrace-links.ts';
import { do_notify_parent } from './signal.ts';
import { put_task_struct } from './task.ts';
import { put_news } from './wait-news.ts';

/** What a zombie is once it is claimed: linux-6 decides now whether it is to be given back. tasklist_lock held. */
function claimed_state(p: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return EXIT_DEAD;
  return load(p + task_struct.parent) === load(p + task_struct.real_parent) ? EXIT_DEAD : EXIT_TRACE;
}

/** 1 when the zombie is ours to tell of: nobody else can claim it any more, or with WNOWAIT it is pinned. tasklist_lock held. */
export function claim_zombie(p: number, options: number): number {
  if (options & WNOWAIT) {
    atomic_inc(p + task_struct.usage);
    return 1;
  }
  return xchg(p + task_struct.exit_state, claimed_state(p)) === EXIT_ZOMBIE ? 1 : 0;
}

/** 1 when a claimed zombie is another's child. In 2.6 another thread may have let go of it since it was claimed. */
function is_anothers(p: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6) return load(p + task_struct.exit_state) === EXIT_TRACE ? 1 : 0;
  return load(p + task_struct.real_parent) !== load(p + task_struct.parent) ? 1 : 0;
}

/**
 * A zombie that the current task has traced is its real parent's again, who hears of it: 1. 0 when it has no other, or one
 * who does not wait for it. Takes tasklist_lock for writing.
 */
function give_back(p: number): number {
  if (is_anothers(p) === 0) return 0;
  let given = 0;
  write_lock_irq(kernel.tasklist_lock);
  if (is_anothers(p)) {
    ptrace_unlink(p);
    store(p + task_struct.exit_state, EXIT_ZOMBIE);
    if (load(p + task_struct.exit_signal) !== -1) {
      do_notify_parent(p, load(p + task_struct.exit_signal));
      if (load(p + task_struct.exit_signal) !== -1) given = 1;
    }
    if (given === 0) store(p + task_struct.exit_state, EXIT_DEAD);
  }
  write_unlock_irq(kernel.tasklist_lock);
  return given;
}

/**
 * WNOWAIT: tells of a pinned zombie, which stays one: its pid, -EFAULT, or -EAGAIN when another has collected it. 2.6 does not
 * look for the status of its group. Takes tasklist_lock for reading.
 */
function look_at_zombie(p: number, at: number, options: number): number {
  const pid = load(p + task_struct.pid);
  const uid = load(p + task_struct.uid);
  read_lock(kernel.tasklist_lock);
  const there = load(p + task_struct.exit_state) === EXIT_ZOMBIE;
  let status = load(p + task_struct.exit_code);
  if (there && load(kernel.profile) === PROFILE_LINUX_6) {
    const signal = load(p + task_struct.signal);
    if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) status = load(signal + signal_struct.group_exit_code);
  }
  read_unlock(kernel.tasklist_lock);
  put_task_struct(p);
  if (!there) return -EAGAIN;
  return put_news(at, options, pid, uid, status) ? -EFAULT : pid;
}

/**
 * Collects a zombie that is ours and releases it: its pid, or -EFAULT when the status cannot be stored. 2.6 stores before it
 * releases, and makes the child a zombie again then; later kernels store after, and the child is gone all the same.
 */
export function wait_task_zombie(p: number, at: number, options: number): number {
  if (options & WNOWAIT) return look_at_zombie(p, at, options);
  const signal = load(p + task_struct.signal);
  const by_group = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  const status = by_group ? load(signal + signal_struct.group_exit_code) : load(p + task_struct.exit_code);
  const pid = load(p + task_struct.pid);
  const uid = load(p + task_struct.uid);
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    if (give_back(p) === 0) release_task(p);
    return put_news(at, options, pid, uid, status) ? -EFAULT : pid;
  }
  if (put_news(at, options, pid, uid, status)) {
    // Plain in Linux, and marked here for x86's order; no lock either way, which does harm: docs/findings.md.
    WRITE_ONCE(p + task_struct.exit_state, EXIT_ZOMBIE);
    return -EFAULT;
  }
  if (give_back(p) === 0) release_task(p);
  return pid;
}
