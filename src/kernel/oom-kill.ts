/**
 * The OOM killer, in the shape of 2.6.14's mm/oom_kill.c: of all tasks the one that has the most memory is killed, and with
 * it all who share that. It runs where root asks for it (/proc/sysrq-trigger, `f`).
 *
 * It looks at the memory of others. Until 2.6.17 under tasklist_lock only, which keeps no task from letting go of its memory, so
 * that the last one frees it meanwhile (B18); the memory of who is killed is pinned while the others are looked for. linux-6
 * looks under task_lock, and kills groups and not threads.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { CAP_SYS_ADMIN, PF_DEAD, PF_EXITING, PF_SWAPOFF, SIGKILL } from './abi.ts';
import { task_lock, task_unlock } from './context.ts';
import { kernel, mm_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { get_task_mm, mmput } from './mm.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { force_sigkill, group_send_sig_info } from './signal.ts';

/** What select_bad_process of 2.6 answers while somebody lets go of his memory: nobody else has to die then. */
const SOMEBODY_DIES = -1;

/** How much memory a task has. */
function memory_of(p: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    const mm = load(p + task_struct.mm);
    return mm ? load(mm + mm_struct.total_vm) : 0;
  }
  task_lock(p);
  const mm = load(p + task_struct.mm);
  const points = mm ? load(mm + mm_struct.total_vm) : 0;
  task_unlock(p);
  return points;
}

/** What is gained by killing a task, 0 for nothing: its memory, before linux-6 that of its children too; root's is a quarter. */
function badness(p: number): number {
  let points = memory_of(p);
  if (points === 0 || load(kernel.profile) === PROFILE_LINUX_6) return points;
  const head = p + task_struct.children;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const child = at - task_struct.sibling;
    if (load(child + task_struct.mm) !== load(p + task_struct.mm)) points = points + memory_of(child);
  }
  const root = load(p + task_struct.uid) === 0 || load(p + task_struct.euid) === 0;
  return root || load(p + task_struct.cap_effective) & CAP_SYS_ADMIN ? points >>> 2 : points;
}

/**
 * The task to kill, 0 for none, SOMEBODY_DIES. Who is in swapoff is the first, for what it asks for; in 2.6 behind whoever dies
 * before it in the list. linux-6 waits for nobody who dies when it is root that asks. tasklist_lock held.
 */
function select_bad_process(): number {
  const waits = load(kernel.profile) !== PROFILE_LINUX_6;
  let chosen = 0;
  let most = 0;
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const p = at - task_struct.tasks;
    if (load(p + task_struct.pid) <= 1) continue;
    const flags = load(p + task_struct.flags);
    const releasing = load(p + task_struct.memdie) || flags & PF_EXITING;
    if (waits && releasing && (flags & PF_DEAD) === 0) return SOMEBODY_DIES;
    if (flags & PF_SWAPOFF) return p;
    const points = badness(p);
    if (points <= most) continue;
    chosen = p;
    most = points;
  }
  return chosen;
}

/** Kills a task that still has a memory; in linux-6 its group. tasklist_lock held. Takes task_lock, siglock. */
function __oom_kill_task(p: number): void {
  task_lock(p);
  const mm = load(p + task_struct.mm);
  task_unlock(p);
  if (mm === 0) return;
  store(p + task_struct.memdie, 1);
  if (load(kernel.profile) === PROFILE_LINUX_6) group_send_sig_info(SIGKILL, p, 0);
  else force_sigkill(p);
}

/** Kills whoever else has that memory, but for init. tasklist_lock held. */
function kill_sharers(mm: number, victim: number): void {
  const tgid = load(victim + task_struct.tgid);
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const q = at - task_struct.tasks;
    if (load(q + task_struct.mm) !== mm || load(q + task_struct.tgid) === tgid) continue;
    if (load(q + task_struct.pid) > 1) __oom_kill_task(q);
  }
}

/** Kills a task and all who share its memory, which is pinned meanwhile; that, or 0 for one that has none. tasklist_lock held. */
function oom_kill_task(p: number): number {
  const mm = get_task_mm(p);
  if (mm === 0) return 0;
  __oom_kill_task(p);
  kill_sharers(mm, p);
  return mm;
}

/** The same; before linux-6 a child with a memory of its own dies instead, if there is one. tasklist_lock held. */
function oom_kill_process(p: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6) return oom_kill_task(p);
  const head = p + task_struct.children;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const child = at - task_struct.sibling;
    if (load(child + task_struct.mm) === load(p + task_struct.mm)) continue;
    const mm = oom_kill_task(child);
    if (mm) return mm;
  }
  return oom_kill_task(p);
}

/** Kills somebody, in 2.6 unless somebody dies already. Takes tasklist_lock for reading, task_locks, siglocks; may sleep. */
export function out_of_memory(): void {
  let mm = 0;
  read_lock(kernel.tasklist_lock);
  while (mm === 0) {
    const p = select_bad_process();
    if (p === 0 || p === SOMEBODY_DIES) break;
    mm = oom_kill_process(p);
  }
  read_unlock(kernel.tasklist_lock);
  if (mm) mmput(mm);
}
