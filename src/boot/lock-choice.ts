/**
 * `--lock task=mcs`: which algorithm serves which kernel lock, and where the memory for that lies. Behind RAM come, for each
 * chosen class, the records of all CPUs and then the blocks of all its locks. tasklist_lock is one lock; an alloc_lock lies
 * in every task_struct, and since slab objects begin at multiples of a fixed size, the address says which block is its own.
 */
import { load, store } from '../machine/bus.ts';
import { type ChosenClass, RECORDS_EACH } from '../machine/chosen-locks.ts';
import { UNLOCKED } from '../machine/arch-spin.ts';
import { RW_LOCK_BIAS } from '../machine/arch-rwlock.ts';
import { RAM_BYTES } from '../machine/limits.ts';
import { locks as algorithms } from '../machine/locks/index.ts';
import { type Exclusive, RECORD_BYTES, RECORD_CPU, type Shared } from '../machine/locks/lock-kind.ts';
import { machine } from '../machine/map.ts';
import { cacheStride, TASK_CACHE } from '../kernel/caches.ts';
import { kernel, task_struct } from '../kernel/layout.ts';
import { LOCK_ALLOC, LOCK_TASKLIST } from '../kernel/locks.ts';

/** Kernel locks that can be served by another algorithm: by the name on the command line. */
export const choosable = ['task', 'tasklist'] as const;
export type Choosable = (typeof choosable)[number];

export interface LockChoice {
  readonly lock: Choosable;
  /** Name of the algorithm; not one with a sequence. */
  readonly algorithm: string;
}

/** Two task_structs are never nearer than this. */
const TASK_STEP = cacheStride(TASK_CACHE);
const MOST_SIDE_BYTES = 512 * 1024 * 1024;

interface Plan {
  readonly bytes: number;
  readonly classes: readonly ChosenClass[];
}

const aligned = (bytes: number): number => (bytes + RECORD_BYTES - 1) & -RECORD_BYTES;

/** What the choices need. Classes are those of CPU 0. Throws RangeError when it is more memory than is sensible. */
export function planLocks(choices: readonly LockChoice[], cpus: number, ramBytes = RAM_BYTES): Plan {
  let at = ramBytes;
  const classes = choices.map(({ lock, algorithm }): ChosenClass => {
    const kind = algorithms.find((one) => one.name === algorithm);
    if (kind === undefined || kind.shape === 'sequence')
      throw new RangeError(`${algorithm} cannot serve as a kernel lock`);
    const isTask = lock === 'task';
    const records = at;
    const blocks = records + cpus * RECORDS_EACH * RECORD_BYTES;
    const blockBytes = aligned(kind.bytes(cpus) + 4);
    at = blocks + (isTask ? Math.ceil(ramBytes / TASK_STEP) : 1) * blockBytes;
    return {
      lockClass: isTask ? LOCK_ALLOC : LOCK_TASKLIST,
      code: kind.code as Exclusive | Shared,
      first: isTask ? task_struct.alloc_lock : kernel.tasklist_lock,
      step: TASK_STEP,
      blocks,
      blockBytes,
      records,
      free: isTask ? UNLOCKED : RW_LOCK_BIAS,
    };
  });
  if (at - ramBytes > MOST_SIDE_BYTES) {
    const megabytes = Math.ceil((at - ramBytes) / 2 ** 20);
    throw new RangeError(`these locks need ${megabytes} MB for ${cpus} CPUs; take a smaller one, or fewer CPUs`);
  }
  return { bytes: at - ramBytes, classes };
}

/** Makes every block of a class a free lock, and every record its CPU's. Before any CPU runs. */
export function makeBlocks({ code, first, step, blocks, blockBytes, records }: ChosenClass, cpus: number): void {
  const count = first === kernel.tasklist_lock ? 1 : Math.ceil(load(machine.ram_bytes) / step);
  for (let i = 0; i < count; i++) code.init(blocks + i * blockBytes, cpus);
  for (let i = 0; i < cpus * RECORDS_EACH; i++) {
    store(records + i * RECORD_BYTES + RECORD_CPU, Math.floor(i / RECORDS_EACH));
  }
}

/** The classes of a plan as one CPU has them: with the records that are its own. */
export function chosenClasses(choices: readonly LockChoice[], memory: SharedArrayBuffer, cpu: number): ChosenClass[] {
  if (choices.length === 0) return [];
  const words = new Int32Array(memory);
  const cpus = words[machine.ncpus >> 2] as number;
  const { classes } = planLocks(choices, cpus, words[machine.ram_bytes >> 2]);
  return classes.map((one) => ({ ...one, records: one.records + cpu * RECORDS_EACH * RECORD_BYTES }));
}
