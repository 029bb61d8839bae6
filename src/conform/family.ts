/** The tasks of one case, by the numbers the recording gives them, and what they share. */
import { load } from '../machine/bus.ts';
import {
  CLONE_THREAD,
  EXIT_ZOMBIE,
  IPC_NOWAIT,
  SEM_UNDO,
  SEMCTL,
  SEMGET,
  SEMOP,
  GETVAL,
  SIGCHLD,
} from '../kernel/abi.ts';
import { BUFFER_STAT } from '../kernel/isa.ts';
import { task_struct } from '../kernel/layout.ts';
import { find_task_by_pid } from '../kernel/pid.ts';
import { NR_clone, NR_ipc, NR_setuid } from '../kernel/syscall-numbers.ts';
import type { Conductor } from './conductor.ts';
import type { State } from './recording-types.ts';

/** The semaphore programs use, and the one whose neutral operations give a task its undo list. */
const SEMAPHORE = 0;
const NEUTRAL = 1;

/** A field of the state string and the pointer it compares. */
export const partFields = {
  vm: task_struct.mm,
  fs: task_struct.fs,
  fd: task_struct.files,
  sg: task_struct.sighand,
  sv: task_struct.undo_list,
  ns: task_struct.namespace,
} as const;

/** A task as one character. */
const digit = (task: number): string => task.toString(16);

export class Family {
  readonly conductor: Conductor;
  /** Pids by task number; a task that is gone keeps its place. */
  readonly pids: number[] = [];
  private readonly semid: number;

  /** A fresh machine with task 0, a child of init; `flags` are those init clones it with. */
  constructor(conductor: Conductor, uid: number, flags: number) {
    conductor.reset();
    this.conductor = conductor;
    this.semid = conductor.call(conductor.init, NR_ipc, SEMGET, 0, 2, 0, 0);
    this.adopt(conductor.call(conductor.init, NR_clone, flags | SIGCHLD));
    if (uid !== 0) this.call(0, NR_setuid, uid);
    this.giveUndoList(0);
  }

  call(task: number, nr: number, ...operands: (number | string)[]): number {
    return this.conductor.call(this.address(task), nr, ...operands);
  }

  /** Address of a task that is still there. */
  address(task: number): number {
    return this.conductor.task(this.pids[task] ?? 0);
  }

  /** Gives a new pid the next task number; the number. */
  adopt(pid: number): number {
    if (pid <= 0) throw new Error(`clone by init failed: ${pid}`);
    this.pids.push(pid);
    return this.pids.length - 1;
  }

  /** clone by a task as the recordings did it; the new task's number or the error. */
  clone(task: number, flags: number): number {
    const pid = this.call(task, NR_clone, flags & CLONE_THREAD ? flags : flags | SIGCHLD);
    if (pid < 0) return pid;
    const child = this.adopt(pid);
    this.giveUndoList(child);
    return child;
  }

  /** A neutral +1 and -1 with SEM_UNDO, so that "same undo list" always means shared. */
  giveUndoList(task: number): void {
    this.semop(task, NEUTRAL, 1);
    this.semop(task, NEUTRAL, -1);
  }

  semadd(task: number, n: number): number {
    return this.semop(task, SEMAPHORE, n);
  }

  semget(task: number): number {
    return this.call(task, NR_ipc, SEMCTL, this.semid, SEMAPHORE, GETVAL, 0);
  }

  private semop(task: number, num: number, op: number): number {
    this.conductor.putWords(this.address(task), BUFFER_STAT, [num | ((op & 0xffff) << 16), SEM_UNDO | IPC_NOWAIT]);
    return this.call(task, NR_ipc, SEMOP, this.semid, 1, 0, BUFFER_STAT);
  }

  /** Task number as the recordings print it, by pid: `T2`, or `init`. */
  nameOf(pid: number): string {
    if (pid === 1) return 'init';
    const task = this.pids.lastIndexOf(pid);
    return task < 0 ? `pid ${pid}` : `T${task}`;
  }

  isLive(task: number): boolean {
    const address = find_task_by_pid(this.pids[task] ?? 0);
    return address !== 0 && load(address + task_struct.exit_state) === 0;
  }

  isZombie(task: number): boolean {
    const address = find_task_by_pid(this.pids[task] ?? 0);
    return address !== 0 && load(address + task_struct.exit_state) === EXIT_ZOMBIE;
  }

  shares(a: number, b: number, field: number): boolean {
    return load(this.address(a) + field) === load(this.address(b) + field);
  }

  /** Who lives, who is whose, who shares what: in the recordings' notation. */
  state(): State {
    const all = this.pids.map((_, task) => task);
    const live = all.filter((task) => this.isLive(task));
    const classes = (field: number): string =>
      live.map((task) => digit(live.find((other) => this.shares(task, other, field)) ?? task)).join('');
    const group = (pid: number): string => (pid === 1 ? 'i' : digit(this.pids.lastIndexOf(pid)));
    return {
      live: live.map(digit).join(''),
      z: all
        .filter((task) => this.isZombie(task))
        .map(digit)
        .join(''),
      tg: live.map((task) => group(load(this.address(task) + task_struct.tgid))).join(''),
      pp: live
        .map((task) => group(load(load(this.address(task) + task_struct.real_parent) + task_struct.tgid)))
        .join(''),
      vm: classes(partFields.vm),
      fs: classes(partFields.fs),
      fd: classes(partFields.fd),
      sg: classes(partFields.sg),
      sv: classes(partFields.sv),
      ns: classes(partFields.ns),
    };
  }
}
