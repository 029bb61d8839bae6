/** What the door says of a process that runs code of a stranger, and that hangs or ends by itself. */
import type { ChildProcess } from 'node:child_process';

/** Code of a stranger that gives no sign for so long never will. */
export const HANGS_MS = 15_000;
export const HANGS_WHY =
  `the code that is explored has given no sign for ${HANGS_MS / 1000} s: ` +
  'it loops and never comes to shared memory, or calls what does';
/** Characters that are kept of what a dying process says. */
const MOST_SAID = 4_000;

/** Keeps what it says on stderr: a function that gives the end of it. */
export function said(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (more: Buffer) => (text = `${text}${more.toString()}`.slice(-MOST_SAID)));
  return () => text;
}

/** Why it ended, of which it may have said something. */
export function whyEnded(code: number | string | null, words: string): string {
  if (process.env['TASKLOCK_DEBUG'] !== undefined) process.stderr.write(words);
  const heap = words.includes('heap out of memory') ? ': the memory of its process is used up' : '';
  return `its process ended by itself with ${code}${heap}`;
}
