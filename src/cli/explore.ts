/** tasklock explore [SCENARIO | FILE.prog | MODULE.ts] */
import type { Command } from 'commander';
import { PORTFOLIO, strategies } from '../explore/strategies/index.ts';
import { identityOf } from '../explore/search/identity.ts';
import { operationsTarget } from '../explore/subject/operations-target.ts';
import { subjectOf } from '../explore/subject/targets.ts';
import { type ExploreFlags, exploreOptions } from './explore-options.ts';
import { exploreOperations } from './explore-operations.ts';
import { faultOptions } from './fault-options.ts';
import { ExploreRun } from './explore-run.ts';
import { formOf } from './explore-ending.ts';
import { Keeper } from './keeper.ts';
import { forStrangers } from './strangers.ts';
import { listen, printResult } from './thread.ts';
import { checkWritable, EXIT_OK, parseDirectory, parseJobs, parseShard, repeated, UsageError } from './usage.ts';

/** What is looked for, and in what: the rest of a command is how and for how long. */
function again(name: string | undefined, flags: ExploreFlags): string {
  const { profile, cpus, calls, set = [], mutant, checkers, faults, faultSites, ticks, timeouts } = flags;
  const options = {
    profile,
    cpus,
    calls,
    mutant,
    checkers: checkers === 'default' ? undefined : checkers,
    faults: faults === 'none' ? undefined : faults,
    'fault-sites': faultSites,
    ticks: ticks === 'none' ? undefined : ticks,
    timeouts: timeouts === 'idle' ? undefined : timeouts,
  };
  const given = Object.entries(options).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option} ${value}`],
  );
  return [
    'tasklock explore',
    ...(name === undefined ? [] : [name]),
    ...set.map((one) => `--set ${one}`),
    ...given,
  ].join(' ');
}

async function runExplore(name: string | undefined, flags: ExploreFlags): Promise<number> {
  const { checkpoint } = flags;
  const jobs = parseJobs(flags.jobs);
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const [first, ...others] = await exploreOptions(name, flags);
  if (first === undefined) return EXIT_OK;
  if (others.length > 0 && checkpoint !== undefined) throw new UsageError('--checkpoint is for one scenario: name it');
  const runsAlone = first.target.kind === 'javascript';
  // Of JavaScript that was looked at before the rights to were given away.
  if (checkpoint !== undefined && !runsAlone) checkWritable('--checkpoint', checkpoint);
  const module = await operationsTarget(first.target);
  if (module !== undefined) return await exploreOperations(module, first, flags, again(name, flags));
  if (flags.calls !== undefined) throw new UsageError('--calls is for a module that exports operations');
  const subject = others.length === 0 ? await subjectOf(first.target, first.engine) : undefined;
  const part = shard === undefined ? null : { index: shard.index + 1, of: shard.of };
  const identity = await identityOf([first, ...others], part, subject);
  const keeper = new Keeper(parseDirectory(flags.out));
  const [strict, form, quiet] = [flags.strict === true, formOf(flags), flags.quiet === true];
  const { minimize } = flags;
  const asked = { duration: flags.duration !== undefined, executions: flags.executions !== undefined };
  listen();
  const run = new ExploreRun(
    {
      all: [first, ...others],
      subject,
      identity,
      again: again(name, flags),
      jobs,
      shard,
      checkpoint,
      ...(runsAlone ? forStrangers : {}),
      asked,
      minimize,
      strict,
      form,
      quiet,
    },
    keeper,
  );
  const { text, code } = await run.run();
  printResult(text, code);
  return code;
}

export function exploreCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('explore')
    .argument(
      '[target]',
      'a scenario by name, a .prog file, a module (.ts), JavaScript, or lock:NAME; without it all small scenarios',
    )
    .summary('search the interleavings of a scenario or a module, at random or all of them')
    .description(
      'Runs a scenario or a module of your own step by step, with every bus access a point where another CPU may ' +
        'take over, and checks each execution. Bugs are recorded.',
    )
    .option(
      '--strategy <name>',
      `${strategies.map((one) => one.name).join(', ')}: one alone; by default all that fit, in turns`,
      PORTFOLIO,
    )
    .option('--executions <n>', 'how many at most, of all targets together')
    .option(
      '--duration <time>',
      'how long at most, all targets together, as 500ms, 1.5s, 2m or 1h (default 1m without --strategy)',
    )
    .option('--stop-at-first', 'end with the first bug')
    .option('--seed <n>', 'what random choices follow from; printed in any case')
    .option('--preemptions <n>', 'dfs: switches away from a CPU that could go on, at most')
    .option('--delays <n>', 'dfs: CPUs passed over by a schedule in turn, at most; for many CPUs')
    .option('--stateful', 'dfs, dpor: do not go on from a state met before; of modules')
    .option(
      '--depth <n>',
      'pct: ordering constraints of the bugs to look for (default: 3, and more the longer it takes)',
    )
    .option('--profile <name>', 'which kernel (default linux-2.6.16, or as the .prog file says)')
    .option('--cpus <n>', 'CPUs of the machine (default as the scenario says), of a lock, or that call operations')
    .option('--calls <n>', 'calls of a CPU, at most, of a module that exports operations')
    .option('--set <NAME=n>', 'a number in place of a constant of the module; may be repeated', repeated)
    .option(
      '--engine <name>',
      'what steps the kernel, and runs modules where nothing is to be told: wasm or js, the reference (docs/engine.md)',
    )
    .option('--checkers <list>', 'names with commas between them, or default, all, none', 'default')
    .option('--mutant <name>', 'a seeded bug of the lock: tasklock list mutants')
    .option('--model <name>', 'memory model: sc', 'sc');
  faultOptions(command, 'none, each, nth:N or rate:P (docs/faults.md)')
    .option('--ticks <setting>', 'timer interrupts: none, each, each:N or rate:P (docs/interrupts.md)', 'none')
    .option('--timeouts <when>', 'JavaScript: waits time out when nobody can go on (idle), or at any moment (any)')
    .option('--jobs <n>', 'threads to search on; of JavaScript processes', '1')
    .option('--shard <i/n>', 'only part i of n of the search; put together with tasklock merge')
    .option('--checkpoint <file>', 'keep what is done there, and go on from it when it exists')
    .option('--out <dir>', 'where recordings go (default .tasklock)')
    .option('--no-minimize', 'record bugs as they were found')
    .option('--strict', 'let known findings of the profile count as bugs')
    .option('--json', 'one JSON document on stdout')
    .option('--text', 'with --json: the report as text too, as its field text')
    .option('--quiet', 'no progress on stderr')
    .action(async (name: string | undefined, flags: ExploreFlags) => finish(await runExplore(name, flags)));
}
