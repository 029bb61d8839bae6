/** What is done with objects whose readers are gone (rcu.ts). */
import { load, store } from '../machine/bus.ts';
import { preempt_disable, preempt_enable } from '../machine/cpu.ts';
import { DENTRY_CACHE, FDTABLE_CACHE, FILE_CACHE, FILES_CACHE, SIGHAND_CACHE, TASK_CACHE } from './caches.ts';
import { dentry, fdtable, file, files_struct, rcu_head, sighand_struct, task_struct } from './layout.ts';
import {
  RCU_FREE_DENTRY,
  RCU_FREE_FDTABLE,
  RCU_FREE_FILE,
  RCU_FREE_SIGHAND,
  RCU_FREE_TASK,
  RCU_PUT_TASK,
  rcu_done_callbacks,
} from './rcu.ts';
import { kmem_cache_free } from './slab.ts';
import { put_task_struct } from './task.ts';
import { free_uid } from './user.ts';

/** 2.6.16: a task that nobody has a reference on. */
function __put_task_struct(tsk: number, ip: number): void {
  free_uid(load(tsk + task_struct.user));
  kmem_cache_free(TASK_CACHE, tsk, ip);
}

/** linux-6: the reference of who released a task goes. The mark goes first: the task waits for nothing any more. */
function delayed_put_task_struct(head: number): void {
  store(head + rcu_head.func, 0);
  put_task_struct(head - task_struct.rcu);
}

/** Gives back the object in which the head lies, or what was to be done with it. */
function run_callback(head: number): void {
  const func = load(head + rcu_head.func);
  const ip = load(head + rcu_head.ip);
  if (func === RCU_FREE_FILE) kmem_cache_free(FILE_CACHE, head - file.f_rcuhead, ip);
  else if (func === RCU_FREE_FDTABLE) kmem_cache_free(FDTABLE_CACHE, head - fdtable.rcu, ip);
  else if (func === RCU_FREE_SIGHAND) kmem_cache_free(SIGHAND_CACHE, head - sighand_struct.rcu, ip);
  else if (func === RCU_FREE_TASK) __put_task_struct(head - task_struct.rcu, ip);
  else if (func === RCU_PUT_TASK) delayed_put_task_struct(head);
  else if (func === RCU_FREE_DENTRY) kmem_cache_free(DENTRY_CACHE, head - dentry.d_rcu, ip);
  else kmem_cache_free(FILES_CACHE, head - fdtable.rcu - files_struct.fdtab, ip);
}

/** Runs the callbacks whose grace period is over; in a quiescent state of this CPU. They may not sleep. */
export function rcu_process_callbacks(): void {
  let head = rcu_done_callbacks();
  if (head === 0) return;
  preempt_disable();
  while (head) {
    const next = load(head + rcu_head.next);
    run_callback(head);
    head = next;
  }
  preempt_enable();
}
