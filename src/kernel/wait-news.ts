/**
 * How a wait tells what it has found: wait4 by a status word, waitid by a siginfo. A null address takes nothing.
 */
import { load } from '../machine/bus.ts';
import {
  CLD_CONTINUED,
  CLD_EXITED,
  CLD_KILLED,
  CLD_STOPPED,
  CLD_TRAPPED,
  SIGCHLD,
  SIGCONT,
  WINFO,
  WNOWAIT,
  WTRAPPED,
} from './abi.ts';
import { kernel } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { put_user } from './uaccess.ts';

/** The status word of a stop, and of a task that goes on. */
export const STOPPED_BY = 0x7f;
export const CONTINUED = 0xffff;

/** Fills a siginfo of SIGCHLD: signo, errno, code, pid, uid, status. 0 or -EFAULT. */
function put_siginfo(at: number, code: number, pid: number, uid: number, status: number): number {
  return (
    put_user(code === 0 ? 0 : SIGCHLD, at) ||
    put_user(0, at + 4) ||
    put_user(code, at + 8) ||
    put_user(pid, at + 12) ||
    put_user(uid, at + 16) ||
    put_user(status, at + 20)
  );
}

/** waitid with WNOHANG and nothing to tell: the fields say so. 0 or -EFAULT. */
export function put_no_news(at: number): number {
  return put_siginfo(at, 0, 0, 0, 0);
}

/** Tells of a child by its status word. 0 or -EFAULT. */
export function put_news(at: number, options: number, pid: number, uid: number, word: number): number {
  if (at === 0) return 0;
  if ((options & WINFO) === 0) return put_user(word, at);
  if (word === CONTINUED) return put_siginfo(at, CLD_CONTINUED, pid, uid, SIGCONT);
  if ((word & 0xff) === STOPPED_BY) {
    // Until about 2.6.24 WNOWAIT tells the whole word.
    const whole = options & WNOWAIT && load(kernel.profile) !== PROFILE_LINUX_6;
    return put_siginfo(at, options & WTRAPPED ? CLD_TRAPPED : CLD_STOPPED, pid, uid, whole ? word : word >>> 8);
  }
  if ((word & 0x7f) === 0) return put_siginfo(at, CLD_EXITED, pid, uid, word >>> 8);
  return put_siginfo(at, CLD_KILLED, pid, uid, word & 0x7f);
}
