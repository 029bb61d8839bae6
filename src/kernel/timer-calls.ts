/** The part of the system call table that is about timers. */
import { load } from '../machine/bus.ts';
import { sys_alarm, sys_setitimer } from './itimer.ts';
import { pt_regs } from './layout.ts';
import { sys_nanosleep, sys_restart_syscall } from './nanosleep.ts';
import {
  sys_timer_create,
  sys_timer_delete,
  sys_timer_getoverrun,
  sys_timer_gettime,
  sys_timer_settime,
} from './posix-timer-calls.ts';
import {
  NOT_HERE,
  NR_alarm,
  NR_nanosleep,
  NR_restart_syscall,
  NR_setitimer,
  NR_timer_create,
  NR_timer_delete,
  NR_timer_getoverrun,
  NR_timer_gettime,
  NR_timer_settime,
} from './syscall-numbers.ts';

/** Serves one call with its first three arguments. NOT_HERE when the number is none of these. */
export function timer_call(nr: number, ebx: number, ecx: number, edx: number, regs: number): number {
  switch (nr) {
    case NR_alarm:
      return sys_alarm(ebx);
    case NR_setitimer:
      return sys_setitimer(ebx, ecx, edx);
    case NR_nanosleep:
      return sys_nanosleep(ebx, ecx);
    case NR_restart_syscall:
      return sys_restart_syscall(regs);
    case NR_timer_create:
      return sys_timer_create(ebx, ecx, edx);
    case NR_timer_settime:
      return sys_timer_settime(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_timer_gettime:
      return sys_timer_gettime(ebx, ecx);
    case NR_timer_getoverrun:
      return sys_timer_getoverrun(ebx);
    case NR_timer_delete:
      return sys_timer_delete(ebx);
    default:
      return NOT_HERE;
  }
}
