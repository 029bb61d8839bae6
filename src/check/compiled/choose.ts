/** Who is next of several CPUs, as explore/strategies/random.ts and pct.ts choose. */
import { at, put } from '../../stepped/inside/memory.ts';
import { CHOICE_ANY, CPUS, PRIORITIES, RANDOM, ROW, ROW_CPU, ROW_LIMIT } from './places.ts';

/** One of a set that is not empty; -1 where that is left to the strategy. */
export function choose(choice: number, able: number): number {
  if (choice !== CHOICE_ANY) return highest(able);
  // One CPU alone needs no draw.
  if ((able & (able - 1)) === 0) return 31 - Math.clz32(able);
  let rest = able;
  for (let nth = Math.imul(draw() >>> 16, countOf(able)) >>> 16; nth > 0; nth--) rest = rest & (rest - 1);
  return 31 - Math.clz32(rest & -rest);
}

/** The next 32 bits of sfc32 (base/random.ts). */
function draw(): number {
  const b = at(RANDOM + 4);
  const c = at(RANDOM + 8);
  const counter = at(RANDOM + 12);
  const sum = (((at(RANDOM) + b) | 0) + counter) | 0;
  put(RANDOM, b ^ (b >>> 9));
  put(RANDOM + 4, (c + (c << 3)) | 0);
  put(RANDOM + 8, (((c << 21) | (c >>> 11)) + sum) | 0);
  put(RANDOM + 12, (counter + 1) | 0);
  return sum;
}

function countOf(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest = rest & (rest - 1)) count++;
  return count;
}

/** The CPU of the highest priority, and of equal ones the lowest; -1 when it has stepped long enough in a row. */
function highest(able: number): number {
  const count = at(CPUS);
  let best = -1;
  for (let cpu = 0; cpu < count; cpu++) {
    if (((able >>> cpu) & 1) === 0) continue;
    if (best < 0 || at(PRIORITIES + 4 * cpu) > at(PRIORITIES + 4 * best)) best = cpu;
  }
  const alone = (able & (able - 1)) === 0;
  const row = alone || best !== at(ROW_CPU) ? 0 : at(ROW) + 1;
  if (row >= at(ROW_LIMIT)) return -1;
  put(ROW, row);
  put(ROW_CPU, best);
  return best;
}
