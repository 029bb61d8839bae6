/**
 * The command in a process of its own. What it explores may hang, call what ends a process or use up its memory, and none of
 * that reaches who asks; JavaScript it confines (cli/door.ts), which a thread or a function call of ours could not. And
 * there is one path: what is searched, recorded, told and refused is what a person gets who types the same.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../bundle/main.js', import.meta.url));

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `tasklock ARGUMENTS` in the folder of this process. `signal` asks it to end. It has a channel to us that nobody uses:
 * when we are gone, it ends by itself. Rejects when no process can be started.
 */
export function command(args: readonly string[], signal: AbortSignal | undefined): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const stop = (): void => void child.kill('SIGTERM');
    let [stdout, stderr] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => {
      signal?.removeEventListener('abort', stop);
      resolve({ code, stdout, stderr });
    });
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
  });
}
