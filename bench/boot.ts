/** How long a machine takes to come up. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SHARE_ENV, Worker } from 'node:worker_threads';
import { assembleText } from '../src/scenario/assemble.ts';
import { bootMachine } from '../src/boot/boot.ts';
import { defaultEngine } from '../src/machine/engine.ts';
import { Console } from '../src/smp/console.ts';
import { Gang } from '../src/smp/gang.ts';
import { table } from '../src/report/table.ts';
import { sampleOf } from '../src/lab/sample.ts';
import { spread } from './rounds.ts';
import { type Cost, costOf } from './start.ts';

/** The file that people's CPUs begin with. */
const CPU = new URL('../bundle/cpu.js', import.meta.url);

/** Milliseconds from nothing to every CPU past the start barrier. */
async function bootOnce(cpus: number): Promise<number> {
  const image = assembleText('task a:\n    getpid()\n', 'boot.prog');
  const startedAt = performance.now();
  const { profile, code, rodata } = image;
  const memory = bootMachine({ profile, cpus, engine: defaultEngine(), code, rodata });
  const console = new Console(memory);
  const gang = new Gang(memory, cpus, { worker: CPU });
  await gang.started(console);
  const milliseconds = performance.now() - startedAt;
  console.stop();
  await gang.collect(3_000);
  return milliseconds;
}

/** What a thread of Node's own runs that only says that it is there. */
const NOTHING = `const { workerData: words } = require('node:worker_threads'); Atomics.add(words, 0, 1); Atomics.notify(words, 0);`;

/** Milliseconds until so many threads are there, begun as those of CPUs are: what no machine can be up before. */
async function emptyOnce(threads: number): Promise<number> {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const startedAt = performance.now();
  const all = Array.from(
    { length: threads },
    () => new Worker(NOTHING, { eval: true, workerData: words, env: SHARE_ENV, trackUnmanagedFds: false }),
  );
  while (Atomics.load(words, 0) < threads) await sleep(1);
  const milliseconds = performance.now() - startedAt;
  await Promise.all(all.map(async (one) => await one.terminate()));
  return milliseconds;
}

const MAIN = fileURLToPath(new URL('../bundle/main.js', import.meta.url));
const stress = (cpus: number): Cost => costOf([MAIN, 'stress', '--cpus', String(cpus), '--iterations', '1', '--quiet']);

/** What every further CPU costs: milliseconds of processor, and megabytes. */
function perCpu(cpus: number): string[] {
  const [one, all] = [stress(1), stress(cpus)];
  const each = (part: 'cpu' | 'megabytes'): string => ((all[part] - one[part]) / (cpus - 1)).toFixed(1);
  return [`each of ${cpus} CPUs: ms of processor, MB`, `${each('cpu')}, ${each('megabytes')}`];
}

/** Milliseconds of the whole command for a run that is over at once. */
function commandOnce(): number {
  const startedAt = performance.now();
  execFileSync(process.execPath, [MAIN, 'stress', 'clone-exit-storm', '--iterations', '1', '--quiet'], {
    stdio: 'ignore',
  });
  return performance.now() - startedAt;
}

export async function bootTable(quick: boolean): Promise<string[]> {
  const rounds = quick ? 3 : 7;
  const boots: number[] = [];
  const empty: number[] = [];
  for (let i = 0; i < rounds; i++) {
    boots.push(await bootOnce(2));
    empty.push(await emptyOnce(2));
  }
  const commands = Array.from({ length: rounds }, commandOnce);
  return table([
    ['milliseconds', 'min/median/max'],
    ['2 CPUs, from RAM to past the start barrier', spread(sampleOf(boots))],
    ["2 threads of Node's own that do nothing", spread(sampleOf(empty))],
    ['a whole tasklock stress that ends at once', spread(sampleOf(commands))],
    perCpu(quick ? 8 : 64),
  ]);
}
