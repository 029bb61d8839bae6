/** What bench syscalls and bench scenario have in common: options, the run, what is printed. */
import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { plural } from '../../base/numbers.ts';
import { type ContentionKey, contentionKeys } from '../../lab/kernel/lock-stat.ts';
import { type KernelProgram, type KernelResult, runKernel } from '../../lab/kernel/run.ts';
import { processorName } from '../../lab/real/machine-facts.ts';
import { MAX_CPUS } from '../../machine/limits.ts';
import { kernelCsv, type KernelFacts, kernelJson, kernelSortKeys, kernelText } from '../../report/kernel-bench.ts';
import { didYouMean } from '../../base/suggest.ts';
import { ProgressLine } from '../progress.ts';
import { keep, listen, printResult } from '../thread.ts';
import { EXIT_INTERRUPTED, EXIT_OK, parseDuration, parseLockChoices, repeated, UsageError } from '../usage.ts';
import { parseWhole, parseWholes } from './times.ts';

export interface KernelFlags {
  readonly cpus?: string;
  readonly lock?: readonly string[];
  readonly rounds: string;
  readonly duration: string;
  readonly profile?: string;
  readonly stat?: boolean;
  readonly contention?: string | boolean;
  readonly sort: string;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const MOST_ROUNDS = 1000;

/** Adds the options that both take. */
export function kernelOptions(command: Command): Command {
  return command
    .option('--cpus <list>', 'numbers of CPUs (default 1 and the number of cores)')
    .option('--lock <list>', 'other locks to compare with, as task=mcs,tasklist=rw-fair; may be repeated', repeated)
    .option('--rounds <n>', 'times each is measured', '3')
    .option('--duration <time>', 'of one measurement', '500ms')
    .option('--profile <name>', 'which kernel (default linux-2.6.16, or as the .prog file says)')
    .option('--stat', 'lock_stat of every class too')
    .option('--contention [by]', `who waits and how long, by ${contentionKeys.join(' or ')}`)
    .option('--sort <key>', kernelSortKeys.join(', '), 'none')
    .option('--csv', 'one line a row on stdout')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress on stderr');
}

export function parseCpuList(text: string | undefined): number[] {
  const cores = Math.min(availableParallelism(), MAX_CPUS);
  return text === undefined ? [...new Set([1, cores])] : parseWholes('--cpus', text, 1, MAX_CPUS);
}

/** Which view of who waits, if any; by caller when it is not said. */
function parseContention(by: string | boolean | undefined): ContentionKey | null {
  if (by === undefined || by === false) return null;
  const found = contentionKeys.find((key) => key === (by === true ? 'caller' : by));
  if (found !== undefined) return found;
  throw new UsageError(`--contention takes ${contentionKeys.join(' or ')}, not "${String(by)}"`);
}

/** Measures programs and prints what came of it. The exit code. */
export async function benchKernel(
  what: KernelFacts['what'],
  profile: string,
  programs: readonly KernelProgram[],
  flags: KernelFlags,
): Promise<number> {
  if (flags.csv && flags.json) throw new UsageError('give --csv or --json, not both');
  const sort = kernelSortKeys.find((key) => key === flags.sort);
  if (sort === undefined) {
    throw new UsageError(
      `--sort takes ${kernelSortKeys.join(', ')}, not "${flags.sort}"${didYouMean(flags.sort, kernelSortKeys)}`,
    );
  }
  const contention = parseContention(flags.contention);
  const cpus = parseCpuList(flags.cpus);
  const variants = [[], ...(flags.lock ?? []).map(parseLockChoices)];
  const rounds = parseWhole('--rounds', flags.rounds, 1, MOST_ROUNDS);
  const milliseconds = parseDuration(flags.duration);
  const cores = availableParallelism();
  const facts: KernelFacts = { what, profile, processor: processorName(), cores, node: process.versions.node };
  const printed = (result: KernelResult): string => {
    if (flags.json) return kernelJson(result, facts, sort);
    if (flags.csv) return kernelCsv(result, sort);
    return kernelText(result, facts, sort, { stat: flags.stat === true, contention });
  };
  const signal = listen();
  const progress = new ProgressLine(flags.quiet === true);
  progress.start(
    `${plural(programs.length, 'program')}, ${plural(variants.length, 'choice')} of locks, ${plural(rounds, 'round')}, ${profile}`,
  );
  try {
    const onProgress = (seconds: number, text: string): void => progress.update(seconds, () => text);
    const withLockStat = flags.json === true || flags.stat === true || contention !== null;
    const result = await runKernel({
      programs,
      cpus,
      variants,
      rounds,
      milliseconds,
      withLockStat,
      signal,
      onProgress,
      onPart: (soFar) => keep(printed(soFar), EXIT_INTERRUPTED),
    });
    progress.end();
    const code = result.interrupted ? EXIT_INTERRUPTED : EXIT_OK;
    printResult(printed(result), code);
    return code;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  } finally {
    progress.end();
  }
}
