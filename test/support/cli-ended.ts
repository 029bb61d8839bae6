/** The command line ended from outside: a process group of its own, a mark by which all that it started can be found. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAIN } from './cli-process.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Command lines of processes that are still there a while after it ended. */
  readonly orphans: readonly string[];
}

export interface Ending {
  readonly cwd: string;
  readonly signal: NodeJS.Signals;
  /** Milliseconds after the start, or after the first word on stderr. */
  readonly afterMs: number;
  readonly from: 'start' | 'word';
  /** Whether it comes a second time. */
  readonly twice?: boolean;
  readonly nodeOptions?: readonly string[];
}

const HANGS_MS = 300_000;
let count = 0;

/** Starts `tasklock ARGUMENTS` and sends it the signal; what came of it. Rejects when it does not end. */
export async function ended(args: readonly string[], ending: Ending): Promise<Ended> {
  const mark = `${process.pid}-${count++}`;
  const child = spawn(process.execPath, [...(ending.nodeOptions ?? []), MAIN, ...args], {
    cwd: ending.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, TASKLOCK_TEST_MARK: mark },
  });
  let [stdout, stderr] = ['', ''];
  const word = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      resolve();
    });
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`tasklock ${args.join(' ')} did not end\n${stdout}\n${stderr}`));
    }, HANGS_MS);
    child.on('close', (code, signal) => {
      clearTimeout(watchdog);
      resolve({ code, signal });
    });
  });
  if (ending.from === 'word') await Promise.race([word, closed]);
  await Promise.race([sleep(ending.afterMs), closed]);
  child.kill(ending.signal);
  if (ending.twice === true) {
    await Promise.race([sleep(700), closed]);
    child.kill(ending.signal);
  }
  const { code, signal } = await closed;
  return { code, signal, stdout, stderr, orphans: await orphansOf(mark) };
}

/** Processes that carry the mark; the system may take a moment to bury them. */
async function orphansOf(mark: string): Promise<string[]> {
  let found: string[] = [];
  for (let look = 0; look < 40; look++) {
    found = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && carries(pid, mark));
    if (found.length === 0) return [];
    await sleep(50);
  }
  return found.map((pid) => textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

const carries = (pid: string, mark: string): boolean =>
  textOf(`/proc/${pid}/environ`).includes(`TASKLOCK_TEST_MARK=${mark}\0`);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
