/** What tasklock needs of the place it runs in, each tried for real. A check that throws has failed with what it threw. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inWords, isSystemError } from '../base/errno.ts';
import { plural } from '../base/numbers.ts';
import { tryDirectory } from '../base/whole-file.ts';
import { runCampaign } from '../explore/search/campaign.ts';
import { lockTarget } from '../lab/lock-module.ts';
import { locks } from '../machine/locks/index.ts';
import { RAM_BYTES } from '../machine/limits.ts';
import { createRam, hashRam } from '../machine/ram.ts';
import { assembleText } from '../scenario/assemble.ts';
import { stress } from '../smp/stress.ts';

export interface Check {
  readonly name: string;
  /** `note`: it works, and something should be known. */
  readonly state: 'ok' | 'note' | 'failed';
  readonly found: string;
}

/** As `engines` of package.json. */
export const OLDEST_NODE = [20, 19] as const;
const NARROWEST = 80;
const CPUS = 2;

type Found = string | { readonly note: string } | { readonly failed: string };

const milliseconds = (since: number): string => `${Math.round(performance.now() - since)} ms`;

export function nodeVersion(version: string): Found {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_NODE;
  const isOldEnough = major > oldMajor || (major === oldMajor && minor >= oldMinor);
  return isOldEnough ? version : { failed: `${version}; it takes ${OLDEST_NODE.join('.')} or newer` };
}

export function cores(count: number): Found {
  const text = plural(count, 'core');
  return count > 1
    ? text
    : { note: `${text}: CPUs take turns, so stress and bench show few races; explore does not mind` };
}

/** A word that another thread writes and this one sees. */
async function sharedMemory(): Promise<Found> {
  const since = performance.now();
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker('Atomics.store(require("node:worker_threads").workerData, 0, 1);', {
    eval: true,
    workerData: words,
  });
  // Rejects when it cannot be started.
  await once(worker, 'exit');
  const seen = Atomics.load(words, 0) === 1;
  return seen
    ? `a thread wrote to it, over after ${milliseconds(since)}`
    : { failed: 'what a thread wrote is not seen' };
}

function ram(): Found {
  const since = performance.now();
  hashRam(createRam({ cpus: CPUS }));
  return `${RAM_BYTES / 1024 / 1024} MiB made and read in ${milliseconds(since)}`;
}

async function machine(): Promise<Found> {
  const since = performance.now();
  const image = assembleText(`cpus ${CPUS}\ntask a:\n    getpid()\ntask b:\n    getpid()\n`, 'doctor.prog');
  const { verdict } = await stress({ scenario: 'doctor', image, cpus: CPUS, durationMs: undefined, seed: 1 });
  const text = `the kernel on ${plural(CPUS, 'thread')}, from start to end ${milliseconds(since)}`;
  return verdict === 'pass' ? text : { failed: `${text}: ${verdict}` };
}

async function search(): Promise<Found> {
  const since = performance.now();
  const [kind] = locks;
  if (kind === undefined) return { failed: 'there is no lock to try it with' };
  const options = { strategy: 'random', seed: 1, depth: 1, preemptions: 0, checkers: [], first: 0, last: 64 };
  const { executions, bugs } = await runCampaign(
    { explore: { ...options, target: lockTarget(kind, new Map()) }, jobs: CPUS, alone: 0 },
    {},
  );
  const text = `${plural(executions, 'execution')} on ${plural(CPUS, 'thread')}, with their start ${milliseconds(since)}`;
  return bugs.length === 0 && executions === options.last ? text : { failed: text };
}

/** A directory that is not there will be made: what must take it is the next one up that is. */
function directory(path: string): Found {
  const there = existsSync(path) || dirname(path) === path;
  if (!there) return directory(dirname(path));
  tryDirectory(path);
  return `${path} can be written to`;
}

export function terminal(columns: number | undefined, env: NodeJS.ProcessEnv): Found {
  const colour = env['NO_COLOR'] ? 'NO_COLOR is set' : `TERM is ${env['TERM'] ?? 'not set'}`;
  if (columns === undefined) return `stdout is no terminal; ${colour}`;
  const text = `${plural(columns, 'column')}; ${colour}`;
  return columns >= NARROWEST ? text : { note: `${text}: reports are made for ${NARROWEST}` };
}

const reason = (error: unknown): string =>
  isSystemError(error) ? inWords(error) : error instanceof Error ? error.message : String(error);

async function checked(name: string, look: () => Found | Promise<Found>): Promise<Check> {
  try {
    const found = await look();
    if (typeof found === 'string') return { name, state: 'ok', found };
    return 'note' in found
      ? { name, state: 'note', found: found.note }
      : { name, state: 'failed', found: found.failed };
  } catch (error) {
    return { name, state: 'failed', found: reason(error) };
  }
}

/** All of them, one after the other: the threads of one must not slow down the next. */
export async function performChecks(out: string): Promise<Check[]> {
  return [
    await checked('Node', () => nodeVersion(process.versions.node)),
    await checked('processor', () => cores(availableParallelism())),
    await checked('shared memory', sharedMemory),
    await checked('RAM', ram),
    await checked('machine', machine),
    await checked('search threads', search),
    await checked('temporary files', () => directory(tmpdir())),
    await checked('recordings', () => directory(resolve(out))),
    await checked('terminal', () => terminal(process.stdout.columns, process.env)),
  ];
}
