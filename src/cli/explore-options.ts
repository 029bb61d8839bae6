/** What the flags of `tasklock explore` mean; everything that can be wrong about them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chanceOf } from '../boot/faults.ts';
import { tickChanceOf } from '../boot/ticks.ts';
import { type Checker, checkers as allCheckers } from '../check/observers/checkers.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import { lockTarget } from '../lab/lock-module.ts';
import type { LockKind } from '../machine/locks/lock-kind.ts';
import { mutants } from '../mutant/index.ts';
import type { Mutant } from '../mutant/mutant.ts';
import { isExhaustive, PORTFOLIO, strategies } from '../explore/strategies/index.ts';
import { hasOperations } from '../explore/subject/operations-target.ts';
import { isJavascript, javascriptTarget, missingIn } from '../explore/subject/javascript-target.ts';
import { imageOf, moduleTarget, scenarioTarget, type Target } from '../explore/subject/targets.ts';
import { DEFAULT_CPUS } from '../scenario/ast.ts';
import { scenarios } from '../scenario/builtin/index.ts';
import { smallProgram, smallScenarios } from '../scenario/small/index.ts';
import { didYouMean } from '../base/suggest.ts';
import { builtinProgram, readProgram } from './scenario-argument.ts';
import { parseFaultFlags } from './fault-options.ts';
import { confine, isConfined } from './thread.ts';
import { parseTickFlag } from './tick-options.ts';
import {
  checkWritable,
  parseCount,
  parseCpus,
  parseDirectory,
  parseDuration,
  parseEngineOf,
  parseJobs,
  parseLockName,
  parseProfile,
  parseSeed,
  readInput,
  UsageError,
} from './usage.ts';

export interface ExploreFlags {
  readonly strategy: string;
  readonly executions?: string;
  readonly duration?: string;
  readonly seed?: string;
  readonly profile?: string;
  readonly cpus?: string;
  readonly calls?: string;
  readonly depth?: string;
  readonly preemptions?: string;
  readonly delays?: string;
  readonly set?: readonly string[];
  readonly checkers: string;
  readonly engine?: string;
  readonly model: string;
  readonly mutant?: string;
  readonly faults: string;
  readonly faultSites?: string;
  readonly ticks: string;
  readonly timeouts?: string;
  readonly stateful?: boolean;
  readonly jobs: string;
  readonly shard?: string;
  readonly checkpoint?: string;
  readonly out?: string;
  readonly minimize: boolean;
  readonly json?: boolean;
  readonly text?: boolean;
  readonly quiet?: boolean;
  readonly stopAtFirst?: boolean;
  readonly strict?: boolean;
}

/** Executions of a sampling strategy when neither number nor time is given: of a module, and of a kernel scenario. */
const MODULE_EXECUTIONS = 100_000;
const SCENARIO_EXECUTIONS = 100;
/** Time of a portfolio when neither is given. */
const PORTFOLIO_MS = 60_000;
/** Ordering constraints that pct begins with. */
const DEPTH = 3;
const IS_MODULE = /\.[cm]?[jt]s$/;

/**
 * The targets to explore, each with all options. The time is that of all of them together (explore-budget.ts); of the number of
 * executions each has its part. Throws UsageError, ModuleError, ProgramError.
 */
export async function exploreOptions(name: string | undefined, flags: ExploreFlags): Promise<ExploreOptions[]> {
  const strategy = parseStrategy(flags.strategy);
  if (flags.model !== 'sc') throw new UsageError(`--model takes sc (the only one there is yet), not "${flags.model}"`);
  checkFit(strategy, flags);
  const seed = flags.seed === undefined ? Date.now() % 0x100000000 : parseSeed(flags.seed);
  const depth = flags.depth === undefined ? DEPTH : parseCount('--depth', flags.depth);
  const rising = flags.depth === undefined;
  const preemptions =
    flags.preemptions === undefined ? Number.POSITIVE_INFINITY : parseBound('--preemptions', flags.preemptions);
  const delays = flags.delays === undefined ? undefined : parseBound('--delays', flags.delays);
  const stateful = flags.stateful === true;
  const durationMs = timeOf(flags, strategy);
  const targets = withTicks(withFaults(await parseTargets(name, flags), strategy, flags), strategy, flags);
  if (stateful && targets.some((target) => target.kind !== 'module')) {
    const why = targets[0]?.kind === 'javascript' ? 'an agent cannot be put back into one' : 'a kernel has too many';
    throw new UsageError(`--stateful is for modules that have states to tell apart: ${why}`);
  }
  if (stateful && targets.some((target) => parseCheckers(flags.checkers, target).length > 0)) {
    throw new UsageError('--checkers is not for --stateful: checkers watch executions, and it searches states');
  }
  const executions = flags.executions === undefined ? undefined : parseCount('--executions', flags.executions);
  // All of one kind.
  const engine = targets[0] && parseEngineOf(targets[0].kind, flags.engine);
  return targets.map((target, i) => ({
    target,
    strategy,
    seed,
    depth,
    rising,
    preemptions,
    delays,
    checkers: parseCheckers(flags.checkers, target),
    first: 0,
    last: executions === undefined ? unasked(flags, strategy, target) : partOf(executions, i, targets.length),
    durationMs,
    stateful,
    stopAtFirst: flags.stopAtFirst,
    engine,
  }));
}

/** The targets with what is to fail in them. */
function withFaults(targets: readonly Target[], strategy: string, flags: ExploreFlags): readonly Target[] {
  const faults = parseFaultFlags(flags);
  if (faults === undefined) return targets;
  if (isExhaustive(strategy) && chanceOf(faults) !== undefined) {
    throw new UsageError(`--faults rate:P is drawn, and ${strategy} draws nothing: take --faults each`);
  }
  return targets.map((target) => {
    if (target.kind === 'scenario') return { ...target, faults };
    const instead = target.kind === 'module' ? ': a module fails where it calls choose(2)' : '';
    throw new UsageError(`--faults is for scenarios${instead}`);
  });
}

/** The targets with when interrupts come in them. */
function withTicks(targets: readonly Target[], strategy: string, flags: ExploreFlags): readonly Target[] {
  const ticks = parseTickFlag(flags.ticks);
  if (ticks === undefined) return targets;
  if (isExhaustive(strategy) && tickChanceOf(ticks) !== undefined) {
    throw new UsageError(`--ticks rate:P is drawn, and ${strategy} draws nothing: take --ticks each`);
  }
  return targets.map((target) => {
    if (target.kind === 'scenario') return { ...target, ticks };
    throw new UsageError(
      `--ticks is for scenarios: ${target.kind === 'module' ? 'a module' : 'JavaScript'} has no interrupts`,
    );
  });
}

/** Part number i of n that together are all, and differ by one at most. */
function partOf(all: number, i: number, n: number): number {
  return Math.floor((all * (i + 1)) / n) - Math.floor((all * i) / n);
}

/** Executions of a target when no number was given. */
function unasked({ duration }: ExploreFlags, strategy: string, target: Target): number {
  const isBounded = strategy === PORTFOLIO || isExhaustive(strategy) || duration !== undefined;
  if (isBounded) return Number.MAX_SAFE_INTEGER;
  return target.kind === 'scenario' ? SCENARIO_EXECUTIONS : MODULE_EXECUTIONS;
}

function timeOf({ duration, executions }: ExploreFlags, strategy: string): number | undefined {
  if (duration !== undefined) return parseDuration(duration);
  return strategy === PORTFOLIO && executions === undefined ? PORTFOLIO_MS : undefined;
}

/** Throws for options that say nothing to the strategy. */
function checkFit(strategy: string, { preemptions, delays, depth, stateful, shard, checkpoint }: ExploreFlags): void {
  const without = strategy === PORTFOLIO ? `several take turns without --strategy` : `not ${strategy}`;
  if (preemptions !== undefined && strategy !== 'dfs') {
    throw new UsageError(`--preemptions is for --strategy dfs: ${without}`);
  }
  if (delays !== undefined && strategy !== 'dfs') throw new UsageError(`--delays is for --strategy dfs: ${without}`);
  if (delays !== undefined && preemptions !== undefined)
    throw new UsageError('give --preemptions or --delays, not both');
  if (depth !== undefined && strategy !== 'pct') throw new UsageError(`--depth is for --strategy pct: ${without}`);
  if (stateful === true && (!isExhaustive(strategy) || (preemptions ?? delays) !== undefined)) {
    throw new UsageError('--stateful is for --strategy dpor, or dfs without a bound');
  }
  const part = shard === undefined ? checkpoint && '--checkpoint' : '--shard';
  if (part !== undefined && strategy === PORTFOLIO) {
    throw new UsageError(`${part} is for one strategy: name it, as --strategy dpor`);
  }
}

/** A strategy's name, or that of all together. */
function parseStrategy(text: string): string {
  const names = [PORTFOLIO, ...strategies.map((one) => one.name)];
  if (!names.includes(text)) {
    throw new UsageError(`unknown strategy "${text}"${didYouMean(text, names)}: there are ${names.join(', ')}`);
  }
  return text;
}

/** A bound of dfs; 0 is one. */
const parseBound = (option: string, text: string): number => (text === '0' ? 0 : parseCount(option, text));

const isFor = ({ forModules, standard }: Checker, { kind }: Target): boolean =>
  kind === 'scenario' || (kind === 'module' ? forModules : standard.includes(kind));

function parseCheckers(text: string, target: Target): readonly string[] {
  const names = allCheckers.filter((one) => isFor(one, target)).map((one) => one.name);
  if (text === 'none') return [];
  if (text === 'all') return names;
  if (text === 'default') return allCheckers.filter((one) => one.standard.includes(target.kind)).map((one) => one.name);
  const asked = text.split(',').map((one) => one.trim());
  for (const one of asked) {
    if (names.includes(one)) continue;
    const there = names.length > 0 ? `there are ${names.join(', ')}, or default, all, none` : 'there are none for it';
    throw new UsageError(`unknown checker "${one}" for a ${target.kind}${didYouMean(one, names)}: ${there}`);
  }
  return asked;
}

async function parseTargets(name: string | undefined, flags: ExploreFlags): Promise<Target[]> {
  if (name?.startsWith('lock:')) return [parseLock(name.slice('lock:'.length), flags)];
  if (flags.mutant !== undefined) throw new UsageError('--mutant is for locks: explore lock:NAME --mutant ...');
  if (name !== undefined && IS_MODULE.test(name)) {
    const text = readInput(name);
    const missing = missingIn(name, text);
    if (missing !== undefined) throw new UsageError(missing);
    return [isJavascript(text) ? await parseJavascript(name, text, flags) : await parseModule(name, flags)];
  }
  if (flags.timeouts !== undefined) throw new UsageError('--timeouts is for JavaScript');
  if (flags.set !== undefined) throw new UsageError('--set is for modules: it replaces the number of a constant');
  if (name?.endsWith('.prog')) return [parseProgram(name, flags)];
  const profile = parseProfile(flags.profile);
  const cpus = flags.cpus === undefined ? undefined : parseCpus(flags.cpus);
  if (name === undefined)
    return smallScenarios.map((one) => scenarioTarget(one.name, smallProgram(one, profile), cpus));
  const text = builtinProgram(name, profile, cpus ?? DEFAULT_CPUS);
  if (text !== undefined) return [scenarioTarget(name, text, cpus)];
  const names = [...smallScenarios, ...scenarios].map((one) => one.name);
  if (existsSync(name))
    throw new UsageError(
      `${name} is no file to explore: a .prog file, a module (.ts), JavaScript (.js, .mjs, .ts ...)`,
    );
  throw new UsageError(
    `unknown scenario "${name}"${didYouMean(name, names)}: there are ${names.join(', ')}, or a .prog file, a module (.ts), lock:NAME`,
  );
}

function parseProgram(name: string, flags: ExploreFlags): Target {
  const text = readProgram(name, flags.profile);
  const target = scenarioTarget(name, text, flags.cpus === undefined ? undefined : parseCpus(flags.cpus));
  // Refuses what is no program before anything runs.
  imageOf(target as Target & { kind: 'scenario' });
  return target;
}

/** Ordinary JavaScript: it runs in a process that has none of our rights (door.ts). */
async function parseJavascript(name: string, text: string, flags: ExploreFlags): Promise<Target> {
  const { profile, set, cpus, calls, out, jobs, checkpoint, timeouts = 'idle' } = flags;
  if (timeouts !== 'idle' && timeouts !== 'any')
    throw new UsageError(`--timeouts takes idle or any, not "${timeouts}"`);
  const target = javascriptTarget(name, timeouts, text);
  const sizes = (await hasOperations(target)) ? {} : { cpus, calls };
  const wrong = Object.entries({ profile, set, ...sizes }).find(([, value]) => value !== undefined);
  if (wrong !== undefined) throw new UsageError(`--${wrong[0]} is not for JavaScript: its file says all`);
  const parts = parseJobs(jobs);
  if (checkpoint !== undefined && !isConfined) checkWritable('--checkpoint', checkpoint);
  confine({
    writes: [resolve(parseDirectory(out))],
    parts: parts > 1 ? parts : 0,
    checkpoint: checkpoint && resolve(checkpoint),
  });
  return target;
}

async function parseModule(name: string, flags: ExploreFlags): Promise<Target> {
  if (flags.timeouts !== undefined) throw new UsageError('--timeouts is for JavaScript: a module has no clock');
  if (flags.profile !== undefined) throw new UsageError('--profile is for scenarios: a module runs without a kernel');
  const target = await moduleTarget(name, parseSettings(flags.set));
  if (flags.cpus !== undefined && !(await hasOperations(target))) {
    throw new UsageError('--cpus is for scenarios: a module lists its own');
  }
  return target;
}

/** The numbers of `--set NAME=NUMBER`. */
function parseSettings(texts: readonly string[] = []): Map<string, number> {
  const settings = new Map<string, number>();
  for (const text of texts) {
    const match = /^([A-Za-z_$][\w$]*)=(-?(?:0x[0-9a-f]+|\d+))$/i.exec(text);
    if (match === null) throw new UsageError(`--set takes NAME=NUMBER, not "${text}"`);
    const digits = match[2] ?? '';
    settings.set(match[1] ?? '', digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits));
  }
  return settings;
}

function parseLock(name: string, flags: ExploreFlags): Target {
  if (flags.profile !== undefined) throw new UsageError('--profile is for scenarios: a lock runs without a kernel');
  const kind = parseLockName(name);
  const settings = parseSettings(flags.set);
  if (flags.cpus !== undefined) settings.set('CPUS', parseCpus(flags.cpus));
  return lockTarget(kind, settings, flags.mutant === undefined ? undefined : parseMutant(flags.mutant, kind));
}

function parseMutant(name: string, kind: LockKind): Mutant {
  const found = mutants.find((one) => one.name === name);
  if (found?.lock === kind.name) return found;
  const own = mutants.filter((one) => one.lock === kind.name).map((one) => one.name);
  const wrong =
    found === undefined ? `unknown mutant "${name}"${didYouMean(name, own)}` : `${name} is of ${found.lock}`;
  throw new UsageError(`${wrong}: ${kind.name} has ${own.join(', ')}`);
}
