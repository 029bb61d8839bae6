/** How long a machine takes to come up. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assembleText } from '../src/scenario/assemble.ts';
import { bootMachine } from '../src/boot/boot.ts';
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
  const memory = bootMachine({ profile: image.profile, cpus, code: image.code, rodata: image.rodata });
  const console = new Console(memory);
  const gang = new Gang(memory, cpus, { worker: CPU });
  await gang.started(console);
  const milliseconds = performance.now() - startedAt;
  console.stop();
  await gang.collect(3_000);
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
  for (let i = 0; i < rounds; i++) boots.push(await bootOnce(2));
  const commands = Array.from({ length: rounds }, commandOnce);
  return table([
    ['milliseconds', 'min/median/max'],
    ['2 CPUs, from RAM to past the start barrier', spread(sampleOf(boots))],
    ['a whole tasklock stress that ends at once', spread(sampleOf(commands))],
    perCpu(quick ? 8 : 64),
  ]);
}
