/** lock_stat of kernel locks from what every CPU recorded: by class, by the function that waited, by the lock. */
import { variableName } from '../../check/evidence/variable.ts';
import type { RamView } from '../../check/evidence/view.ts';
import { lockClassNames } from '../../kernel/locks.ts';
import { addWaits, type ClassRecord, type Waits } from '../../smp/lock-recorder.ts';
import type { LockStat } from '../result.ts';

export const contentionKeys = ['caller', 'lock'] as const;
export type ContentionKey = (typeof contentionKeys)[number];

/** Times in nanoseconds. */
export interface Contention {
  /** Class of the lock. */
  readonly lockClass: string;
  /** The function, or the lock: the field it lies in and its address. */
  readonly name: string;
  readonly contended: number;
  readonly waitTotal: number;
  readonly waitMax: number;
}

/** The most waited for first, in each part. */
export interface KernelLockStat {
  readonly lockStat: readonly LockStat[];
  readonly contention: Readonly<Record<ContentionKey, readonly Contention[]>>;
}

export const nothingRecorded: KernelLockStat = { lockStat: [], contention: { caller: [], lock: [] } };

/** Contention points of a class, as /proc/lock_stat has them. */
const MOST_POINTS = 4;
/** What is kept of callers and of locks; more than a page nobody reads. */
const MOST_CONTENTIONS = 24;

/** `recorded`: the classes of each CPU. */
export function lockStatOf(recorded: readonly (readonly ClassRecord[])[], view: RamView): KernelLockStat {
  const classes = lockClassNames.map((name, number) => {
    const own = recorded.flatMap((all) => all[number] ?? []);
    return { name, own, places: merged(own.map((one) => one.places)), locks: merged(own.map((one) => one.locks)) };
  });
  const stats = classes.map(({ name, own, places }) => statOf(name, own, places));
  return {
    lockStat: stats.filter((one) => one.acquisitions > 0).sort((a, b) => b.waitTotal - a.waitTotal),
    contention: {
      caller: mostWaited(classes.flatMap(({ name, places }) => contentions(name, places))),
      lock: mostWaited(classes.flatMap(({ name, locks }) => contentions(name, locks))).map((one) => ({
        ...one,
        name: lockName(view, Number(one.name)),
      })),
    },
  };
}

function statOf(name: string, own: readonly ClassRecord[], places: Readonly<Record<string, Waits>>): LockStat {
  const sum = (pick: (one: ClassRecord) => number): number => own.reduce((total, one) => total + pick(one), 0);
  const contentionCount = sum((one) => one.contentions);
  const acquisitions = sum((one) => one.acquisitions);
  return {
    name,
    conBounces: sum((one) => one.conBounces),
    contentions: contentionCount,
    waitMin: contentionCount === 0 ? 0 : Math.min(...own.map((one) => one.waitMin)),
    waitMax: Math.max(0, ...own.map((one) => one.waitMax)),
    waitTotal: sum((one) => one.waitTotal),
    acqBounces: sum((one) => one.acqBounces),
    acquisitions,
    holdMin: acquisitions === 0 ? 0 : Math.min(...own.map((one) => one.holdMin)),
    holdMax: Math.max(0, ...own.map((one) => one.holdMax)),
    holdTotal: sum((one) => one.holdTotal),
    points: Object.entries(places)
      .map(([place, { contended }]) => ({ place, count: contended }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MOST_POINTS),
    blockers: [],
  };
}

function merged(all: readonly Readonly<Record<string, Waits>>[]): Record<string, Waits> {
  const sums: Record<string, Waits> = {};
  for (const one of all) for (const [key, waits] of Object.entries(one)) addWaits(sums, key, waits);
  return sums;
}

const contentions = (lockClass: string, all: Readonly<Record<string, Waits>>): Contention[] =>
  Object.entries(all).map(([name, waits]) => ({ lockClass, name, ...waits }));

const mostWaited = (all: readonly Contention[]): Contention[] =>
  all.toSorted((a, b) => b.waitTotal - a.waitTotal).slice(0, MOST_CONTENTIONS);

/** A global variable by its name alone; a field of an object with the address too. */
function lockName(view: RamView, address: number): string {
  const variable = variableName(view, address);
  return variable.includes('->') ? `${variable} 0x${address.toString(16)}` : variable;
}
