/** nanosleep(2), and restart_syscall(2), by which a sleep goes on that a signal without a handler came to. */
import { load, store } from '../machine/bus.ts';
import { EINTR, ERESTART_RESTARTBLOCK, TIMEOUT_FUTEX, TIMEOUT_NANOSLEEP } from './abi.ts';
import { current } from './context.ts';
import { futex_wait } from './futex.ts';
import { pt_regs, task_struct } from './layout.ts';
import { get_timespec } from './timespec.ts';
import { end_timeout, forget_timeout, schedule_timeout } from './timeout.ts';

/** Sleeps. 0, -EINVAL, -EFAULT; -EINTR when a handler ran, and what was left is at `rmtp` if that is not 0. */
export function sys_nanosleep(rqtp: number, rmtp: number): number {
  const ticks = get_timespec(rqtp);
  if (ticks <= 0) return ticks;
  const tsk = current();
  store(tsk + task_struct.timeout_rmtp, rmtp);
  schedule_timeout(tsk, TIMEOUT_NANOSLEEP, ticks);
  return -ERESTART_RESTARTBLOCK;
}

/** Goes on with a sleep, for what is left of its time. */
function nanosleep_restart(tsk: number): number {
  const left = end_timeout(tsk);
  if (left <= 0) {
    forget_timeout(tsk);
    return 0;
  }
  schedule_timeout(tsk, TIMEOUT_NANOSLEEP, left);
  return -ERESTART_RESTARTBLOCK;
}

/** What the call answers that is gone on with; -EINTR when there is none. */
export function sys_restart_syscall(regs: number): number {
  const tsk = current();
  const kind = load(tsk + task_struct.timeout_kind);
  if (kind === TIMEOUT_NANOSLEEP) return nanosleep_restart(tsk);
  if (kind === TIMEOUT_FUTEX) return futex_wait(load(regs + pt_regs.ebx), load(regs + pt_regs.edx), 0);
  return -EINTR;
}
