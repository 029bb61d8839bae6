/**
 * Which signals a thread does not take for now: sigprocmask, sigpending, sigsuspend. A set is two words. The mask is the
 * thread's own, but the siglock guards it: who sends a signal asks for it.
 */
import { load, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  EFAULT,
  EINVAL,
  ERESTARTNOHAND,
  SIGKILL,
  SIGSET_BYTES,
  SIGSTOP,
  SIG_BLOCK,
  SIG_SETMASK,
  SIG_UNBLOCK,
  TASK_INTERRUPTIBLE,
} from './abi.ts';
import { current } from './context.ts';
import { cpu_data, kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { retarget_shared_pending } from './signal-retarget.ts';
import { recalc_sigpending } from './sigset.ts';
import { get_user, put_user } from './uaccess.ts';

/** SIGKILL and SIGSTOP, which nobody blocks. */
const UNBLOCKABLE = (1 << (SIGKILL - 1)) | (1 << (SIGSTOP - 1));

/** The current task's siglock. */
function own_siglock(): number {
  return load(current() + task_struct.sighand) + sighand_struct.siglock;
}

/** A set in user memory, to be blocked, goes to `to`; the old calls have one word. 0 or -EFAULT. */
function get_mask(to: number, address: number, bytes: number): number {
  if (get_user(to, address)) return -EFAULT;
  if (bytes === SIGSET_BYTES && get_user(to + 4, address + 4)) return -EFAULT;
  store(to, load(to) & ~UNBLOCKABLE);
  return 0;
}

/** The other way. 0 or -EFAULT. */
function put_mask(low: number, high: number, address: number, bytes: number): number {
  if (put_user(low, address)) return -EFAULT;
  return bytes === SIGSET_BYTES && put_user(high, address + 4) ? -EFAULT : 0;
}

/**
 * The current task blocks these from now on. Later kernels then have another thread take what the group has pending and
 * this one was chosen for; before, nobody looks at it until something else wakes them (B39). siglock held.
 */
function set_blocked(tsk: number, low: number, high: number): void {
  const blocked = tsk + task_struct.blocked;
  if (load(kernel.profile) === PROFILE_LINUX_6 && load(tsk + task_struct.sigpending) && !thread_group_empty(tsk)) {
    retarget_shared_pending(tsk, low & ~load(blocked), high & ~load(blocked + 4));
  }
  store(blocked, low);
  store(blocked + 4, high);
  recalc_sigpending(tsk);
}

/** Changes the mask as `how` says, by the set at `set`. 0 or -EINVAL. Takes siglock. */
function change_mask(how: number, set: number, bytes: number): number {
  if (how !== SIG_BLOCK && how !== SIG_UNBLOCK && how !== SIG_SETMASK) return -EINVAL;
  const tsk = current();
  const blocked = tsk + task_struct.blocked;
  spin_lock_irq(own_siglock());
  let low = load(set);
  let high = load(blocked + 4);
  if (how === SIG_BLOCK) low = low | load(blocked);
  else if (how === SIG_UNBLOCK) low = load(blocked) & ~low;
  if (bytes === SIGSET_BYTES) {
    if (how === SIG_BLOCK) high = high | load(set + 4);
    else if (how === SIG_UNBLOCK) high = high & ~load(set + 4);
    else high = load(set + 4);
  }
  set_blocked(tsk, low, high);
  spin_unlock_irq(own_siglock());
  return 0;
}

/** Changes and reads the mask, each when it is asked for. 0, -EINVAL, -EFAULT. */
function do_sigprocmask(how: number, set: number, oset: number, bytes: number): number {
  const blocked = current() + task_struct.blocked;
  const old_low = load(blocked);
  const old_high = load(blocked + 4);
  if (set !== 0) {
    const scratch = this_cpu_data() + cpu_data.path;
    if (get_mask(scratch, set, bytes)) return -EFAULT;
    const err = change_mask(how, scratch, bytes);
    if (err) return err;
  }
  return oset === 0 ? 0 : put_mask(old_low, old_high, oset, bytes);
}

/** sigprocmask(2) with sets of one word. */
export function sys_sigprocmask(how: number, set: number, oset: number): number {
  return do_sigprocmask(how, set, oset, 4);
}

export function sys_rt_sigprocmask(how: number, set: number, oset: number, size: number): number {
  return size === SIGSET_BYTES ? do_sigprocmask(how, set, oset, SIGSET_BYTES) : -EINVAL;
}

/** What waits until it is no longer blocked. 0, -EINVAL, -EFAULT. Takes siglock. */
export function sys_rt_sigpending(set: number, size: number): number {
  if (size < 0 || size > SIGSET_BYTES || (size & 3) !== 0) return -EINVAL;
  const tsk = current();
  const shared = load(tsk + task_struct.signal) + signal_struct.shared_pending;
  spin_lock_irq(own_siglock());
  const low = load(tsk + task_struct.pending) | load(shared);
  const high = load(tsk + task_struct.pending + 4) | load(shared + 4);
  spin_unlock_irq(own_siglock());
  if (size === 0) return 0;
  const blocked = tsk + task_struct.blocked;
  return put_mask(low & load(blocked), high & load(blocked + 4), set, size);
}

/**
 * Blocks this set instead, and sleeps until a handler ran, which ends with the mask of before. -EINVAL, -EFAULT, or to
 * sleep and again, still with the set of the first time (-ERESTARTNOHAND). Takes siglock.
 */
export function sys_rt_sigsuspend(set: number, size: number): number {
  const tsk = current();
  if (load(tsk + task_struct.suspended) === 0) {
    if (size !== SIGSET_BYTES) return -EINVAL;
    const scratch = this_cpu_data() + cpu_data.path;
    if (get_mask(scratch, set, SIGSET_BYTES)) return -EFAULT;
    const blocked = tsk + task_struct.blocked;
    const saved = tsk + task_struct.saved_sigmask;
    spin_lock_irq(own_siglock());
    store(saved, load(blocked));
    store(saved + 4, load(blocked + 4));
    set_blocked(tsk, load(scratch), load(scratch + 4));
    spin_unlock_irq(own_siglock());
    store(tsk + task_struct.suspended, 1);
  }
  store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
  return -ERESTARTNOHAND;
}
