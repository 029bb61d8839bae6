/** `tasklock explore` of a module that declares operations: what its options mean there. */
import { basename } from 'node:path';
import { identityOf } from '../explore/search/identity.ts';
import type { Size } from '../explore/search/scenarios.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import type { OperationsTarget } from '../explore/subject/operations-target.ts';
import { MOST_OPERATIONS_CALLS, MOST_OPERATIONS_CPUS } from '../stepper/module/operations-text.ts';
import type { ExploreFlags } from './explore-options.ts';
import { formOf } from './explore-ending.ts';
import { Keeper } from './keeper.ts';
import { OperationsRun } from './operations-run.ts';
import { forStrangers } from './strangers.ts';
import { listen, printResult } from './thread.ts';
import { parseDirectory, parseJobs, parseShard, UsageError, wholeNumber } from './usage.ts';

/** What is covered whole when nothing else is said, and what is looked at with the time that is left. */
const USUAL: Size = { cpus: 2, calls: 2 };
const BEYOND: Size = { cpus: 3, calls: 3 };

export async function exploreOperations(
  module: OperationsTarget,
  explore: ExploreOptions,
  flags: ExploreFlags,
  again: string,
): Promise<number> {
  checkFit(flags);
  const isAsked = flags.cpus !== undefined || flags.calls !== undefined;
  const size: Size = {
    cpus: parseSize('--cpus', flags.cpus, 2, MOST_OPERATIONS_CPUS) ?? USUAL.cpus,
    calls: parseSize('--calls', flags.calls, 1, MOST_OPERATIONS_CALLS) ?? USUAL.calls,
  };
  checkEnds(module, size);
  const { minimize, checkpoint } = flags;
  const shard = flags.shard === undefined ? undefined : parseShard(flags.shard);
  const isPart = shard !== undefined || checkpoint !== undefined;
  const { runners, write } = explore.target.kind === 'javascript' ? forStrangers : {};
  // Parts are of a search that time does not make larger.
  const beyond = isAsked || isPart ? undefined : BEYOND;
  const search = { explore, size, beyond, jobs: parseJobs(flags.jobs), shard, runners };
  const part = shard === undefined ? null : { index: shard.index + 1, of: shard.of };
  const identity = await identityOf([explore], part, { hash: module.hash, ...size });
  const [form, quiet] = [formOf(flags), flags.quiet === true];
  const keeper = new Keeper(parseDirectory(flags.out));
  listen();
  const run = new OperationsRun({ module, search, checkpoint, write, identity, again, minimize, form, quiet }, keeper);
  const { text, code } = await run.run();
  printResult(text, code);
  return code;
}

/** Throws for an operation that nothing could be found in. */
function checkEnds({ operations, target, subjectOf }: OperationsTarget, size: Size): void {
  const [first] = subjectOf([[0]]).endless(operations.all.length, size);
  if (first === undefined) return;
  throw new UsageError(
    `${basename(target.path)}: ${first} waits for ever, whatever is called before it: does setup() leave its lock free?`,
  );
}

/** Throws for options that say nothing here. */
function checkFit({ stateful, preemptions, delays }: ExploreFlags): void {
  const asked = { stateful, preemptions, delays };
  for (const [option, value] of Object.entries(asked)) {
    if (value !== undefined) throw new UsageError(`--${option} is not for a module that exports operations`);
  }
}

function parseSize(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = wholeNumber(text);
  if (value !== undefined && value >= least && value <= most) return value;
  throw new UsageError(`${option} takes a whole number from ${least} to ${most} for operations, not "${text}"`);
}
