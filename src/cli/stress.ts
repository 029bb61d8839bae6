/** tasklock stress [SCENARIO] */
import { grouped, plural } from '../base/numbers.ts';
import { fails } from '../check/evidence/ledger.ts';
import type { Command } from 'commander';
import { assembleText } from '../scenario/assemble.ts';
import type { ProgramImage } from '../scenario/image.ts';
import { defaultScenario } from '../scenario/builtin/index.ts';
import { GangError } from '../smp/gang.ts';
import { MachineDefect, stress } from '../smp/stress.ts';
import type { Progress, StressResult } from '../smp/stress-result.ts';
import { stressJson } from '../report/stress-json.ts';
import { stressText } from '../report/stress-text.ts';
import { faultOptions, parseDrawnFaults } from './fault-options.ts';
import { parseDrawnTicks } from './tick-options.ts';
import { ProgressLine } from './progress.ts';
import { readProgram, scenarioNamed } from './scenario-argument.ts';
import { keep, listen, printResult, warn } from './thread.ts';
import {
  EXIT_BUG,
  EXIT_INCONCLUSIVE,
  EXIT_INTERRUPTED,
  EXIT_OK,
  parseCount,
  parseCpus,
  parseDirectory,
  parseDuration,
  parseEngine,
  parseLockChoices,
  parseProfile,
  parseSeed,
  UsageError,
} from './usage.ts';

interface StressFlags {
  readonly cpus?: string;
  readonly duration?: string;
  readonly iterations?: string;
  readonly seed?: string;
  readonly profile?: string;
  readonly lock?: string;
  readonly engine?: string;
  readonly faults: string;
  readonly faultSites?: string;
  readonly ticks: string;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly strict?: boolean;
}

const DEFAULT_CPUS = 2;
const DEFAULT_DURATION = '10s';

/** The program to run: a built-in scenario by name, or a file. */
function loadImage(
  name: string | undefined,
  flags: StressFlags,
  seed: number,
): { image: ProgramImage; scenario: string } {
  if (name?.endsWith('.prog')) {
    return { image: assembleText(readProgram(name, flags.profile), name), scenario: name };
  }
  const found = name === undefined ? defaultScenario : scenarioNamed(name);
  const options = {
    profile: parseProfile(flags.profile),
    cpus: flags.cpus === undefined ? DEFAULT_CPUS : parseCpus(flags.cpus),
    seed,
    iterations: flags.iterations === undefined ? undefined : parseCount('--iterations', flags.iterations),
  };
  return { image: assembleText(found.text(options), `${found.name}.prog`), scenario: found.name };
}

function exitCode(result: StressResult, strict: boolean): number {
  if (fails(result.bugs, result.known, strict)) return EXIT_BUG;
  if (result.interrupted) return EXIT_INTERRUPTED;
  return result.verdict === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}

function progressText({ seconds, syscalls, checks, bugs }: Progress): string {
  const rate = Math.round(syscalls / Math.max(seconds, 0.001));
  return `${plural(syscalls, 'system call')} (${grouped(rate)}/s)  ${plural(checks, 'check')}  ${plural(bugs, 'bug')}`;
}

async function runStress(name: string | undefined, flags: StressFlags): Promise<number> {
  if (flags.duration !== undefined && flags.iterations !== undefined) {
    throw new UsageError('give --duration or --iterations, not both');
  }
  const seed = flags.seed === undefined ? Date.now() % 0x100000000 : parseSeed(flags.seed);
  const { image, scenario } = loadImage(name, flags, seed);
  const cpus = flags.cpus === undefined ? image.cpus : parseCpus(flags.cpus);
  const durationMs = flags.iterations === undefined ? parseDuration(flags.duration ?? DEFAULT_DURATION) : undefined;
  const dumpDirectory = parseDirectory(flags.out);
  const locks = flags.lock === undefined ? [] : parseLockChoices(flags.lock);
  const engine = parseEngine(flags.engine);
  const faults = parseDrawnFaults(flags);
  const ticks = parseDrawnTicks(flags.ticks, locks);
  const strict = flags.strict === true;
  const textOf = (result: StressResult): string =>
    flags.json ? `${JSON.stringify(stressJson(result), null, 2)}\n` : stressText(result);
  const onResult = (result: StressResult): void => keep(textOf(result), exitCode(result, strict));
  const signal = listen();
  const progress = new ProgressLine(flags.quiet === true);
  progress.start(`${scenario} on ${plural(cpus, 'CPU')}, ${image.profile}, seed ${seed}`);
  try {
    const onProgress = (now: Progress): void => progress.update(now.seconds, () => progressText(now));
    const run = {
      scenario,
      image,
      cpus,
      durationMs,
      seed,
      engine,
      locks,
      faults,
      ticks,
      dumpDirectory,
      signal,
      onProgress,
      onResult,
    };
    const result = await stress(run);
    progress.end();
    const code = exitCode(result, strict);
    printResult(textOf(result), code);
    if (result.dumpTrouble !== null) warn(`the vmcore could not be written: ${result.dumpTrouble}`);
    return code;
  } catch (error) {
    progress.end();
    if (error instanceof GangError && error.cause !== undefined) throw error.cause;
    if (error instanceof GangError || error instanceof RangeError) throw new UsageError(error.message);
    if (error instanceof MachineDefect && error.dump) warn(`evidence kept in ${error.dump}`);
    throw error;
  }
}

export function stressCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('stress')
    .argument('[scenario]', `built-in scenario (default ${defaultScenario.name}) or a .prog file`)
    .summary('run a scenario on real threads and check every invariant')
    .description('Runs a scenario on real threads, one a CPU, and checks every invariant now and then and at the end.')
    .option('--cpus <n>', `1 to 64 (default ${DEFAULT_CPUS})`)
    .option('--duration <time>', `how long, as 500ms, 10s or 2m (default ${DEFAULT_DURATION})`)
    .option('--iterations <n>', 'rounds of each driving task, instead of a time')
    .option('--seed <n>', 'what random choices of the scenario follow from; printed in any case')
    .option('--profile <name>', 'which kernel (default linux-2.6.16, or as the .prog file says)')
    .option('--lock <list>', 'other algorithms for kernel locks, as task=mcs,tasklist=rw-fair');
  faultOptions(command, 'none, nth:N or rate:P (docs/faults.md)')
    .option('--ticks <setting>', 'timer interrupts: none or rate:P (docs/interrupts.md)', 'none')
    .option('--engine <name>', 'what runs the kernel: wasm or js, the reference (docs/engine.md)')
    .option('--out <dir>', 'where a vmcore goes when a bug is found', '.')
    .option('--strict', 'let known findings of the profile count as bugs')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress on stderr')
    .action(async (name: string | undefined, flags: StressFlags) => finish(await runStress(name, flags)));
}
