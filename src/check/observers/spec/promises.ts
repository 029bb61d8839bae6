/** What unshare promises about the caller at the moment it returns: the copy is its own, and a failure changed nothing. */
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
  return undefined;
}

/** A task that has its contexts and will keep them: not on its way out. */
const isLive = (view: RamView, task: number): boolean =>
  view.word(task + task_struct.exit_state) === 0 && (view.word(task + task_struct.flags) & PF_EXITING) === 0;
