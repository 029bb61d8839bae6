/** What the flags of `tasklock bench locks` mean; everything that can be wrong about them. */
import { availableParallelism } from 'node:os';
import { MOST_LINES } from '../../lab/real/map.ts';
import type { Load } from '../../lab/result.ts';
import { MAX_CPUS } from '../../machine/limits.ts';
import { locks as allLocks } from '../../machine/locks/index.ts';
import type { LockKind } from '../../machine/locks/lock-kind.ts';
import { type SortKey, sortKeys } from '../../report/lab-sort.ts';
import { didYouMean } from '../../base/suggest.ts';
import { machines, type Parameters } from '../../lab/model/parameters.ts';
import { checkWritable, parseDuration, parseSeed, UsageError } from '../usage.ts';
import { parseTimes, parseWhole, parseWholes, parts } from './times.ts';

export interface LocksFlags {
  readonly lock?: string;
  readonly cpus?: string;
  readonly inside: string;
  readonly outside: string;
  readonly touch: string;
  readonly writes: string;
  readonly rounds: string;
  readonly duration?: string;
  readonly clock: string;
  readonly sockets?: string;
  readonly parameters?: string;
  readonly seed?: string;
  readonly sort?: string;
  readonly stat?: boolean;
  readonly native: boolean;
  readonly check: boolean;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly html?: string;
  readonly quiet?: boolean;
}

export interface LocksOptions {
  readonly clock: 'real' | 'model';
  readonly locks: readonly LockKind[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  readonly durationMs: number;
  readonly native: boolean;
  readonly check: boolean;
  readonly sockets: number;
  readonly parameters: Parameters;
  readonly seed: number;
  readonly sort: SortKey;
}

function parseMachine(name: string): Parameters {
  const found = machines.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = machines.map((one) => one.name);
  throw new UsageError(`unknown machine "${name}"${didYouMean(name, names)}: there are ${names.join(', ')}`);
}

/** What is compared when no lock is named: one of each idea. */
const USUAL = [
  'tas',
  'ttas',
  'byte',
  'ticket',
  'mcs',
  'clh',
  'qspinlock',
  'cohort',
  'futex',
  'rw-biased',
  'rw-fair',
  'seqlock',
];
const MOST_ROUNDS = 1000;
const MOST_SOCKETS = 64;
/** All rounds together, when no duration is given; and the bounds of what follows from it. */
const BUDGET_MS = 20_000;
const SHORTEST_MS = 10;
const LONGEST_MS = 250;
const LONGEST_ROUND_MS = 3_600_000;
const clocks = ['real', 'model'] as const;

/** Throws UsageError. */
export function locksOptions(names: readonly string[], flags: LocksFlags): LocksOptions {
  const clock = oneOf('--clock', flags.clock, clocks);
  for (const name of ['sockets', 'parameters', 'seed'] as const) {
    if (clock === 'real' && flags[name] !== undefined) throw new UsageError(`--${name} is for --clock model`);
  }
  const outputs = [flags.csv, flags.json].filter((flag) => flag === true).length;
  if (outputs > 1) throw new UsageError('give --csv or --json, not both');
  if (flags.html !== undefined) checkWritable('--html', flags.html);
  const locks = parseLocks(names, flags.lock);
  const loads = parseLoads(flags);
  const rounds = parseWhole('--rounds', flags.rounds, 1, MOST_ROUNDS);
  // A round with time stamps takes half as long as one without.
  const share = BUDGET_MS / (1.5 * rounds * locks.length * loads.length);
  const durationMs =
    flags.duration === undefined ? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, share)) : parseDuration(flags.duration);
  if (durationMs > LONGEST_ROUND_MS) throw new UsageError(`--duration takes at most an hour, not "${flags.duration}"`);
  const sort = oneOf('--sort', flags.sort ?? 'none', sortKeys);
  const sockets = parseWhole('--sockets', flags.sockets ?? '1', 1, MOST_SOCKETS);
  const parameters = parseMachine(flags.parameters ?? 'xeon');
  const seed = flags.seed === undefined ? 1 : parseSeed(flags.seed);
  return {
    clock,
    locks,
    loads,
    rounds,
    durationMs,
    native: flags.native,
    check: flags.check,
    sockets,
    parameters,
    seed,
    sort,
  };
}

function oneOf<T extends string>(option: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found === undefined) {
    throw new UsageError(`${option} takes ${values.join(', ')}, not "${text}"${didYouMean(text, values)}`);
  }
  return found;
}

function parseLocks(names: readonly string[], flag: string | undefined): LockKind[] {
  if (names.length > 0 && flag !== undefined) throw new UsageError('name locks as arguments or with --lock, not both');
  const asked = [...new Set([...names, ...(flag === undefined ? [] : [flag])].flatMap(parts))];
  if (asked.includes('all')) return [...allLocks];
  const known = allLocks.map((lock) => lock.name);
  const chosen = asked.length > 0 ? asked : USUAL;
  return chosen.map((name) => {
    const found = allLocks.find((lock) => lock.name === name);
    if (found !== undefined) return found;
    throw new UsageError(`unknown lock "${name}"${didYouMean(name, known)}: there are ${known.join(', ')}, or all`);
  });
}

/** The cross product: CPUs, inside, outside. */
function parseLoads(flags: LocksFlags): Load[] {
  const cores = Math.min(availableParallelism(), MAX_CPUS);
  const cpus = flags.cpus === undefined ? [...new Set([1, cores])] : parseWholes('--cpus', flags.cpus, 1, MAX_CPUS);
  const insides = parseTimes('--inside', flags.inside);
  const outsides = parseTimes('--outside', flags.outside);
  const touch = parseWhole('--touch', flags.touch, 0, MOST_LINES);
  const writes = parseWhole('--writes', flags.writes, 0, 1000);
  return insides.flatMap((insideNs) =>
    outsides.flatMap((outsideNs) => cpus.map((count) => ({ cpus: count, insideNs, outsideNs, touch, writes }))),
  );
}
