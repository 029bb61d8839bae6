/** tasklock explore [SCENARIO | FILE.prog | MODULE.ts] */
import type { Command } from 'commander';
import type { SearchProgress } from '../explore/breath.ts';
import { runCampaign } from '../explore/campaign.ts';
import { Checkpoint, CheckpointError } from '../explore/checkpoint.ts';
import type { ExploreOptions } from '../explore/explore.ts';
import { turnsOf } from '../explore/interleaving.ts';
import { recordingOf } from '../explore/record.ts';
import type { FoundBug, SearchResult } from '../explore/search.ts';
import { simplified } from '../explore/simplify.ts';
import { strategies } from '../explore/strategies/index.ts';
import type { Subject } from '../explore/subject.ts';
import { subjectOf } from '../explore/targets.ts';
import { switchesOf } from '../recording/decisions.ts';
import { writeRecording } from '../recording/file.ts';
import { encodeToken } from '../recording/token.ts';
import { exploreJson } from '../report/explore-json.ts';
import { type ExploreReport, newBugs, type ShownBug, type TargetReport, verdictOf } from '../report/explore-report.ts';
import { exploreText } from '../report/explore-text.ts';
import { type ExploreFlags, exploreOptions } from './explore-options.ts';
import { interruptible } from './interruptible.ts';
import { ProgressLine } from './progress.ts';
import {
  EXIT_BUG,
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

/** Makes a bug simple, records it and tells its turns. */
async function show(options: ExploreOptions, found: FoundBug, flags: ExploreFlags): Promise<ShownBug> {
  const bug = flags.minimize ? await simplified(options, found) : found;
  const subject = await subjectOf(options.target);
  const recording = recordingOf(options, subject, { bug, decisions: bug.decisions, finalHash: bug.finalHash });
  return {
    ...bug,
    recording: writeRecording(recording, flags.out),
    token: encodeToken(recording),
    switchesFound: switchesOf(found.decisions),
    switches: switchesOf(bug.decisions),
    turns: turnsOf(subject, bug.decisions),
  };
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

async function runExplore(name: string | undefined, flags: ExploreFlags): Promise<number> {
  parseDirectory(flags.out);
  const jobs = parseJobs(flags.jobs);
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const all = await exploreOptions(name, flags);
  const [one] = all;
  if (one === undefined) return EXIT_OK;
  if (all.length > 1 && flags.checkpoint !== undefined)
    throw new UsageError('--checkpoint is for one scenario: name it');
  const { signal, done } = interruptible();
  const progress = new ProgressLine(flags.quiet === true);
  const startedAt = performance.now();
  const targets: TargetReport[] = [];
  const titles = new Set<string>();
  try {
    for (const options of all) {
      if (signal.aborted) break;
      const begun = performance.now();
      const subject = await subjectOf(options.target);
      for (const note of subject.notes ?? []) process.stderr.write(`note: ${note}\n`);
      progress.start(`${options.target.name} on ${subject.cpus} CPUs, ${options.strategy}, seed ${options.seed}`);
      const checkpoint = openCheckpoint(flags, options, subject);
      const onPart = checkpoint && ((part: number, found: SearchResult): void => checkpoint.add(part, found));
      const result = await runCampaign(
        { explore: options, jobs, shard, done: checkpoint?.done, onPart },
        {
          stopped: () => signal.aborted,
          onProgress: (now) => progress.update(now.seconds, () => progressText(now)),
        },
      );
      progress.end();
      checkpoint?.save();
      const seconds = (performance.now() - begun) / 1000;
      const bugs: ShownBug[] = [];
      for (const bug of result.bugs) {
        if (titles.has(bug.title)) continue;
        titles.add(bug.title);
        bugs.push(await show(options, bug, flags));
      }
      const { cpus, profile } = subject;
      const statesCounted = result.states.size > 0;
      const mutant = options.target.kind === 'module' ? options.target.mutant : null;
      targets.push({ scenario: options.target.name, cpus, profile, mutant, bugs, result, statesCounted, seconds });
    }
  } finally {
    progress.end();
    done();
  }
  const { strategy, seed, checkers, preemptions } = one;
  const report: ExploreReport = {
    strategy,
    exhaustive: strategies.find((kind) => kind.name === strategy)?.exhaustive ?? false,
    preemptions: Number.isFinite(preemptions) ? preemptions : null,
    seed,
    checkers,
    targets,
    left: all.length - targets.length,
    interrupted: signal.aborted,
    shard: shard ?? null,
    seconds: (performance.now() - startedAt) / 1000,
  };
  process.stdout.write(flags.json ? `${JSON.stringify(exploreJson(report), null, 2)}\n` : exploreText(report));
  return exitCode(report, flags.strict === true);
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
