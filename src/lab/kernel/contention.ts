/** Who waits for kernel locks: by the function that waited, and by the lock it waited for. */
import { variableName } from '../../check/variable.ts';
import type { RamView } from '../../check/view.ts';
import { lockClassNames } from '../../kernel/locks.ts';
import type { ClassRecord, Waits } from '../../smp/lock-recorder.ts';

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

/** Most of all waiting first. */
export type Contentions = Readonly<Record<ContentionKey, readonly Contention[]>>;

/** What is kept of each; more than a page nobody reads. */
const MOST = 24;

/** From the records of every CPU. */
export function contentionsOf(recorded: readonly (readonly ClassRecord[])[], view: RamView): Contentions {
  const lockName = (key: string): string => {
    const address = Number(key);
    const variable = variableName(view, address);
    return variable.includes('->') ? `${variable} 0x${address.toString(16)}` : variable;
  };
  return {
    caller: merged(recorded, (record) => record.places),
    lock: merged(recorded, (record) => record.locks).map((one) => ({ ...one, name: lockName(one.name) })),
  };
}

function merged(
  recorded: readonly (readonly ClassRecord[])[],
  pick: (record: ClassRecord) => Readonly<Record<string, Waits>>,
): Contention[] {
  const all = lockClassNames.flatMap((lockClass, number) => {
    const sums = new Map<string, Waits>();
    for (const classes of recorded) {
      const record = classes[number];
      for (const [name, waits] of Object.entries(record === undefined ? {} : pick(record))) {
        const sum = sums.get(name);
        sums.set(name, sum === undefined ? waits : addWaits(sum, waits));
      }
    }
    return [...sums].map(([name, waits]): Contention => ({ lockClass, name, ...waits }));
  });
  return all.sort((a, b) => b.waitTotal - a.waitTotal).slice(0, MOST);
}

const addWaits = (a: Waits, b: Waits): Waits => ({
  contended: a.contended + b.contended,
  waitTotal: a.waitTotal + b.waitTotal,
  waitMax: Math.max(a.waitMax, b.waitMax),
});
