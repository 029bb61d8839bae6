/**
 * Which instance of a directory is a task's, after pam_namespace: its name, and the security context that it has.
 *
 *   user      named by the user's number, any context
 *   level     the context of the directory with the level of the task's, `_` and the number
 *   context   the context of the task, `_` and the number
 *
 * The context of a task is the one that it has after its next exec: a login asks for it before it takes the namespace. Where
 * a policy says what the members of a directory are for somebody, method context here takes his own context.
 */
import { CONTEXT_MAX } from '../../machine/limits.ts';
import { dentry, inode, kernel, task_struct } from '../../kernel/layout.ts';
import type { Polydir } from '../../scenario/ast.ts';
import type { RamView } from '../evidence/view.ts';

export interface Instance {
  readonly name: string;
  /** Undefined when any is right. */
  readonly context: string | undefined;
}

/** user, role and type of a context, and its level, which may have colons. */
const CONTEXT = /^([^:]+:[^:]+:[^:]+:)(.+)$/;

export const contextOfSid = (view: RamView, sid: number): string =>
  view.text(kernel.sidtab + CONTEXT_MAX * (sid - 1), CONTEXT_MAX);

export const contextOfDentry = (view: RamView, d: number): string =>
  contextOfSid(view, view.word(view.word(d + dentry.d_inode) + inode.i_sid));

/** The instance of a task. `directory` is the dentry that the instances stand in for, 0 while there is none. */
export function instanceOf(view: RamView, { method }: Polydir, directory: number, task: number): Instance {
  const uid = view.word(task + task_struct.euid);
  if (method === 'user') return { name: String(uid), context: undefined };
  const sid = view.word(task + task_struct.exec_sid) || view.word(task + task_struct.sid);
  let context = contextOfSid(view, sid);
  if (method === 'level') {
    const whole = directory === 0 ? '' : contextOfDentry(view, directory);
    context = `${CONTEXT.exec(whole)?.[1] ?? ''}${CONTEXT.exec(context)?.[2] ?? ''}`;
  }
  return { name: `${context}_${uid}`, context };
}
