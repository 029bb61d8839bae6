/**
 * The calls of one execution as operations of the specification. Calls that have nothing to do with births and deaths are
 * left out; one whose meaning the specification does not know (signals, threads, exec) makes the whole history one that
 * nobody judges.
 */
import {
  CLONE_THREAD,
  CLONE_VFORK,
  EFAULT,
  ERESTARTNOHAND,
  ERESTARTNOINTR,
  ERESTARTSYS,
  SIGCHLD,
  WCONTINUED,
  WUNTRACED,
} from '../../../kernel/abi.ts';
import { kernel, pt_regs, task_struct } from '../../../kernel/layout.ts';
import { PROFILE_LINUX_6 } from '../../../kernel/profiles.ts';
import {
  NR_clone,
  NR_execve,
  NR_exit,
  NR_exit_group,
  NR_fork,
  NR_getppid,
  NR_kill,
  NR_pause,
  NR_ptrace,
  NR_rt_sigaction,
  NR_rt_sigqueueinfo,
  NR_rt_sigsuspend,
  NR_sigaction,
  NR_tgkill,
  NR_tkill,
  NR_vfork,
  NR_wait4,
  NR_waitid,
  NR_waitpid,
} from '../../../kernel/syscall-numbers.ts';
import type { RamView } from '../../evidence/view.ts';
import type { Operation } from './family.ts';

const UNKNOWN: ReadonlySet<number> = new Set([
  NR_execve,
  NR_exit_group,
  NR_pause,
  NR_ptrace,
  NR_rt_sigsuspend,
  NR_vfork,
  NR_waitid,
]);
const FAMILY: ReadonlySet<number> = new Set([NR_clone, NR_fork, NR_exit, NR_waitpid, NR_wait4, NR_getppid]);
/** A wait that sleeps: it goes on when the task runs again. */
const RESTARTS: ReadonlySet<number> = new Set([-ERESTARTSYS, -ERESTARTNOINTR, -ERESTARTNOHAND]);

interface Open {
  readonly begin: number;
  readonly operands: readonly [number, number, number];
}

export class History {
  readonly operations: Operation[] = [];
  /** False when the history holds something that the specification does not know. */
  known = true;
  /** Calls under way, by pid. */
  readonly #open = new Map<number, Open>();
  #moment = 0;

  clear(): void {
    this.operations.length = 0;
    this.known = true;
    this.#open.clear();
    this.#moment = 0;
  }

  /** What is known so far, to go back to. */
  keep(): () => void {
    const [operations, known, open, moment] = [[...this.operations], this.known, [...this.#open], this.#moment];
    return () => {
      this.clear();
      this.operations.push(...operations);
      this.known = known;
      for (const [pid, one] of open) this.#open.set(pid, one);
      this.#moment = moment;
    };
  }

  enter(view: RamView, task: number, nr: number): void {
    const regs = task + task_struct.regs;
    const operands = [
      view.word(regs + pt_regs.ebx),
      view.word(regs + pt_regs.ecx),
      view.word(regs + pt_regs.edx),
    ] as const;
    if (!isKnown(nr, operands)) this.known = false;
    if (!FAMILY.has(nr)) return;
    const pid = view.word(task + task_struct.pid);
    if (!this.#open.has(pid)) this.#open.set(pid, { begin: ++this.#moment, operands });
  }

  leave(view: RamView, task: number, nr: number, result: number): void {
    if (!FAMILY.has(nr) || RESTARTS.has(result)) return;
    const pid = view.word(task + task_struct.pid);
    const open = this.#open.get(pid);
    this.#open.delete(pid);
    if (open === undefined) return;
    this.#moment++;
    const faultReaps = view.word(kernel.profile) === PROFILE_LINUX_6;
    this.operations.push(operation(nr, open, { pid, end: this.#moment, result }, faultReaps));
  }

  /** In the order they began; undefined when there is nothing to judge. */
  complete(): readonly Operation[] | undefined {
    // A task that was born and died without exit(), of a signal or a fault, is none of the specification's.
    const alive = new Set(this.operations.filter((one) => one.call === 'clone').map((one) => one.result));
    for (const { call, pid } of this.operations) if (call === 'exit') alive.delete(pid);
    const ofOthers = this.operations.some(
      (one) =>
        one.call === 'wait' && (alive.has(one.result) || (one.result === -EFAULT && one.faultReaps && alive.size > 0)),
    );
    if (!this.known || this.#open.size > 0 || ofOthers) return undefined;
    return this.operations.toSorted((a, b) => a.begin - b.begin);
  }
}

function isKnown(nr: number, [first, second, third]: readonly [number, number, number]): boolean {
  if (UNKNOWN.has(nr)) return false;
  if (nr === NR_clone) return (first & (CLONE_THREAD | CLONE_VFORK)) === 0 && (first & 0xff) === SIGCHLD;
  if (nr === NR_kill || nr === NR_tkill || nr === NR_rt_sigqueueinfo) return second === 0;
  if (nr === NR_tgkill) return third === 0;
  if (nr === NR_sigaction || nr === NR_rt_sigaction) return first !== SIGCHLD;
  if (nr !== NR_waitpid && nr !== NR_wait4) return true;
  return (first === -1 || first > 0) && (third & (WUNTRACED | WCONTINUED)) === 0;
}

function operation(
  nr: number,
  { begin, operands }: Open,
  { pid, end, result }: Pick<Operation, 'pid' | 'end' | 'result'>,
  faultReaps: boolean,
): Operation {
  const [first, , third] = operands;
  switch (nr) {
    case NR_clone:
      return { pid, begin, end, result, call: 'clone', flags: first };
    case NR_fork:
      return { pid, begin, end, result, call: 'clone', flags: SIGCHLD };
    case NR_exit:
      return { pid, begin, end, result, call: 'exit' };
    case NR_getppid:
      return { pid, begin, end, result, call: 'getppid' };
    default:
      return { pid, begin, end, result, call: 'wait', wanted: first, options: third, faultReaps };
  }
}
