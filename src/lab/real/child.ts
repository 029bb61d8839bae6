/** A program of the system, run to its end or to a signal; nothing that it started stays behind. */
import { spawn } from 'node:child_process';

const MOST_STDERR = 4_000;

/** It failed, was not there, took too long, or was cut short. */
export class ChildError extends Error {
  readonly isMissing: boolean;

  constructor(message: string, isMissing = false) {
    super(message);
    this.isMissing = isMissing;
  }
}

/** What it printed. Throws ChildError. It has a process group of its own, which ends whole. */
export async function runChild(
  program: string,
  args: readonly string[],
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal },
): Promise<string> {
  if (signal.aborted) throw new ChildError('interrupted');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  let why = '';
  const end = (reason: string): void => {
    why = reason;
    if (pid !== undefined) endGroup(pid);
  };
  const onAbort = (): void => end('interrupted');
  const timer = setTimeout(() => end(`no answer in ${limitMs / 1000} s`), limitMs);
  signal.addEventListener('abort', onAbort);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(0, MOST_STDERR)));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(new ChildError(error.message, error.code === 'ENOENT')),
      );
      child.on('close', resolve);
    });
    if (why !== '') throw new ChildError(why);
    if (code !== 0) throw new ChildError(stderr.split('\n')[0] || `it ended with ${code ?? 'a signal'}`);
    return stdout;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has just ended.
  }
}
