/** The bus beside the same operation written straight on the typed array: it must add nothing measurable. */
import { arch_spin_lock, arch_spin_unlock } from '../src/machine/arch-spin.ts';
import { attach, cmpxchg, load, store, xadd, xchg } from '../src/machine/bus.ts';
import { createRam } from '../src/machine/ram.ts';
import { read_lock, read_unlock, rwlock_init } from '../src/machine/rwlock.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../src/machine/spinlock.ts';
import { Bench } from 'tinybench';
import { table } from '../src/report/table.ts';
import { nanoseconds } from './rounds.ts';

const WORD = 0x40000;
const LOCK = 0x40100;
const TURNS = 1000;

interface Pair {
  readonly name: string;
  readonly bus: () => number;
  readonly straight: () => number;
}

/** A new loop each time: two rows that shared one would share what the engine learnt. */
const straightLock = (words: Int32Array, lock: number) => (): number => {
  for (let i = 0; i < TURNS; i++) {
    while (Atomics.sub(words, lock, 1) !== 1) while ((words[lock] as number) <= 0);
    words[lock] = 1;
  }
  return 0;
};

/** One loop of TURNS a function, each its own, so that none sees the types of another. */
function pairs(words: Int32Array<SharedArrayBuffer>): Pair[] {
  const at = WORD >> 2;
  const lock = (LOCK >> 2) + 16;
  return [
    {
      name: 'load',
      bus: () => {
        let sum = 0;
        for (let i = 0; i < TURNS; i++) sum = (sum + load(WORD + ((i & 15) << 2))) | 0;
        return sum;
      },
      straight: () => {
        let sum = 0;
        for (let i = 0; i < TURNS; i++) sum = (sum + (words[at + (i & 15)] as number)) | 0;
        return sum;
      },
    },
    {
      name: 'store',
      bus: () => {
        for (let i = 0; i < TURNS; i++) store(WORD + ((i & 15) << 2), i);
        return 0;
      },
      straight: () => {
        for (let i = 0; i < TURNS; i++) words[at + (i & 15)] = i;
        return 0;
      },
    },
    {
      name: 'xadd',
      bus: () => {
        for (let i = 0; i < TURNS; i++) xadd(WORD, 1);
        return 0;
      },
      straight: () => {
        for (let i = 0; i < TURNS; i++) Atomics.add(words, at, 1);
        return 0;
      },
    },
    {
      name: 'xchg',
      bus: () => {
        for (let i = 0; i < TURNS; i++) xchg(WORD, i);
        return 0;
      },
      straight: () => {
        for (let i = 0; i < TURNS; i++) Atomics.exchange(words, at, i);
        return 0;
      },
    },
    {
      name: 'cmpxchg',
      bus: () => {
        for (let i = 0; i < TURNS; i++) cmpxchg(WORD, i, i + 1);
        return 0;
      },
      straight: () => {
        for (let i = 0; i < TURNS; i++) Atomics.compareExchange(words, at, i, i + 1);
        return 0;
      },
    },
    {
      name: 'arch_spin_lock + unlock',
      bus: () => {
        for (let i = 0; i < TURNS; i++) {
          arch_spin_lock(LOCK);
          arch_spin_unlock(LOCK);
        }
        return 0;
      },
      straight: straightLock(words, lock),
    },
    {
      name: 'spin_lock + unlock',
      bus: () => {
        for (let i = 0; i < TURNS; i++) {
          spin_lock(LOCK);
          spin_unlock(LOCK);
        }
        return 0;
      },
      straight: straightLock(words, lock),
    },
    {
      name: 'read_lock + unlock',
      bus: () => {
        for (let i = 0; i < TURNS; i++) {
          read_lock(LOCK + 16);
          read_unlock(LOCK + 16);
        }
        return 0;
      },
      straight: () => {
        for (let i = 0; i < TURNS; i++) {
          Atomics.sub(words, lock + 4, 1);
          Atomics.add(words, lock + 4, 1);
        }
        return 0;
      },
    },
  ];
}

/** Table of nanoseconds an operation. spin_lock and read_lock also keep the list of those held and count. */
export async function busTable(quick: boolean): Promise<string[]> {
  const memory = createRam({ cpus: 1 });
  attach(memory, 0);
  spin_lock_init(LOCK, 1);
  rwlock_init(LOCK + 16, 2);
  const words = new Int32Array(memory);
  words[(LOCK >> 2) + 16] = 1;
  const bench = new Bench({ time: quick ? 100 : 400, warmupTime: 100 });
  const all = pairs(words);
  for (const { name, bus, straight } of all) bench.add(`${name} bus`, bus).add(`${name} straight`, straight);
  await bench.run();
  const rows = all.map(({ name }) => {
    const bus = nanoseconds(bench, `${name} bus`, TURNS);
    const straight = nanoseconds(bench, `${name} straight`, TURNS);
    return [name, bus.toFixed(2), straight.toFixed(2), (bus / straight).toFixed(2)];
  });
  return table([['operation, ns', 'bus', 'straight', 'ratio'], ...rows]);
}
