/**
 * A core dump, of which only what it does to others is here: whoever could change the memory is killed and waited for, then
 * the dump would be written, and then all go on dying. No file comes of it, as under a limit of 0 (RLIMIT_CORE).
 *
 * 2.6 kills all who use the memory, whatever group they are in, and counts them under mmap_sem; each comes down in exit_mm.
 * Whoever leaves the memory in another way and does not look at core_waiters is waited for in vain (B08). linux-6 kills and
 * counts the threads of the dumper's group under siglock.
 *
 * Departure: the dumper of 2.6 does not yield before it kills, which it does to let others go first.
 */
import { atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { EAGAIN, PF_POSTCOREDUMP, RESTART_DUMPING, SIGKILL, SIGNAL_GROUP_EXIT } from './abi.ts';
import { complete_all, init_completion, wait_for_completion } from './completion.ts';
import { core_state, kernel, mm_struct, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { next_thread } from './pid.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { force_sigkill } from './signal.ts';
import { sigaddset, signal_wake_up } from './sigset.ts';
import { complete_vfork } from './vfork.ts';

/** Where the dump of this task is kept. */
function core_of(tsk: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6) return load(tsk + task_struct.signal) + signal_struct.core_state;
  return load(tsk + task_struct.mm) + mm_struct.core_state;
}

function init_core_state(core: number): void {
  init_completion(core + core_state.core_startup_done);
  init_completion(core + core_state.core_done);
}

/**
 * 2.6: the group of the current task is ending. 0, or -EAGAIN when it was before: then who ends it waits for this task, too;
 * until 2.6.15 nobody asked, and a stop that was under way was left as it was. Takes siglock.
 */
function begin_group_exit(tsk: number, sig: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  const asks = load(kernel.profile) !== PROFILE_DESAI_2005;
  spin_lock_irq(sighand + sighand_struct.siglock);
  const err = asks && load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT ? -EAGAIN : 0;
  if (err === 0) {
    store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
    store(signal + signal_struct.group_exit_code, sig);
    if (asks) store(signal + signal_struct.group_stop_count, 0);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  return err;
}

/**
 * 2.6: kills all others who use the memory; how many. Who waits for the dumper to leave it is let go first. mmap_sem held for
 * writing, so that nobody leaves meanwhile by exit or exec; takes tasklist_lock, and no task_lock.
 */
function zap_threads(tsk: number, mm: number): number {
  let killed = 0;
  complete_vfork(tsk);
  read_lock(kernel.tasklist_lock);
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const t = at - task_struct.tasks;
    if (t === tsk || load(t + task_struct.mm) !== mm) continue;
    force_sigkill(t);
    killed = killed + 1;
  }
  read_unlock(kernel.tasklist_lock);
  return killed;
}

/** 2.6: begins the dump. How many are to come, or -EAGAIN when there is to be none. Takes mmap_sem for writing. */
function begin_dump_2_6(tsk: number, sig: number): number {
  const mm = load(tsk + task_struct.mm);
  const core = mm + mm_struct.core_state;
  let result = -EAGAIN;
  down_write(mm + mm_struct.mmap_sem);
  if (load(mm + mm_struct.dumpable)) {
    store(mm + mm_struct.dumpable, 0);
    result = begin_group_exit(tsk, sig);
  }
  if (result === 0) {
    init_core_state(core);
    result = zap_threads(tsk, mm);
    atomic_set(core + core_state.core_waiters, result);
  }
  up_write(mm + mm_struct.mmap_sem);
  return result;
}

/** Kills the threads of the group that do not exit yet; how many. siglock and tasklist_lock held. */
function zap_process(tsk: number, signal: number, sig: number): number {
  let killed = 0;
  store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
  store(signal + signal_struct.group_exit_code, sig);
  store(signal + signal_struct.group_stop_count, 0);
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    if (load(t + task_struct.flags) & PF_POSTCOREDUMP) continue;
    sigaddset(t + task_struct.pending, SIGKILL);
    signal_wake_up(t, 1);
    killed = killed + 1;
  }
  return killed;
}

/**
 * linux-6: the same; none in a group that is ending, or in which a thread execs. Takes siglock, and tasklist_lock because the
 * ring of threads is guarded by that here.
 */
function begin_dump_linux_6(tsk: number, sig: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  if (load(load(tsk + task_struct.mm) + mm_struct.dumpable) === 0) return -EAGAIN;
  const core = signal + signal_struct.core_state;
  let result = -EAGAIN;
  read_lock(kernel.tasklist_lock);
  spin_lock_irq(sighand + sighand_struct.siglock);
  if ((load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) === 0) {
    init_core_state(core);
    store(signal + signal_struct.dumping, 1);
    result = zap_process(tsk, signal, sig);
    atomic_set(core + core_state.core_waiters, result);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  read_unlock(kernel.tasklist_lock);
  return result;
}

/** The dump is over: all who came to it go on. linux-6 takes siglock. */
function end_dump(tsk: number, core: number): void {
  const signal = load(tsk + task_struct.signal);
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    const sighand = load(tsk + task_struct.sighand);
    spin_lock_irq(sighand + sighand_struct.siglock);
    store(signal + signal_struct.dumping, 0);
    spin_unlock_irq(sighand + sighand_struct.siglock);
  }
  complete_all(core + core_state.core_done);
}

/**
 * The current task dies of a signal that dumps core. 1 when that is over, or is not to be; 0: the task is asleep until the
 * others have come, and go_on_dumping does the rest.
 */
export function do_coredump(tsk: number, sig: number): number {
  const six = load(kernel.profile) === PROFILE_LINUX_6;
  const waiters = six ? begin_dump_linux_6(tsk, sig) : begin_dump_2_6(tsk, sig);
  if (waiters < 0) return 1;
  store(tsk + task_struct.dying_code, sig);
  if (waiters > 0) return go_on_dumping(tsk);
  end_dump(tsk, core_of(tsk));
  return 1;
}

/** The same from where it sleeps. */
export function go_on_dumping(tsk: number): number {
  const core = core_of(tsk);
  if (wait_for_completion(core + core_state.core_startup_done, tsk, RESTART_DUMPING) === 0) return 0;
  BUG_ON(atomic_read(core + core_state.core_waiters), tsk);
  end_dump(tsk, core);
  return 1;
}
