/** The end of a task in the lists and hashes by which others find it. */
import { load, store } from '../machine/bus.ts';
import { PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID } from './abi.ts';
import { kernel, task_struct } from './layout.ts';
import { list_del_init } from './list.ts';
import { detach_pid } from './pid.ts';

/** Takes a task out of every list and hash; tasklist_lock held for writing, in linux-6 siglock, too. */
export function __unhash_process(p: number): void {
  store(kernel.nr_threads, load(kernel.nr_threads) - 1);
  const leader = load(p + task_struct.group_leader) === p;
  detach_pid(p, PIDTYPE_PID);
  detach_pid(p, PIDTYPE_TGID);
  if (leader) {
    detach_pid(p, PIDTYPE_PGID);
    detach_pid(p, PIDTYPE_SID);
  }
  list_del_init(p + task_struct.tasks);
  list_del_init(p + task_struct.sibling);
}
