/**
 * What calls promise about the caller at the moment they return: a failure changed nothing of what it has, shares and
 * finds by its descriptors; and of unshare, the copy is its own, and whoever it shared memory with gets what leaving it owes.
 *
 * Two changes are the kernel's own and no promise: the first semaphore operation with SEM_UNDO, or clone with SYSVSEM,
 * makes the undo list that it may not come to use; and an exec that fails once the other threads are gone leaves handlers
 * that are nobody else's.
 */
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_SIGHAND,
  CLONE_SYSVSEM,
  CLONE_VM,
  PF_EXITING,
} from '../../../kernel/abi.ts';
import { task_struct } from '../../../kernel/layout.ts';
import { NR_clone, NR_execve, NR_ipc, syscallNames } from '../../../kernel/syscall-numbers.ts';
import type { RamView } from '../../evidence/view.ts';
import { type Contexts, differences, type Part, partOf, readContexts } from './contexts.ts';

const PART_OF: ReadonlyArray<readonly [flag: number, part: Part]> = [
  [CLONE_VM, 'vm'],
  [CLONE_FS, 'fs'],
  [CLONE_FILES, 'files'],
  [CLONE_SIGHAND, 'sighand'],
  [CLONE_NEWNS, 'namespace'],
  [CLONE_SYSVSEM, 'undo'],
];

/** A broken promise: what happened, and the parts it is about. */
export interface Broken {
  readonly what: string;
  readonly details: readonly string[];
}

/** What a failed call may leave otherwise than it was. */
const ALLOWED: ReadonlyMap<number, string> = new Map([
  [NR_clone, 'undo'],
  [NR_ipc, 'undo'],
  [NR_execve, 'sighand'],
]);

/** A failed call other than unshare. `before` is what the caller had when it began. */
export function brokenByFailure(
  view: RamView,
  task: number,
  nr: number,
  result: number,
  before: Contexts,
): Broken | undefined {
  const allowed = ALLOWED.get(nr);
  const changed = differences(before, readContexts(view, task)).filter((one) => one !== allowed);
  if (changed.length === 0) return undefined;
  const details = [`it answered ${result}`];
  return { what: `a failed ${syscallNames[nr] ?? `call ${nr}`} changed ${changed.join(', ')}`, details };
}

/** `before` is what the caller had when the call began. */
export function brokenPromise(
  view: RamView,
  task: number,
  flags: number,
  result: number,
  before: Contexts,
): Broken | undefined {
  if (result < 0) {
    const changed = differences(before, readContexts(view, task));
    if (changed.length === 0) return undefined;
    return { what: `a failed unshare changed ${changed.join(', ')}`, details: [`it answered ${result}`] };
  }
  for (const [flag, part] of PART_OF) {
    const own = (flags & flag) === 0 ? 0 : partOf(view, task, part);
    if (own === 0) continue;
    const other = view.tasks().find((one) => one !== task && isLive(view, one) && partOf(view, one, part) === own);
    if (other === undefined) continue;
    const pids = [task, other].map((one) => view.word(one + task_struct.pid));
    return {
      what: `unshare answered 0 and the caller shares its ${part} still`,
      details: [`pids ${pids.join(' and ')}`],
    };
  }
  return partOf(view, task, 'vm') === before.parts.vm ? undefined : owedToOthers(view, task, before.parts.vm);
}

/** What a task that left a memory still owes those who are in it: they sleep until it comes, and it will not come there. */
function owedToOthers(view: RamView, task: number, left: number): Broken | undefined {
  const word = (field: number): number => view.word(task + field);
  const details = [`pid ${word(task_struct.pid)}`];
  if (word(task_struct.vfork_done) !== 0) {
    return { what: 'unshare left the memory of a vfork parent, which waits still', details };
  }
  const isWaitedFor = word(task_struct.clear_child_tid) !== 0;
  const isShared = view.tasks().some((one) => isLive(view, one) && partOf(view, one, 'vm') === left);
  if (!isWaitedFor || !isShared) return undefined;
  return { what: 'unshare left the memory in which its end is waited for', details };
}

/** A task that has its contexts and will keep them: not on its way out. */
const isLive = (view: RamView, task: number): boolean =>
  view.word(task + task_struct.exit_state) === 0 && (view.word(task + task_struct.flags) & PF_EXITING) === 0;
