/** Who looks for a task by its number and keeps it. */
import { atomic_inc } from '../machine/atomic.ts';
import { load } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { kernel, task_struct } from './layout.ts';
import { find_task_by_pid, find_task_by_pid_rcu } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { rcu_read_lock, rcu_read_unlock } from './rcu.ts';

/** A task by its number, with a reference, or 0. Takes tasklist_lock for reading; linux-6 does with RCU. */
export function find_get_task_by_pid(nr: number): number {
  const by_rcu = load(kernel.profile) === PROFILE_LINUX_6;
  if (by_rcu) rcu_read_lock();
  else read_lock(kernel.tasklist_lock);
  const tsk = by_rcu ? find_task_by_pid_rcu(nr) : find_task_by_pid(nr);
  if (tsk) atomic_inc(tsk + task_struct.usage);
  if (by_rcu) rcu_read_unlock();
  else read_unlock(kernel.tasklist_lock);
  return tsk;
}
