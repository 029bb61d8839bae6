/**
 * execve, modelled as what it does to the shared parts: other threads die, handlers become private and fall back to
 * default, memory is replaced, the descriptor table becomes private and what is marked close-on-exec goes. The program
 * text does not change: the task goes on after the call.
 *
 * Memory and handlers are allocated before anybody is killed; only the table of descriptors is copied after. A call that
 * fails leaves memory and descriptors as they were; it fails last when somebody dumps core of the memory meanwhile.
 */
import { load, store } from '../machine/bus.ts';
import { NR_OPEN } from '../machine/limits.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  ENOMEM,
  ERESTARTNOINTR,
  EXEC_BEGUN,
  NSIG,
  PF_FORKNOEXEC,
  PT_PTRACED,
  SIGCHLD,
  SIGTRAP,
  SIG_DFL,
  SIG_IGN,
} from './abi.ts';
import { current } from './context.ts';
import { de_thread } from './de-thread.ts';
import { sys_close } from './descriptors.ts';
import { files_fdtable } from './fdtable.ts';
import { put_files_struct, restore_files, unshare_files } from './files.ts';
import { fdtable, kernel, sighand_struct, task_struct } from './layout.ts';
import { exec_mmap, image_rodata, mmput, new_mm } from './mm.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { put_sighand } from './sighand.ts';
import { send_sig_info } from './signal.ts';
import { take_exec_sid } from './sidtab.ts';
import { sigaction_of } from './sigset.ts';

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
  const marked = load(files_fdtable(load(tsk + task_struct.files)) + fdtable.close_on_exec);
  for (let fd = 0; fd < NR_OPEN; fd++) if (marked & (1 << fd)) sys_close(fd);
}

/** What exec has made and not put to use goes again. May sleep. */
function free_unused(tsk: number): void {
  const mm = load(tsk + task_struct.exec_mm);
  const sighand = load(tsk + task_struct.exec_sighand);
  store(tsk + task_struct.exec_mm, 0);
  store(tsk + task_struct.exec_sighand, 0);
  store(tsk + task_struct.exec_stage, EXEC_BEGUN);
  if (mm) mmput(mm);
  if (sighand) put_sighand(sighand);
}

/** Leaves the old program: threads, handlers, descriptors and memory that it shares. 0, or what sys_execve answers. */
function flush_old_exec(tsk: number): number {
  let err = de_thread(tsk);
  if (err) return err;
  // Later kernels: whatever it was made to send at its end, another program sends SIGCHLD.
  if (load(kernel.profile) === PROFILE_LINUX_6) store(tsk + task_struct.exit_signal, SIGCHLD);
  const files = load(tsk + task_struct.files);
  err = unshare_files(tsk);
  if (err) return err;
  err = exec_mmap(load(tsk + task_struct.exec_mm));
  if (err) {
    restore_files(tsk, files);
    return err;
  }
  if (files !== load(tsk + task_struct.files)) put_files_struct(files);
  store(tsk + task_struct.exec_mm, 0);
  return 0;
}

/** Stops a traced task before its new program begins. Takes tasklist_lock for reading, siglock. */
function tell_tracer(tsk: number): void {
  read_lock(kernel.tasklist_lock);
  send_sig_info(SIGTRAP, tsk);
  read_unlock(kernel.tasklist_lock);
}

/** 0, -ENOMEM, -EAGAIN, -EINTR from a task that is being killed, or to sleep and again while other threads die. May sleep. */
export function sys_execve(): number {
  const tsk = current();
  if (load(tsk + task_struct.exec_mm) === 0) {
    const mm = new_mm(image_rodata());
    if (mm === 0) return -ENOMEM;
    store(tsk + task_struct.exec_mm, mm);
  }
  const err = flush_old_exec(tsk);
  if (err === -ERESTARTNOINTR) return err;
  free_unused(tsk);
  if (err) return err;
  take_exec_sid(tsk);
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) & ~PF_FORKNOEXEC);
  store(tsk + task_struct.sigframe_depth, 0);
  store(tsk + task_struct.self_exec_id, load(tsk + task_struct.self_exec_id) + 1);
  flush_signal_handlers(tsk);
  flush_old_files(tsk);
  if (load(tsk + task_struct.ptrace) & PT_PTRACED) tell_tracer(tsk);
  return 0;
}
