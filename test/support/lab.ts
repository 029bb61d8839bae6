/** A machine of one CPU for tests: any task makes any call, at any moment everything can be checked. */
import { checkInvariants } from '../../dist/src/check/still/invariants.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { Conductor } from '../../dist/src/conform/conductor.js';
import { CLONE_THREAD, SIGCHLD } from '../../dist/src/kernel/abi.js';
import { current } from '../../dist/src/kernel/context.js';
import { context_switch } from '../../dist/src/kernel/cpu-loop.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { find_task_by_pid } from '../../dist/src/kernel/pid.js';
import { dispatch } from '../../dist/src/kernel/sched.js';
import { do_signal } from '../../dist/src/kernel/signal-delivery.js';
import { NR_clone, NR_exit, NR_unshare, NR_unshare_desai, NR_wait4 } from '../../dist/src/kernel/syscall-numbers.js';
import { attach } from '../../dist/src/machine/bus.js';
import { onWarning } from '../../dist/src/machine/warning.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';

export class Lab extends Conductor {
  readonly profile: ProfileName;
  readonly view: RamView;
  /** What the machine warned of since the last reset. */
  readonly warnings: string[] = [];

  constructor(profile: ProfileName = 'linux-2.6.16') {
    super(profile);
    this.profile = profile;
    this.view = new RamView(this.memory);
    this.reset();
  }

  /** Back to the state after boot; a thread has one bus, so this is also what makes this machine the one in use. */
  override reset(): void {
    attach(this.memory, 0);
    super.reset();
    this.warnings.length = 0;
    onWarning((kind, what) => this.warnings.push(`${kind}: ${what}`));
  }

  word(address: number): number {
    return this.view.word(address);
  }

  /** Changes a word behind the kernel's back. */
  poke(address: number, value: number): void {
    this.view.words[address >> 2] = value;
  }

  pid(task: number): number {
    return this.word(task + task_struct.pid);
  }

  /** A new task, by default a child of init; its address. */
  clone(flags = 0, parent = this.init): number {
    const pid = this.call(parent, NR_clone, flags & CLONE_THREAD ? flags : flags | SIGCHLD);
    if (pid <= 0) throw new Error(`clone failed: ${pid}`);
    return this.task(pid);
  }

  unshare(task: number, flags: number): number {
    return this.call(task, this.profile === 'desai-2005' ? NR_unshare_desai : NR_unshare, flags);
  }

  exit(task: number, code = 0): void {
    this.call(task, NR_exit, code);
  }

  wait(task: number, pid = -1, options = 0): number {
    return this.call(task, NR_wait4, pid, 0, options);
  }

  exists(pid: number): boolean {
    return find_task_by_pid(pid) !== 0;
  }

  /** Lets a task take its signals, as on its way back to user mode. True when it goes on after them. */
  takeSignals(task: number): boolean {
    dispatch(task);
    if (do_signal() === 1) return true;
    context_switch();
    return false;
  }

  /** Titles of everything that is wrong with the machine. */
  wrong(): string[] {
    return checkInvariants(this.view, new Set([current()])).map((finding) => finding.title);
  }
}
