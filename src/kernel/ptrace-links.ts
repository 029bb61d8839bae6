/**
 * Who traces whom. A traced task has another parent (its tracer) among whose children it is, and its real parent keeps it on
 * ptrace_children by its ptrace_list; when the two are one, it is on the children alone. Everything here is guarded by
 * tasklist_lock for writing.
 *
 * Departure: linux-6 keeps children where they are and those that are traced on a list of their own; what can be seen of it
 * is the same.
 */
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { PT_ATTACHED, PT_PTRACED, SIGNAL_STOP_STOPPED, TASK_STOPPED, TASK_TRACED } from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { list_add, list_del_init, list_empty, list_move_tail } from './list.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { signal_wake_up } from './sigset.ts';

/** Puts a task among the children of its parent of now, at the end; a leader goes to the end of the task list, too. */
function set_links(p: number): void {
  if (load(p + task_struct.group_leader) === p) list_move_tail(p + task_struct.tasks, kernel.init_tasks);
  list_move_tail(p + task_struct.sibling, load(p + task_struct.parent) + task_struct.children);
}

/** A task becomes the child of its tracer. */
export function __ptrace_link(child: number, new_parent: number): void {
  BUG_ON(list_empty(child + task_struct.ptrace_list) ? 0 : 1, child);
  const parent = load(child + task_struct.parent);
  if (parent === new_parent) return;
  list_add(child + task_struct.ptrace_list, parent + task_struct.ptrace_children);
  store(child + task_struct.parent, new_parent);
  set_links(child);
}

/**
 * 1 when the group of a task has stopped, in linux-6 also when that is under way and the task has stopped for it. siglock
 * held.
 */
function stays_stopped(child: number): number {
  const signal = load(child + task_struct.signal);
  if (load(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED) return 1;
  if (load(kernel.profile) !== PROFILE_LINUX_6 || load(signal + signal_struct.group_stop_count) === 0) return 0;
  return load(child + task_struct.stop_pending) ? 0 : 1;
}

/** A task that waits for its tracer goes on, or stays stopped with its group. Takes its siglock. */
export function ptrace_untrace(child: number): void {
  const sighand = load(child + task_struct.sighand);
  spin_lock(sighand + sighand_struct.siglock);
  if (load(child + task_struct.state) === TASK_TRACED) {
    if (stays_stopped(child)) store(child + task_struct.state, TASK_STOPPED);
    else signal_wake_up(child, 1);
  }
  spin_unlock(sighand + sighand_struct.siglock);
}

/** A task is no longer traced, and the child of its real parent again. Takes its siglock when it waits for its tracer. */
export function __ptrace_unlink(child: number): void {
  BUG_ON(load(child + task_struct.ptrace) ? 0 : 1, child);
  store(child + task_struct.ptrace, 0);
  if (list_empty(child + task_struct.ptrace_list) === 0) {
    list_del_init(child + task_struct.ptrace_list);
    store(child + task_struct.parent, load(child + task_struct.real_parent));
    set_links(child);
  }
  if (load(child + task_struct.state) === TASK_TRACED) ptrace_untrace(child);
}

/** The same when it is traced at all. */
export function ptrace_unlink(child: number): void {
  if (load(child + task_struct.ptrace)) __ptrace_unlink(child);
}

/** 1 when its parent is its tracer: not so while a real parent attaches to its own child that was another's. */
export function my_ptrace_child(p: number): number {
  const ptrace = load(p + task_struct.ptrace);
  if ((ptrace & PT_PTRACED) === 0) return 0;
  if ((ptrace & PT_ATTACHED) === 0) return 1;
  return load(p + task_struct.parent) !== load(p + task_struct.real_parent) ? 1 : 0;
}
