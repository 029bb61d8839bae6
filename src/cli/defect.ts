/** What is said when our own code, or a thread of ours, fails. */
import { sourceStack } from '../base/built-place.ts';
import { inWords, isSystemError } from '../base/errno.ts';
import { PartLost } from './part-lost.ts';

/** A fault of our own, in one line; the call chain only to those who ask. */
export function defectText(error: unknown): string {
  if (isSystemError(error)) return `the system refuses what is needed: ${inWords(error)}`;
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const [first = ''] = message.split('\n');
  const detail = process.env['TASKLOCK_DEBUG'] ? `\n${sourceStack(stack ?? message)}` : '';
  return `internal error, please report it: ${first} (TASKLOCK_DEBUG=1 in the environment tells where)${detail}`;
}

/** Why a thread, or the process of a part, is no more. */
export function deathText(error: unknown): string {
  if (error instanceof PartLost) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return 'out of memory; give it more with NODE_OPTIONS=--max-old-space-size=MEGABYTES, or search less at once';
  }
  if (code === 'ERR_WORKER_INIT_FAILED') return `no thread can be started here: ${inWords(error)}`;
  return defectText(error);
}
