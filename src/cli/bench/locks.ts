/** tasklock bench locks [LOCK...] */
import type { Command } from 'commander';
import { plural } from '../../base/numbers.ts';
import { FileError, replaceFile } from '../../base/whole-file.ts';
import { machines } from '../../lab/model/parameters.ts';
import { runReal } from '../../lab/real/measure.ts';
import type { LabResult } from '../../lab/result.ts';
import { labCsv } from '../../report/lab-csv.ts';
import { labJson } from '../../report/lab-json.ts';
import { labHtml } from '../../report/lab-html/page.ts';
import { labText } from '../../report/lab-text.ts';
import { ProgressLine } from '../progress.ts';
import { keep, listen, printResult, warn } from '../thread.ts';
import { EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE } from '../usage.ts';
import { checked, modelLocks } from './model.ts';
import { type LocksFlags, type LocksOptions, locksOptions } from './locks-options.ts';

/** `onPart` is told what there is so far, before anything that may take long. */
async function measure(
  options: LocksOptions,
  progress: ProgressLine,
  onPart: (soFar: LabResult) => void,
): Promise<LabResult> {
  const signal = listen();
  if (options.clock === 'model') return await modelLocks(options, progress, onPart);
  const onProgress = (seconds: number, what: string): void => progress.update(seconds, () => what);
  const real = await runReal({ ...options, signal, onProgress });
  onPart({ ...real, interrupted: true });
  return options.check && !real.interrupted ? await checked(real) : real;
}

function startText({ clock, locks, loads, rounds, parameters, seed }: LocksOptions): string {
  const how = clock === 'real' ? plural(rounds, 'round') : `modelled on ${parameters.name}, seed ${seed}`;
  return `${plural(locks.length, 'lock')}, ${plural(loads.length, 'load')}, ${how}`;
}

function printed(result: LabResult, { sort }: LocksOptions, flags: LocksFlags): string {
  if (flags.json) return labJson(result, sort);
  return flags.csv ? labCsv(result, sort) : labText(result, sort, flags.stat === true);
}

/** False when the disk does not take it, after saying so: the figures are on stdout already. */
function writePage(file: string, page: string): boolean {
  try {
    replaceFile(file, page);
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    warn(`--html could not be written: ${error.message}`);
    return false;
  }
}

async function benchLocks(names: readonly string[], flags: LocksFlags): Promise<number> {
  const options = locksOptions(names, flags);
  const progress = new ProgressLine(flags.quiet === true);
  progress.start(startText(options));
  try {
    const onPart = (soFar: LabResult): void => keep(printed(soFar, options, flags), EXIT_INTERRUPTED);
    const result = await measure(options, progress, onPart);
    progress.end();
    const code = result.interrupted ? EXIT_INTERRUPTED : EXIT_OK;
    printResult(printed(result, options, flags), code);
    const written = flags.html === undefined || writePage(flags.html, labHtml(result));
    return written || result.interrupted ? code : EXIT_USAGE;
  } finally {
    progress.end();
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
