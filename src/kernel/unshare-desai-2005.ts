/**
 * unshare(2) as proposed in August 2005, faults included (docs/profiles.md lists them with their evidence).
 *
 * One task_lock is held over everything, allocation and copying too. Each step that finds its object shared copies
 * it and takes one off the old object's count, plainly: not a put. A later failure undoes the earlier steps, keyed on
 * the flag and not on whether there was a copy: it drops what the task has now and puts the saved pointer back. The
 * page table in use is never switched.
 */
import { atomic_dec, atomic_inc, atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { CLONE_NEWNS, CLONE_SIGHAND, CLONE_VM, EINVAL, ENOMEM } from './abi.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { mm_struct, namespace, sighand_struct, task_struct } from './layout.ts';
import { dup_mm, mmput } from './mm.ts';
import { copy_namespace } from './namespace.ts';
import { copy_sighand, exit_sighand } from './sighand.ts';

/** 0 or -ENOMEM; task_lock held, and sleeps all the same. */
function unshare_mm(tsk: number): number {
  const old = load(tsk + task_struct.mm);
  if (atomic_read(old + mm_struct.mm_users) <= 1) return 0;
  const mm = dup_mm(old);
  if (mm === 0) return -ENOMEM;
  store(tsk + task_struct.mm, mm);
  store(tsk + task_struct.active_mm, mm);
  atomic_dec(old + mm_struct.mm_users);
  return 0;
}

/** 0 or -ENOMEM; then tsk->sighand is already lost. task_lock held. */
function unshare_sighand(tsk: number): number {
  const old = load(tsk + task_struct.sighand);
  if (atomic_read(old + sighand_struct.count) <= 1) return 0;
  const err = copy_sighand(0, tsk);
  if (err === 0) atomic_dec(old + sighand_struct.count);
  return err;
}

/** 0, -EPERM or -ENOMEM; task_lock held. */
function unshare_namespace_desai(tsk: number): number {
  const old = load(tsk + task_struct.namespace);
  if (atomic_read(old + namespace.count) <= 1) return 0;
  const err = copy_namespace(CLONE_NEWNS, tsk);
  if (err === 0) atomic_dec(old + namespace.count);
  return err;
}

/** The system call. 0, -EINVAL, -EPERM, -ENOMEM. Takes task_lock. */
export function sys_unshare_desai_2005(flags: number): number {
  if (flags & ~(CLONE_NEWNS | CLONE_VM | CLONE_SIGHAND)) return -EINVAL;
  if (flags & CLONE_SIGHAND && (flags & CLONE_VM) === 0) return -EINVAL;
  const tsk = current();
  task_lock(tsk);
  const mm = load(tsk + task_struct.mm);
  const sighand = load(tsk + task_struct.sighand);
  let err = 0;
  if (flags & CLONE_VM) err = unshare_mm(tsk);
  if (err) {
    task_unlock(tsk);
    return err;
  }
  if (flags & CLONE_SIGHAND) err = unshare_sighand(tsk);
  if (err === 0 && flags & CLONE_NEWNS) {
    err = unshare_namespace_desai(tsk);
    if (err && flags & CLONE_SIGHAND) {
      exit_sighand(tsk);
      store(tsk + task_struct.sighand, sighand);
      atomic_inc(sighand + sighand_struct.count);
    }
  }
  if (err && flags & CLONE_VM) {
    mmput(load(tsk + task_struct.mm));
    store(tsk + task_struct.mm, mm);
    store(tsk + task_struct.active_mm, mm);
    atomic_inc(mm + mm_struct.mm_users);
  }
  task_unlock(tsk);
  return err;
}
