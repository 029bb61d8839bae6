/**
 * Why every task sleeps. A program whose calls fail on purpose may wait for what never came about: for a thread that was not
 * made, or a wake-up that failed. That is the program's doing, and is not judged then; a task that waits for nobody is not.
 */
import { TASK_RUNNING } from '../../kernel/abi.ts';
import { kernel, pt_regs, task_struct } from '../../kernel/layout.ts';
import {
  NR_clone,
  NR_futex,
  NR_ipc,
  NR_pause,
  NR_rt_sigsuspend,
  NR_vfork,
  NR_wait4,
  NR_waitid,
  NR_waitpid,
} from '../../kernel/syscall-numbers.ts';
import type { RamView } from '../evidence/view.ts';
import { isMissed } from './missed-signals.ts';
import { isStopped, waitsToGoOn } from './stopped-tasks.ts';

/** Calls that last until another task of the program does something. */
const UNTIL_ANOTHER: readonly number[] = [NR_futex, NR_pause, NR_rt_sigsuspend, NR_ipc];
/** Calls that last until a child dies, or lets go. */
const UNTIL_CHILD: readonly number[] = [NR_waitpid, NR_wait4, NR_waitid, NR_vfork, NR_clone];

/**
 * Whether all that sleep may wait for the program itself: somebody in a call that only another task ends, and everybody else
 * for a child that is alive. Who has stopped waits for another to let it go on, whatever its call. Who is awake and on no
 * queue, or has a signal that would wake it, waits for the kernel; so does who was not told of one of its group, a stop that
 * all have come to, and who has stopped and should go on.
 */
export function waitsForProgram(view: RamView): boolean {
  const word = (task: number, field: number): number => view.word(task + field);
  const alive = view.tasks().filter((task) => word(task, task_struct.exit_state) === 0);
  const isIn = (calls: readonly number[]) => (task: number) =>
    calls.includes(word(task, task_struct.regs + pt_regs.orig_eax));
  const isAsleep = (task: number): boolean =>
    word(task, task_struct.state) !== TASK_RUNNING && word(task, task_struct.sigpending) === 0;
  // Of a child that another traces, too: it comes back.
  const hasChild = (task: number): boolean =>
    alive.some((child) =>
      [task_struct.parent, task_struct.real_parent].some((field) => {
        const parent = word(child, field);
        return parent !== 0 && word(parent, task_struct.signal) === word(task, task_struct.signal) && child !== task;
      }),
    );
  const sleepsForAnother = isIn(UNTIL_ANOTHER);
  const waitsForAnother = (task: number): boolean =>
    isStopped(view, task) ? waitsToGoOn(view, task) : isAsleep(task) && sleepsForAnother(task);
  const waitsForChild = (task: number): boolean =>
    !isStopped(view, task) && isAsleep(task) && isIn(UNTIL_CHILD)(task) && hasChild(task);
  return (
    view.word(kernel.finished) === 0 &&
    !isMissed(view) &&
    alive.some(waitsForAnother) &&
    alive.every((task) => waitsForAnother(task) || waitsForChild(task))
  );
}
