/**
 * int 0x80: number in eax, arguments in ebx, ecx, edx, esi, edi; result in eax. What stands before and after every
 * system call is here, the table is in syscalls.ts.
 */
import { load, store, this_cpu } from '../machine/bus.ts';
import { WARN_HELD_AT_RETURN, WARN_IRQS_OFF_AT_RETURN } from '../machine/fault.ts';
import { cpu_area } from '../machine/map.ts';
import { trace_syscall_enter, trace_syscall_leave } from '../machine/trace.ts';
import {
  EFAULT,
  EINTR,
  ENORESTART,
  ERESTARTNOHAND,
  ERESTARTNOINTR,
  ERESTARTSYS,
  ERESTART_RESTARTBLOCK,
  ETIMEDOUT,
  RESTART_BLOCK,
  RESTART_FAULTED,
  RESTART_INTERRUPTED,
  RESTART_NOHAND,
  RESTART_NONE,
  RESTART_ONCE,
  RESTART_SIGNALLED,
  RESTART_SLEPT,
  RESTART_TIMEDOUT,
  RESTART_WOKEN,
  TASK_RUNNING,
} from './abi.ts';
import { current } from './context.ts';
import { futex_leave } from './futex.ts';
import { cpu_data, NR_SYSCALLS_COUNTED, pt_regs, task_struct } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { sys_restart_syscall } from './nanosleep.ts';
import { sys_call_table } from './syscalls.ts';
import { warn } from '../machine/warning.ts';
import { end_timeout, forget_timeout } from './timeout.ts';
import { remove_wait_queue } from './waitqueue.ts';

/**
 * Runs the system call that the current task's registers ask for. 1 when it is over and eax holds its result; 0 when
 * the task is to sleep, or go on dying, and the instruction runs again.
 */
export function system_call(): number {
  const area = this_cpu();
  const tsk = current();
  const regs = tsk + task_struct.regs;
  const nr = load(regs + pt_regs.eax);
  store(regs + pt_regs.orig_eax, nr);
  store(area + cpu_area.last_syscall, nr);
  store(area + cpu_area.last_argument, load(regs + pt_regs.ebx));
  store(area + cpu_area.in_syscall, 1);
  store(area + cpu_area.heartbeat, load(area + cpu_area.heartbeat) + 1);
  trace_syscall_enter(nr);
  const restart = load(tsk + task_struct.restart);
  if (restart !== RESTART_NONE) store(tsk + task_struct.restart, RESTART_NONE);
  const result = serve(nr, regs, tsk, restart);
  store(area + cpu_area.in_syscall, 0);
  trace_syscall_leave(nr, result);
  check_return_to_user(area);
  if (result === -ERESTARTNOINTR) return 0;
  const again = restart_after(result);
  if (again !== RESTART_NONE) {
    store(tsk + task_struct.restart, again);
    return 0;
  }
  store(regs + pt_regs.eax, result);
  count_syscall(nr, result);
  return 1;
}

/** Serves a call, or goes on with one that slept. */
function serve(nr: number, regs: number, tsk: number, restart: number): number {
  if (restart === RESTART_BLOCK) return sys_restart_syscall(regs);
  if (restart === RESTART_INTERRUPTED) return futex_leave(tsk) ? 0 : -EINTR;
  if (restart === RESTART_WOKEN) return 0;
  if (restart === RESTART_TIMEDOUT) return futex_leave(tsk) ? 0 : -ETIMEDOUT;
  if (restart === RESTART_FAULTED) return -EFAULT;
  const result = sys_call_table(nr, regs);
  return restart === RESTART_SIGNALLED && result === -ENORESTART ? leave_sleep(tsk) : result;
}

/** How a call that sleeps goes on after the wake-up; RESTART_NONE for one that is over. */
function restart_after(result: number): number {
  if (result === -ERESTARTSYS) return RESTART_SLEPT;
  if (result === -ERESTARTNOHAND) return RESTART_NOHAND;
  if (result === -ERESTART_RESTARTBLOCK) return RESTART_BLOCK;
  return result === -ENORESTART ? RESTART_ONCE : RESTART_NONE;
}

/** A signal came, and the call would sleep on: it is over instead. 0 when it was woken just now, else -EINTR. */
function leave_sleep(tsk: number): number {
  store(tsk + task_struct.state, TASK_RUNNING);
  remove_wait_queue(tsk);
  if (load(tsk + task_struct.timeout_kind)) end_timeout(tsk);
  forget_timeout(tsk);
  return futex_leave(tsk) ? 0 : -EINTR;
}

/** What must not be true at the return to user mode: a lock held, interrupts off. Warns, and lets go of the mark. */
function check_return_to_user(area: number): void {
  const held = load(area + cpu_area.held_count);
  if (held !== 0) {
    warn(WARN_HELD_AT_RETURN, load(area + cpu_area.held + 4 * (held - 1)));
    store(area + cpu_area.held_count, 0);
    store(area + cpu_area.preempt_count, 0);
  }
  if (load(area + cpu_area.irqs_on) === 0) {
    warn(WARN_IRQS_OFF_AT_RETURN, 0);
    store(area + cpu_area.irqs_on, 1);
  }
}

/** Statistics of this CPU. Numbers the table does not have are counted at 0. */
function count_syscall(nr: number, result: number): void {
  const slot = nr >>> 0 < NR_SYSCALLS_COUNTED ? nr : 0;
  const at = this_cpu_data() + cpu_data.syscalls + 4 * slot;
  store(at, load(at) + 1);
  if (result < 0 && result >= -4095) {
    const failed = this_cpu_data() + cpu_data.failures + 4 * slot;
    store(failed, load(failed) + 1);
  }
}
