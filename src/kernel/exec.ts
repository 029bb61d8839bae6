/**
 * execve, modelled as what it does to the shared parts: other threads die, handlers become private and fall back to
 * default, memory is replaced, the descriptor table becomes private and what is marked close-on-exec goes. The program
 * text does not change: the task goes on after the call.
 *
 * Departure: only a thread group's leader may exec while it has other threads; Linux lets any thread take over the
 * leader's identity.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { NR_OPEN } from '../machine/limits.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock, spin_lock_irq, spin_unlock, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  EAGAIN,
  EINVAL,
  ENOMEM,
  ERESTARTNOINTR,
  NSIG,
  PF_FORKNOEXEC,
  RESTART_UNINTERRUPTIBLE,
  SIG_DFL,
  SIG_IGN,
  SIGNAL_GROUP_EXIT,
  TASK_UNINTERRUPTIBLE,
} from './abi.ts';
import { current } from './context.ts';
import { sys_close, unshare_files } from './files.ts';
import { files_struct, kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { exec_mmap, image_rodata, mmput, new_mm } from './mm.ts';
import { thread_group_empty } from './pid.ts';
import { alloc_sighand, copy_actions, put_sighand } from './sighand.ts';
import { sighand_shared, zap_other_threads } from './signal.ts';
import { recalc_sigpending, sigaction_of } from './sigset.ts';

/**
 * Makes the current task the only one of its group. 0 when it is, -EAGAIN when the group is dying, -EINVAL for a
 * thread that is not the leader, or to sleep and again. Takes tasklist_lock for reading and siglock.
 */
function de_thread(tsk: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  const begun = load(signal + signal_struct.group_exit_task) === tsk;
  if (!begun && thread_group_empty(tsk)) return 0;
  if (load(tsk + task_struct.group_leader) !== tsk) return -EINVAL;
  read_lock(kernel.tasklist_lock);
  spin_lock_irq(sighand + sighand_struct.siglock);
  let result = 0;
  if (!begun) {
    if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) result = -EAGAIN;
    else zap_other_threads(tsk);
  }
  if (result === 0) {
    if (atomic_read(signal + signal_struct.count) > 1) {
      store(signal + signal_struct.group_exit_task, tsk);
      store(signal + signal_struct.notify_count, 1);
      store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
      store(tsk + task_struct.restart, RESTART_UNINTERRUPTIBLE);
      result = -ERESTARTNOINTR;
    } else {
      store(signal + signal_struct.group_exit_task, 0);
      store(signal + signal_struct.notify_count, 0);
      store(signal + signal_struct.flags, 0);
    }
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  read_unlock(kernel.tasklist_lock);
  return result;
}

/**
 * Gives the task handlers of its own: the one correct way to change p->sighand. Takes tasklist_lock for writing and
 * both siglocks; the old handlers are dropped outside. 0 or -ENOMEM.
 */
function private_sighand(tsk: number): number {
  if (sighand_shared(tsk) === 0) return 0;
  const old = load(tsk + task_struct.sighand);
  const fresh = alloc_sighand();
  if (fresh === 0) return -ENOMEM;
  copy_actions(fresh, old);
  write_lock_irq(kernel.tasklist_lock);
  spin_lock(old + sighand_struct.siglock);
  spin_lock(fresh + sighand_struct.siglock);
  store(tsk + task_struct.sighand, fresh);
  recalc_sigpending(tsk);
  spin_unlock(fresh + sighand_struct.siglock);
  spin_unlock(old + sighand_struct.siglock);
  write_unlock_irq(kernel.tasklist_lock);
  put_sighand(old);
  return 0;
}

/** Handlers point into the old program: all that is not ignored becomes default. Takes siglock. */
function flush_signal_handlers(tsk: number): void {
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  for (let sig = 1; sig <= NSIG; sig++) {
    const action = sigaction_of(sighand, sig);
    if (load(action) !== SIG_IGN) store(action, SIG_DFL);
    store(action + 4, 0);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
}

/** Closes every descriptor that is marked close-on-exec. */
function flush_old_files(tsk: number): void {
  const marked = load(load(tsk + task_struct.files) + files_struct.close_on_exec);
  for (let fd = 0; fd < NR_OPEN; fd++) if (marked & (1 << fd)) sys_close(fd);
}

/** 0, -ENOMEM, -EAGAIN, -EINVAL, or to sleep and again while other threads die. May sleep. */
export function sys_execve(): number {
  const tsk = current();
  const wait = de_thread(tsk);
  if (wait) return wait;
  const mm = new_mm(image_rodata());
  if (mm === 0) return -ENOMEM;
  let err = private_sighand(tsk);
  if (err === 0) err = unshare_files(tsk);
  if (err) {
    mmput(mm);
    return err;
  }
  exec_mmap(mm);
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) & ~PF_FORKNOEXEC);
  store(tsk + task_struct.sigframe_depth, 0);
  flush_signal_handlers(tsk);
  flush_old_files(tsk);
  return 0;
}
