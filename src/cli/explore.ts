/** tasklock explore [SCENARIO | FILE.prog | MODULE.ts] */
import type { Command } from 'commander';
import type { SearchProgress } from '../explore/breath.ts';
import { runCampaign } from '../explore/campaign.ts';
import { Checkpoint, CheckpointError } from '../explore/checkpoint.ts';
import { FileError } from '../base/whole-file.ts';
import type { ExploreOptions } from '../explore/explore.ts';
import type { SearchResult } from '../explore/search.ts';
import { strategies } from '../explore/strategies/index.ts';
import type { Subject } from '../explore/subject.ts';
import { subjectOf } from '../explore/targets.ts';
import { exploreJson } from '../report/explore-json.ts';
import { type ExploreReport, newBugs, type TargetReport, verdictOf } from '../report/explore-report.ts';
import { exploreText } from '../report/explore-text.ts';
import { type ExploreFlags, exploreOptions } from './explore-options.ts';
import { deathText } from './defect.ts';
import { Found } from './explore-found.ts';
import { Keeper } from './keeper.ts';
import { ProgressLine } from './progress.ts';
import { keep, listen, printResult, stopped, warn } from './thread.ts';
import {
  checkWritable,
  EXIT_BUG,
  EXIT_DEFECT,
  EXIT_INCONCLUSIVE,
  EXIT_INTERRUPTED,
  EXIT_OK,
  parseDirectory,
  parseJobs,
  parseShard,
  repeated,
  UsageError,
} from './usage.ts';

function exitCode(report: ExploreReport, strict: boolean): number {
  const known = report.targets.some(({ bugs }) => bugs.some((bug) => bug.known !== undefined));
  if (newBugs(report).length > 0 || (strict && known)) return EXIT_BUG;
  if (report.interrupted) return EXIT_INTERRUPTED;
  return verdictOf(report) === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}

function progressText({ executions, steps, bugs, seconds }: SearchProgress): string {
  const rate = Math.round(executions / Math.max(seconds, 0.001));
  return `${executions} executions (${rate}/s)  ${steps} steps  ${bugs} bugs`;
}

/** The file of --checkpoint. */
function openCheckpoint(
  { checkpoint }: ExploreFlags,
  options: ExploreOptions,
  subject: Subject,
): Checkpoint | undefined {
  if (checkpoint === undefined) return undefined;
  try {
    return new Checkpoint(checkpoint, options, subject.profile);
  } catch (error) {
    if (error instanceof CheckpointError) throw new UsageError(error.message);
    throw error;
  }
}

/** Saves what it can; a search does not end because its checkpoint cannot be written. */
class Saver {
  #told = '';

  try(save: () => void): void {
    try {
      save();
      this.#told = '';
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.message !== this.#told) warn(`--checkpoint could not be written: ${error.message}; the search goes on`);
      this.#told = error.message;
    }
  }
}

async function runExplore(name: string | undefined, flags: ExploreFlags): Promise<number> {
  const jobs = parseJobs(flags.jobs);
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const all = await exploreOptions(name, flags);
  const [one] = all;
  if (one === undefined) return EXIT_OK;
  if (all.length > 1 && flags.checkpoint !== undefined)
    throw new UsageError('--checkpoint is for one scenario: name it');
  if (flags.checkpoint !== undefined) checkWritable('--checkpoint', flags.checkpoint);
  const keeper = new Keeper(parseDirectory(flags.out));
  listen();
  const progress = new ProgressLine(flags.quiet === true);
  const startedAt = performance.now();
  const targets: TargetReport[] = [];
  const titles = new Set<string>();
  let lost = 0;
  let failed = false;
  const { strategy, seed, checkers, preemptions } = one;
  const reportOf = (parts: readonly TargetReport[], interrupted: boolean): ExploreReport => ({
    strategy,
    exhaustive: strategies.find((kind) => kind.name === strategy)?.exhaustive ?? false,
    preemptions: Number.isFinite(preemptions) ? preemptions : null,
    seed,
    checkers,
    targets: parts,
    left: all.length - parts.length,
    interrupted,
    shard: shard ?? null,
    seconds: (performance.now() - startedAt) / 1000,
  });
  const textOf = (told: ExploreReport): string =>
    flags.json ? `${JSON.stringify(exploreJson(told), null, 2)}\n` : exploreText(told);
  for (const options of all) {
    if (stopped()) break;
    const begun = performance.now();
    const subject = await subjectOf(options.target);
    progress.start(`${options.target.name} on ${subject.cpus} CPUs, ${options.strategy}, seed ${options.seed}`);
    const { cpus, profile } = subject;
    const mutant = options.target.kind === 'module' ? options.target.mutant : null;
    const targetReport = (result: SearchResult): TargetReport => ({
      scenario: options.target.name,
      cpus,
      profile,
      mutant,
      bugs: found.shown.filter((bug) => !titles.has(bug.title)),
      result,
      statesCounted: result.states.size > 0,
      seconds: (performance.now() - begun) / 1000,
    });
    // What is printed should this thread be cut off.
    const keepSoFar = (): void => {
      const report = reportOf([...targets, targetReport(found.soFar)], true);
      keep(textOf(report), exitCode(report, flags.strict === true));
    };
    const found: Found = new Found(options, subject, keeper, keepSoFar);
    keepSoFar();
    const checkpoint = openCheckpoint(flags, options, subject);
    const saver = new Saver();
    const onPart =
      checkpoint && ((part: number, result: SearchResult): void => saver.try(() => checkpoint.add(part, result)));
    const onLost = (part: number, why: unknown): void => {
      lost++;
      warn(`part ${part} of the search is lost: ${deathText(why)}`);
    };
    const searched = await runCampaign(
      { explore: options, jobs, shard, done: checkpoint?.done, onPart, onLost },
      {
        stopped,
        onProgress: (now) => {
          progress.update(now.seconds, () => progressText(now));
          found.update(now);
        },
        onBug: (bug) => {
          if (!titles.has(bug.title)) found.add(bug);
        },
      },
    );
    progress.end();
    if (checkpoint !== undefined) saver.try(() => checkpoint.save());
    const result = found.all(searched);
    for (const bug of result.bugs) if (!titles.has(bug.title)) await found.finish(bug, flags.minimize);
    targets.push(targetReport(result));
    for (const { title } of result.bugs) titles.add(title);
    failed ||= found.failed;
  }
  const told = reportOf(targets, stopped());
  const code = lost > 0 || failed ? EXIT_DEFECT : exitCode(told, flags.strict === true);
  printResult(textOf(told), code);
  return code;
}

export function exploreCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('explore')
    .argument(
      '[target]',
      'a scenario by name, a .prog file, a module (.ts), or lock:NAME; without it all small scenarios',
    )
    .summary('search the interleavings of a scenario or a module, at random or all of them')
    .description(
      'Runs a scenario or a module of your own step by step, with every bus access a point where another CPU may ' +
        'take over, and checks each execution. Bugs are recorded.',
    )
    .option('--strategy <name>', strategies.map((one) => one.name).join(', '), 'random')
    .option('--executions <n>', 'how many at most (random, pct, pos: 100000 of a module, 100 of a scenario)')
    .option('--duration <time>', 'how long at most, as 500ms, 10s or 2m')
    .option('--seed <n>', 'what random choices follow from; printed in any case')
    .option('--preemptions <n>', 'dfs: switches away from a CPU that could go on, at most')
    .option('--stateful', 'dfs, dpor: do not go on from a state met before; of modules')
    .option('--depth <n>', 'pct: ordering constraints of the bugs to look for', '3')
    .option('--profile <name>', 'which kernel (default linux-2.6.16)')
    .option('--cpus <n>', 'CPUs of the machine (default as the scenario says), or of a lock')
    .option('--set <NAME=n>', 'a number in place of a constant of the module; may be repeated', repeated)
    .option('--checkers <list>', 'names with commas between them, or default, all, none', 'default')
    .option('--mutant <name>', 'a seeded bug of the lock: tasklock list mutants')
    .option('--model <name>', 'memory model: sc', 'sc')
    .option('--jobs <n>', 'threads to search on', '1')
    .option('--shard <i/n>', 'only part i of n of the search; put together with tasklock merge')
    .option('--checkpoint <file>', 'keep what is done there, and go on from it when it exists')
    .option('--out <dir>', 'where recordings go', '.')
    .option('--no-minimize', 'record bugs as they were found')
    .option('--strict', 'let known findings of the profile count as bugs')
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'no progress on stderr')
    .action(async (name: string | undefined, flags: ExploreFlags) => finish(await runExplore(name, flags)));
}
