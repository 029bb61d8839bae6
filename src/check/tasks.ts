/** Task lists, families, thread groups, zombies (C4, C7), pid hashes and bitmap (C6), run queues. */
import { PID_MAX } from '../machine/limits.ts';
import { machine } from '../machine/map.ts';
import { EXIT_ZOMBIE, PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID, TASK_RUNNING } from '../kernel/abi.ts';
import { cpu_data, cpuDataAddress, kernel, rq, task_struct } from '../kernel/layout.ts';
import type { Census } from './census.ts';
import { type Finding, finding } from './finding.ts';

const wrong = (what: string, where: string, object: number, ...details: string[]): Finding =>
  finding('assert', what, where, object, ...details);

/** Every task is among the children of its parent, and every child's parent is the one whose list it is on. */
export function checkFamilies(census: Census): Finding[] {
  const { view } = census;
  const known = new Set(census.tasks);
  const found: Finding[] = [];
  let children = 0;
  for (const task of census.tasks) {
    for (const entry of view.list(task + task_struct.children)) {
      const child = entry - task_struct.sibling;
      children++;
      if (!known.has(child)) found.push(wrong('child that is not in the task list', 'release_task', child));
      else if (view.word(child + task_struct.parent) !== task) {
        found.push(wrong('child of two parents', 'forget_original_parent', child));
      }
    }
  }
  if (children !== census.tasks.length - 1) {
    found.push(
      wrong("task that is nobody's child", 'copy_process', 0, `${census.tasks.length} tasks, ${children} children`),
    );
  }
  return found;
}

/** Zombies have somebody to wait for them; one that reaps itself never stays; they have let go of their contexts. */
export function checkZombies(census: Census): Finding[] {
  const { view } = census;
  return census.tasks
    .filter((task) => view.word(task + task_struct.exit_state) === EXIT_ZOMBIE)
    .flatMap((task) => {
      const word = (field: number): number => view.word(task + field);
      const pid = `pid ${word(task_struct.pid)}`;
      const found: Finding[] = [];
      if (word(task_struct.exit_signal) === -1)
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
export function checkSharingRules(census: Census): Finding[] {
  const { view } = census;
  const found: Finding[] = [];
  const handlersOf = new Map<number, number>();
  const memoryOf = new Map<number, number>();
  for (const task of census.tasks) {
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

/** A number is taken exactly when some hash has it. */
export function checkPids(census: Census): Finding[] {
  const { view } = census;
  const used = new Set<number>([0]);
  for (const task of census.tasks) {
    for (const type of [PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID]) {
      used.add(view.pidNumber(task, type));
    }
  }
  const found: Finding[] = [];
  for (let pid = 1; pid < PID_MAX; pid++) {
    const taken = (view.word(kernel.pidmap + 4 * (pid >>> 5)) >>> (pid & 31)) & 1;
    if (taken === 1 && !used.has(pid)) found.push(wrong('pid taken that no task has', 'free_pidmap', 0, `pid ${pid}`));
    if (taken === 0 && used.has(pid)) found.push(wrong('pid free that a task has', 'alloc_pidmap', 0, `pid ${pid}`));
  }
  return found;
}

/** Thread counts, and every runnable task in exactly one run queue or on one CPU. */
export function checkRunQueues(census: Census, running: ReadonlySet<number>): Finding[] {
  const { view } = census;
  const found: Finding[] = [];
  const threads = view.word(kernel.nr_threads);
  if (threads !== census.tasks.length) {
    found.push(
      wrong('nr_threads differs from the task list', 'copy_process', 0, `${threads}, ${census.tasks.length} tasks`),
    );
  }
  const queued = new Map<number, number>();
  for (let cpu = 0; cpu < view.word(machine.ncpus); cpu++) {
    const q = cpuDataAddress(cpu) + cpu_data.rq;
    const entries = view.list(q + rq.queue).map((entry) => entry - task_struct.run_list);
    if (entries.length !== view.word(q + rq.nr_running))
      found.push(wrong('nr_running differs from the queue', 'schedule', q));
    for (const task of entries) queued.set(task, (queued.get(task) ?? 0) + 1);
  }
  for (const task of census.tasks) {
    const places = (queued.get(task) ?? 0) + (running.has(task) ? 1 : 0);
    const runnable = view.word(task + task_struct.on_rq) === 1;
    if (places !== (runnable ? 1 : 0)) {
      found.push(
        wrong('task in no run queue or in two', 'schedule', task, `${places} places, on_rq ${runnable ? 1 : 0}`),
      );
    }
    if (
      !runnable &&
      view.word(task + task_struct.state) === TASK_RUNNING &&
      view.word(task + task_struct.exit_state) === 0
    ) {
      found.push(wrong('runnable task that no CPU will run', 'try_to_wake_up', task));
    }
  }
  return found;
}
