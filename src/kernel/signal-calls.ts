/** The part of the system call table that is about signals. */
import { load, store } from '../machine/bus.ts';
import { ERESTARTNOHAND, TASK_INTERRUPTIBLE } from './abi.ts';
import { current } from './context.ts';
import { sys_kill, sys_rt_sigqueueinfo, sys_tgkill, sys_tkill } from './kill.ts';
import { pt_regs, task_struct } from './layout.ts';
import { sys_ptrace } from './ptrace.ts';
import { do_sigaction, sys_rt_sigaction } from './sigaction.ts';
import { sys_sigreturn } from './sigframe.ts';
import { sys_rt_sigpending, sys_rt_sigprocmask, sys_rt_sigsuspend, sys_sigprocmask } from './sigmask.ts';
import {
  NR_kill,
  NR_pause,
  NR_ptrace,
  NR_rt_sigaction,
  NR_rt_sigpending,
  NR_rt_sigprocmask,
  NR_rt_sigqueueinfo,
  NR_rt_sigsuspend,
  NR_sigaction,
  NR_sigprocmask,
  NR_sigreturn,
  NR_tgkill,
  NR_tkill,
} from './syscall-numbers.ts';
import { timer_call } from './timer-calls.ts';

/** Sleeps until a handler runs. */
function sys_pause(): number {
  store(current() + task_struct.state, TASK_INTERRUPTIBLE);
  return -ERESTARTNOHAND;
}

/** Serves one call with its first three arguments, or one about timers. NOT_HERE when the number is none of these. */
export function signal_call(nr: number, ebx: number, ecx: number, edx: number, regs: number): number {
  switch (nr) {
    case NR_kill:
      return sys_kill(ebx, ecx);
    case NR_ptrace:
      return sys_ptrace(ebx, ecx, load(regs + pt_regs.esi));
    case NR_tkill:
      return sys_tkill(ebx, ecx);
    case NR_tgkill:
      return sys_tgkill(ebx, ecx, edx);
    case NR_sigaction:
      return do_sigaction(ebx, ecx, edx, 8);
    case NR_rt_sigaction:
      return sys_rt_sigaction(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_sigprocmask:
      return sys_sigprocmask(ebx, ecx, edx);
    case NR_rt_sigprocmask:
      return sys_rt_sigprocmask(ebx, ecx, edx, load(regs + pt_regs.esi));
    case NR_rt_sigpending:
      return sys_rt_sigpending(ebx, ecx);
    case NR_rt_sigqueueinfo:
      return sys_rt_sigqueueinfo(ebx, ecx, edx);
    case NR_rt_sigsuspend:
      return sys_rt_sigsuspend(ebx, ecx);
    case NR_sigreturn:
      return sys_sigreturn();
    case NR_pause:
      return sys_pause();
    default:
      return timer_call(nr, ebx, ecx, edx, regs);
  }
}
