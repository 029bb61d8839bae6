/** Task lists, families, thread groups, zombies (C4, C7), pid hashes and bitmap (C6), run queues. */
import { lowestBit } from '../../base/bits.ts';
import { PID_MAX } from '../../machine/limits.ts';
import { machine } from '../../machine/map.ts';
import { EXIT_ZOMBIE, PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID, TASK_RUNNING } from '../../kernel/abi.ts';
import { cpu_data, cpuDataAddress, kernel, rq, task_struct } from '../../kernel/layout.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import type { TaskTable } from './task-table.ts';
import type { RamView } from '../evidence/view.ts';

const wrong = (what: string, where: string, object: number, ...details: string[]): Finding =>
  finding('assert', what, where, object, ...details);

/** Every task is among the children of its parent, and every child's parent is the one whose list it is on. */
export function checkFamilies({ view, tasks }: TaskTable): Finding[] {
  const known = new Set(tasks);
  const found: Finding[] = [];
  let children = 0;
  for (const task of tasks) {
    for (const entry of view.list(task + task_struct.children)) {
      const child = entry - task_struct.sibling;
      children++;
      if (!known.has(child)) found.push(wrong('child that is not in the task list', 'release_task', child));
      else if (view.word(child + task_struct.parent) !== task) {
        found.push(wrong('child of two parents', 'forget_original_parent', child));
      }
    }
  }
  if (children !== tasks.length - 1) {
    found.push(wrong("task that is nobody's child", 'copy_process', 0, `${tasks.length} tasks, ${children} children`));
  }
  return found;
}

/**
 * A task whose parent is not its real one is traced, and on the list of its real parent, which is of no others. That a mark
 * is there without the link says nothing: attach sets it first.
 */
export function checkTracers({ view, tasks }: TaskTable): Finding[] {
  const found: Finding[] = [];
  const listed = new Set<number>();
  const isTraced = (task: number): boolean =>
    view.word(task + task_struct.parent) !== view.word(task + task_struct.real_parent);
  for (const task of tasks) {
    for (const entry of view.list(task + task_struct.ptrace_children)) {
      const child = entry - task_struct.ptrace_list;
      listed.add(child);
      if (view.word(child + task_struct.real_parent) !== task || !isTraced(child)) {
        found.push(wrong('traced child of two real parents', '__ptrace_link', child));
      }
    }
  }
  for (const task of tasks.filter(isTraced)) {
    if (view.word(task + task_struct.ptrace) === 0)
      found.push(wrong('tracer of a task that is not traced', '__ptrace_unlink', task));
    if (!listed.has(task)) found.push(wrong('traced task that its real parent has lost', '__ptrace_link', task));
  }
  return found;
}

/** Zombies have somebody to wait for them; one that reaps itself stays for its tracer only; they have let go of their contexts. */
export function checkZombies({ view, tasks }: TaskTable): Finding[] {
  return tasks
    .filter((task) => view.word(task + task_struct.exit_state) === EXIT_ZOMBIE)
    .flatMap((task) => {
      const word = (field: number): number => view.word(task + field);
      const pid = `pid ${word(task_struct.pid)}`;
      const found: Finding[] = [];
      const tracerWaits =
        word(task_struct.ptrace) !== 0 || word(task_struct.ptrace_list) !== task + task_struct.ptrace_list;
      if (word(task_struct.exit_signal) === -1 && !tracerWaits)
        found.push(wrong('self-reaping task stays a zombie', 'exit_notify', task, pid));
      if (view.word(word(task_struct.parent) + task_struct.exit_state) !== 0) {
        found.push(wrong('zombie whose parent is dead', 'forget_original_parent', task, pid));
      }
      const kept = (['mm', 'fs', 'files', 'namespace', 'undo_list'] as const).filter(
        (part) => word(task_struct[part]) !== 0,
      );
      if (kept.length > 0) found.push(wrong(`zombie that still has ${kept.join(', ')}`, 'do_exit', task, pid));
      return found;
    });
}

/** Equal signal_struct means equal handlers; equal handlers mean equal memory, unless the profile breaks that on purpose. */
export function checkSharingRules({ view, tasks }: TaskTable): Finding[] {
  const found: Finding[] = [];
  const handlersOf = new Map<number, number>();
  const memoryOf = new Map<number, number>();
  for (const task of tasks) {
    const word = (field: number): number => view.word(task + field);
    const [signal, sighand, mm] = [word(task_struct.signal), word(task_struct.sighand), word(task_struct.mm)];
    if ((handlersOf.get(signal) ?? sighand) !== sighand) {
      found.push(wrong('thread group under two sets of handlers', 'sys_unshare', task));
    }
    handlersOf.set(signal, sighand);
    if (mm === 0) continue;
    if ((memoryOf.get(sighand) ?? mm) !== mm)
      found.push(wrong('handlers shared over two memories', 'sys_unshare', task));
    memoryOf.set(sighand, mm);
  }
  return found;
}

/** Process, group and session numbers that tasks have; 0 is always taken. */
function numbersInUse({ view, tasks }: TaskTable): Set<number> {
  const used = new Set<number>([0]);
  for (const task of tasks) {
    for (const type of [PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID]) used.add(view.pidNumber(task, type));
  }
  return used;
}

const isTaken = (view: RamView, pid: number): boolean =>
  ((view.word(kernel.pidmap + 4 * (pid >>> 5)) >>> (pid & 31)) & 1) === 1;

/** A number that a task has is taken. */
export function checkPidsInUse(table: TaskTable): Finding[] {
  return [...numbersInUse(table)]
    .filter((pid) => pid > 0 && pid < PID_MAX && !isTaken(table.view, pid))
    .map((pid) => wrong('pid free that a task has', 'alloc_pidmap', 0, `pid ${pid}`));
}

/** A number that is taken is one that a task has: clone takes it before there is a task. */
export function checkPidsTaken(table: TaskTable): Finding[] {
  const { view } = table;
  const used = numbersInUse(table);
  const found: Finding[] = [];
  // A word of the map at a time, and of it the bits that are set: nearly all are clear.
  for (let i = 0; i < PID_MAX / 32; i++) {
    for (let rest = view.word(kernel.pidmap + 4 * i); rest !== 0; rest &= rest - 1) {
      const pid = 32 * i + lowestBit(rest);
      if (used.has(pid)) continue;
      found.push(wrong('pid taken that no task has', 'free_pidmap', 0, `pid ${pid}`));
    }
  }
  return found;
}

export function checkTaskCount({ view, tasks }: TaskTable): Finding[] {
  const threads = view.word(kernel.nr_threads);
  if (threads === tasks.length) return [];
  const counts = `${threads}, ${tasks.length} tasks`;
  return [wrong('nr_threads differs from the task list', 'copy_process', 0, counts)];
}

/** Tasks in a run queue. */
const queued = (view: RamView, q: number): number[] => view.list(q + rq.queue).map((at) => at - task_struct.run_list);

/** The length of the run queue at `q`. */
export function checkQueueLength(view: RamView, q: number): Finding[] {
  if (queued(view, q).length === view.word(q + rq.nr_running)) return [];
  return [wrong('nr_running differs from the queue', 'schedule', q)];
}

export function runQueues(view: RamView): number[] {
  return Array.from({ length: view.word(machine.ncpus) }, (_, cpu) => cpuDataAddress(cpu) + cpu_data.rq);
}

/** Every runnable task is in exactly one run queue or on one CPU; `running` are those on CPUs. */
export function checkRunnable({ view, tasks }: TaskTable, running: ReadonlySet<number>): Finding[] {
  const found: Finding[] = [];
  const places = new Map<number, number>();
  const count = (task: number): Map<number, number> => places.set(task, (places.get(task) ?? 0) + 1);
  for (const q of runQueues(view)) queued(view, q).forEach(count);
  running.forEach(count);
  for (const task of tasks) {
    const runnable = view.word(task + task_struct.on_rq) === 1;
    const at = places.get(task) ?? 0;
    if (at !== (runnable ? 1 : 0)) {
      found.push(wrong('task in no run queue or in two', 'schedule', task, `${at} places, on_rq ${runnable ? 1 : 0}`));
    }
    const dead = view.word(task + task_struct.exit_state) !== 0;
    if (!runnable && !dead && view.word(task + task_struct.state) === TASK_RUNNING) {
      found.push(wrong('runnable task that no CPU will run', 'try_to_wake_up', task));
    }
  }
  return found;
}
