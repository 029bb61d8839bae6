/** What the door says of a process that runs code of a stranger, and that hangs or ends by itself. */
import type { ChildProcess } from 'node:child_process';
import { processorTime } from './processor-time.ts';

/** Code of a stranger that gives no sign in so much time of a processor never will; where that is not told, in so much time. */
const HANGS_MS = 15_000;
/** The same in time as such, of one that needs no processor. */
const HANGS_ASLEEP_MS = 120_000;
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

/** How long a process has given no sign. A busy machine lets it wait, and that counts for nothing. */
export class Silence {
  readonly #pid: number | undefined;
  #heardAt = performance.now();
  #used: number | undefined;

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  /** It has given one. */
  isBroken(): void {
    this.#heardAt = performance.now();
    this.#used = undefined;
  }

  /** Asked now and then: it counts from the first time. */
  get isForEver(): boolean {
    const used = processorTime(this.#pid);
    this.#used ??= used;
    const silent = performance.now() - this.#heardAt;
    if (used === undefined || this.#used === undefined) return silent >= HANGS_MS;
    return used - this.#used >= HANGS_MS || silent >= HANGS_ASLEEP_MS;
  }
}
