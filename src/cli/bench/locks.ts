/** tasklock bench locks [LOCK...] */
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { machines } from '../../lab/model/parameters.ts';
import { runReal } from '../../lab/real/measure.ts';
import type { LabResult } from '../../lab/result.ts';
import { labCsv } from '../../report/lab-csv.ts';
import { labJson } from '../../report/lab-json.ts';
import { labHtml } from '../../report/lab-html/page.ts';
import { labText } from '../../report/lab-text.ts';
import { interruptible } from '../interruptible.ts';
import { print } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { EXIT_INTERRUPTED, EXIT_OK } from '../usage.ts';
import { checked, modelLocks } from './model.ts';
import { type LocksFlags, type LocksOptions, locksOptions } from './locks-options.ts';

async function measure(options: LocksOptions, signal: AbortSignal, progress: ProgressLine): Promise<LabResult> {
  if (options.clock === 'model') return await modelLocks(options, signal, progress);
  const onProgress = (seconds: number, what: string): void => progress.update(seconds, () => what);
  const real = await runReal({ ...options, signal, onProgress });
  return options.check && !real.interrupted ? await checked(real) : real;
}

function startText({ clock, locks, loads, rounds, parameters, seed }: LocksOptions): string {
  const how = clock === 'real' ? `${rounds} rounds` : `modelled on ${parameters.name}, seed ${seed}`;
  return `${locks.length} locks, ${loads.length} loads, ${how}`;
}

function printed(result: LabResult, { sort }: LocksOptions, flags: LocksFlags): string {
  if (flags.json) return labJson(result, sort);
  return flags.csv ? labCsv(result, sort) : labText(result, sort, flags.stat === true);
}

async function benchLocks(names: readonly string[], flags: LocksFlags): Promise<number> {
  const options = locksOptions(names, flags);
  const { signal, done } = interruptible();
  const progress = new ProgressLine(flags.quiet === true);
  progress.start(startText(options));
  try {
    const result = await measure(options, signal, progress);
    progress.end();
    if (flags.html !== undefined) writeFileSync(flags.html, labHtml(result));
    print(printed(result, options, flags));
    return result.interrupted ? EXIT_INTERRUPTED : EXIT_OK;
  } finally {
    progress.end();
    done();
  }
}

export function addLocks(bench: Command, finish: (code: number) => void): void {
  bench
    .command('locks', { isDefault: true })
    .argument('[locks...]', 'which locks, or all (tasklock list locks)')
    .summary('throughput, waiting times and fairness of lock algorithms')
    .description('Measures lock algorithms under load: throughput, waiting times, fairness, lock statistics.')
    .option('--lock <names>', 'which locks, with commas between, or all')
    .option('--cpus <list>', 'numbers of CPUs (default 1 and the number of cores)')
    .option('--inside <times>', 'work with the lock held, as 0,50ns,1us', '50ns')
    .option('--outside <times>', 'work between a release and the next acquire', '100ns')
    .option('--touch <n>', 'lines of shared data written with the lock held', '1')
    .option('--writes <n>', 'of 1000 turns, those for writing; of locks that can be shared', '100')
    .option('--rounds <n>', 'times each lock runs under each load', '5')
    .option('--duration <time>', 'of one lock under one load in one round (default by the number of them)')
    .option('--clock <name>', 'real, or model', 'real')
    .option('--sockets <n>', 'of the modelled machine')
    .option('--parameters <name>', `the modelled machine: ${machines.map((one) => one.name).join(', ')}`)
    .option('--seed <n>', 'of the modelled machine: when CPUs begin, and how long they stay outside')
    .option('--sort <key>', 'throughput, fairness, latency or name')
    .option('--stat', 'lock statistics as in /proc/lock_stat too')
    .option('--no-check', 'do not hold the model against the figures of one and two CPUs')
    .option('--no-native', 'no native code beside it')
    .option('--csv', 'one line a row on stdout')
    .option('--json', 'one JSON document on stdout')
    .option('--html <file>', 'a page to look at')
    .option('--quiet', 'no progress on stderr')
    .action(async (names: string[], flags: LocksFlags) => finish(await benchLocks(names, flags)));
}
