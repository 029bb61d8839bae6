/**
 * What a result is a result of: everything that decides what a search finds, as plain data. Results of parts are put
 * together, and a search is taken up again, only where all of it is the same.
 *
 * Not in it: how many threads there were, and where files lie. A field that does not matter to a strategy is null, so
 * that it makes no difference either.
 */
import * as v from 'valibot';
import { faultsText } from '../../boot/faults.ts';
import { buildInfo } from '../../base/build-info.ts';
import { line } from '../../base/shape.ts';
import { programHash } from '../../scenario/image-hash.ts';
import type { ExploreOptions } from './options.ts';
import { isExhaustive, PORTFOLIO, strategies } from '../strategies/index.ts';
import type { Subject } from '../subject/subject.ts';
import { imageOf, subjectOf, type Target } from '../subject/targets.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(count, v.minValue(1));

/** As many as --shard takes. */
const MOST_SHARDS = 999_999;

export const shardShape = v.pipe(
  v.object({ index: positive, of: v.pipe(positive, v.maxValue(MOST_SHARDS)) }),
  v.check(({ index, of }) => index <= of, 'index is not above of'),
);

const subjectShape = v.object({
  kind: v.picklist(['scenario', 'module', 'javascript']),
  /** For people: neither makes a difference. */
  name: line,
  path: v.nullable(line),
  /** Of the program, or of the module with its imports and settings. */
  hash: line,
  cpus: positive,
  profile: v.nullable(line),
  mutant: v.nullable(line),
  settings: v.record(line, v.number()),
  /** What fails on purpose; absent for nothing. */
  faults: v.optional(line),
  /** When interrupts come; absent for never. */
  ticks: v.optional(line),
  /** When waits time out, of JavaScript; absent for when nobody else can go on. */
  timeouts: v.optional(line),
  /** Of scenarios that are made of operations: calls of a CPU, at most. */
  calls: v.optional(positive),
});

export const identityShape = v.object({
  build: line,
  subjects: v.array(subjectShape),
  model: v.picklist(['sc']),
  strategy: v.picklist([...strategies.map((one) => one.name), PORTFOLIO]),
  /** Of a strategy that draws. */
  seed: v.nullable(count),
  /** Of pct. */
  depth: v.nullable(count),
  /** Of dfs, null for any number. */
  preemptions: v.nullable(count),
  delays: v.nullable(count),
  stateful: v.boolean(),
  checkers: v.array(line),
  /** Numbers of the executions, counted from 1; the last is null without a bound. */
  firstExecution: positive,
  lastExecution: v.nullable(count),
  durationMs: v.nullable(v.pipe(v.number(), v.finite())),
  /** Which part of the search, counted from 1; null for all of it. */
  shard: v.nullable(shardShape),
});

export type SubjectIdentity = v.InferOutput<typeof subjectShape>;
export type Identity = v.InferOutput<typeof identityShape>;
/** A part of a search: which one, counted from 1, and of how many. */
export type Shard = v.InferOutput<typeof shardShape>;

/** What is known of a subject that is made already. */
type Measured = Pick<Subject, 'hash' | 'cpus'> & { readonly calls?: number };

/** `subject`: of a module, when it is made already. Throws ProgramError and ModuleError for what cannot be made. */
export async function subjectIdentity(target: Target, subject?: Measured): Promise<SubjectIdentity> {
  const { kind, name } = target;
  if (target.kind === 'scenario') {
    const image = imageOf(target);
    const { profile } = image;
    const cpus = target.cpus ?? image.cpus;
    const faults = target.faults === undefined ? {} : { faults: faultsText(target.faults) };
    const ticks = target.ticks === undefined ? {} : { ticks: target.ticks };
    const hash = programHash(image);
    return { kind, name, path: null, hash, cpus, profile, mutant: null, settings: {}, ...faults, ...ticks };
  }
  const measured: Measured = subject ?? (await subjectOf(target));
  const { cpus, calls } = measured;
  const made = calls === undefined ? {} : { calls };
  if (target.kind === 'javascript') {
    const { path, timeouts } = target;
    const { hash } = measured;
    const extra = { ...(timeouts === 'idle' ? {} : { timeouts }), ...made };
    return { kind, name, path, hash, cpus, profile: null, mutant: null, settings: {}, ...extra };
  }
  const { path, mutant, settings } = target;
  return {
    kind,
    name,
    path,
    // Most who search ask for none, and working it out takes a library.
    get hash() {
      return measured.hash;
    },
    cpus,
    profile: null,
    mutant,
    settings: { ...settings },
    ...made,
  };
}

/**
 * Of a search of several targets that have all other options in common. `subject`: of the only target, when it is made
 * already. Throws RangeError without any.
 */
export async function identityOf(
  all: readonly ExploreOptions[],
  shard: Shard | null,
  subject?: Measured,
): Promise<Identity> {
  const [options] = all;
  if (options === undefined) throw new RangeError('a search of nothing has no identity');
  const { strategy, seed, depth, preemptions, delays, stateful = false, checkers, first, last, durationMs } = options;
  const subjects: SubjectIdentity[] = [];
  for (const { target } of all) subjects.push(await subjectIdentity(target, subject));
  return {
    build: buildInfo.buildId,
    subjects,
    model: 'sc',
    strategy,
    seed: isExhaustive(strategy) ? null : seed,
    depth: strategy === 'pct' ? depth : null,
    preemptions: strategy === 'dfs' && Number.isFinite(preemptions) ? preemptions : null,
    delays: strategy === 'dfs' ? (delays ?? null) : null,
    stateful,
    checkers: [...checkers].sort(),
    firstExecution: first + 1,
    lastExecution: last < Number.MAX_SAFE_INTEGER ? all.reduce((sum, one) => sum + one.last, 0) : null,
    durationMs: durationMs ?? null,
    shard,
  };
}

/** Something two identities differ in: what it is, and both values in words. */
export interface Difference {
  readonly what: string;
  readonly one: string;
  readonly other: string;
}

/** What matters of an identity, by name, in the order in which differences are worth telling. */
function rowsOf({ build, subjects, shard, checkers, ...search }: Identity): Map<string, string> {
  const rows = new Map<string, string>([['build', build]]);
  const add = (what: string, value: unknown): unknown => rows.set(what, value === null ? 'none' : String(value));
  add('number of scenarios', subjects.length);
  subjects.forEach(
    (
      { kind, name, hash, cpus, profile, mutant, settings, faults = null, ticks = null, timeouts = null, ...one },
      i,
    ) => {
      const where = subjects.length > 1 ? `scenario ${i + 1}: ` : '';
      const set = Object.entries(settings)
        .sort()
        .map(([constant, value]) => `${constant}=${value}`);
      for (const [what, value] of Object.entries({ kind, profile, mutant, faults, ticks, timeouts }))
        add(`${where}${what}`, value);
      add(`${where}--set`, set.join() || null);
      add(`${where}cpus`, cpus);
      add(`${where}calls`, one.calls ?? null);
      add(`${where}subject`, `${name} (hash ${hash})`);
    },
  );
  for (const [what, value] of Object.entries(search)) add(what, value);
  add('checkers', checkers.join() || 'none');
  add('shards', shard?.of ?? null);
  add('shard', shard === null ? null : `${shard.index}/${shard.of}`);
  return rows;
}

/** The first thing that is not the same, but for what `but` names; undefined when everything is. */
export function firstDifference(
  one: Identity,
  other: Identity,
  but: readonly ('durationMs' | 'shard')[] = [],
): Difference | undefined {
  const [ours, theirs] = [rowsOf(one), rowsOf({ ...other, subjects: named(other, one) })];
  for (const what of new Set([...ours.keys(), ...theirs.keys()])) {
    if (but.some((left) => left === what)) continue;
    const [a = 'not there', b = 'not there'] = [ours.get(what), theirs.get(what)];
    if (a !== b) return { what: inWords(what), one: a, other: b };
  }
  return undefined;
}

/** `lastExecution` as a person would say it. */
const inWords = (field: string): string => field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A subject of the same hash goes by the same name: a file that was copied is the same. */
function named(identity: Identity, by: Identity): SubjectIdentity[] {
  return identity.subjects.map((subject, i) => {
    const like = by.subjects[i];
    return like?.hash === subject.hash ? { ...subject, name: like.name } : subject;
  });
}
