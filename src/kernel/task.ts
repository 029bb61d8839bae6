/** task_struct: made as a copy of its maker, given its values at birth, dropped. */
import { atomic_dec, atomic_dec_and_test, atomic_set } from '../machine/atomic.ts';
import { load, memcpy, store } from '../machine/bus.ts';
import { spin_lock_init } from '../machine/spinlock.ts';
import {
  CLONE_PTRACE,
  CLONE_THREAD,
  CSIGNAL,
  PF_FORKNOEXEC,
  PF_SUPERPRIV,
  RESTART_NONE,
  TASK_RUNNING,
  TIMEOUT_NONE,
} from './abi.ts';
import { TASK_CACHE } from './caches.ts';
import { current } from './context.ts';
import { INSTRUCTION_BYTES, WORD_DST } from './isa.ts';
import { kernel, pt_regs, rcu_head, task_struct, user_struct } from './layout.ts';
import { INIT_LIST_HEAD } from './list.ts';
import { LOCK_ALLOC } from './locks.ts';
import { init_sigpending } from './sigqueue.ts';
import { PROFILE_LINUX_2_6_16 } from './profiles.ts';
import { call_rcu, RCU_FREE_TASK } from './rcu.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { free_uid } from './user.ts';

/**
 * Drops a reference; the last one frees the struct and lets go of the user. In 2.6.16 it stays for who has found it without one; later kernels hold
 * back the reference of who releases the task instead (release_task).
 */
export function put_task_struct(tsk: number): void {
  if (atomic_dec_and_test(tsk + task_struct.usage) === 0) return;
  if (load(kernel.profile) === PROFILE_LINUX_2_6_16) {
    call_rcu(tsk + task_struct.rcu, RCU_FREE_TASK, _THIS_IP_);
    return;
  }
  free_uid(load(tsk + task_struct.user));
  kmem_cache_free(TASK_CACHE, tsk, _THIS_IP_);
}

/** A copy of the task: two references, one as current and one for the reaper. 0 without memory. */
export function dup_task_struct(orig: number): number {
  const tsk = kmem_cache_alloc(TASK_CACHE, _THIS_IP_);
  if (tsk === 0) return 0;
  memcpy(tsk, orig, task_struct.SIZE);
  atomic_set(tsk + task_struct.usage, 2);
  spin_lock_init(tsk + task_struct.alloc_lock, LOCK_ALLOC);
  return tsk;
}

/** Gives every list, count and register of a copied task its value at birth. */
export function init_new_task(p: number, flags: number, pid: number): void {
  store(p + task_struct.flags, (load(p + task_struct.flags) & ~PF_SUPERPRIV) | PF_FORKNOEXEC);
  store(p + task_struct.pid, pid);
  store(p + task_struct.tgid, flags & CLONE_THREAD ? load(current() + task_struct.tgid) : pid);
  INIT_LIST_HEAD(p + task_struct.children);
  INIT_LIST_HEAD(p + task_struct.sibling);
  INIT_LIST_HEAD(p + task_struct.ptrace_children);
  INIT_LIST_HEAD(p + task_struct.ptrace_list);
  INIT_LIST_HEAD(p + task_struct.run_list);
  INIT_LIST_HEAD(p + task_struct.wait_entry);
  store(p + task_struct.wait_queue, 0);
  store(p + task_struct.futex_key, 0);
  store(p + task_struct.vfork_done, 0);
  store(p + task_struct.vfork_waiting, 0);
  init_sigpending(p + task_struct.pending);
  store(p + task_struct.sigpending, 0);
  store(p + task_struct.stop_pending, 0);
  store(p + task_struct.exit_state, 0);
  store(p + task_struct.exit_code, 0);
  if ((flags & CLONE_PTRACE) === 0) store(p + task_struct.ptrace, 0);
  store(p + task_struct.ptrace_stopped, 0);
  store(p + task_struct.state, TASK_RUNNING);
  store(p + task_struct.on_rq, 0);
  store(p + task_struct.on_cpu, 0);
  store(p + task_struct.restart, RESTART_NONE);
  store(p + task_struct.timeout_kind, TIMEOUT_NONE);
  store(p + task_struct.memdie, 0);
  store(p + task_struct.rcu + rcu_head.func, 0);
  store(p + task_struct.handled_signals, 0);
  store(p + task_struct.exit_signal, flags & CLONE_THREAD ? -1 : flags & CSIGNAL);
  store(p + task_struct.group_leader, p);
}

/** The child returns 0 from the same system call. */
export function copy_thread(p: number): void {
  const regs = p + task_struct.regs;
  const instruction = load(kernel.image) + INSTRUCTION_BYTES * (load(regs + pt_regs.eip) - 1);
  const dst = load(instruction + 4 * WORD_DST);
  store(regs + pt_regs.eax, 0);
  if (dst >= 0) store(regs + pt_regs.r + 4 * dst, 0);
}

/** Undoes the accounting of a task that was never seen, and frees it. */
export function free_unseen_task(p: number): void {
  atomic_dec(load(p + task_struct.user) + user_struct.processes);
  free_uid(load(p + task_struct.user));
  kmem_cache_free(TASK_CACHE, p, _THIS_IP_);
}
