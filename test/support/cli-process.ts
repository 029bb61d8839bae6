/** The command line as a child process with a watchdog, which no hanging run survives. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
export const inRepository = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly cwd?: string;
  /** Called with what stderr holds whenever it grows, and the way to send a signal. */
  readonly onStderr?: (text: string, send: (signal: NodeJS.Signals) => void) => void;
}

/** Runs `tasklock ARGUMENTS` to its end. Rejects when it takes longer than nine minutes: it hangs. */
export function tasklock(args: readonly string[], { cwd, onStderr }: Options = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`tasklock ${args.join(' ')} did not end\n${stdout}\n${stderr}`));
    }, 540_000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(watchdog);
      resolve({ code, stdout, stderr });
    });
  });
}
