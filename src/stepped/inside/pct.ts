/**
 * Probabilistic concurrency testing from inside, as strategies/pct.ts chooses: same priorities, same change points, same draws.
 * What is told of random.ts holds here as well.
 */
import { CHOOSE } from '../../machine/access.ts';
import { KIND } from '../frames.ts';
import { passing } from './able.ts';
import { begin } from './begin.ts';
import { give } from './choose.ts';
import { below, draw, restart } from './draw.ts';
import { ended, isInvariant } from './end.ts';
import { at, put, resume } from './memory.ts';
import {
  BOUND,
  CHANGES,
  CPUS,
  FRAMES,
  INVARIANT,
  LOOKED_AT_FIRST,
  MOST_CHANGES,
  PCT_DEPTH,
  PCT_LEVELS,
  PATIENCE,
  PCT_STEPS,
  PRIORITIES,
  READY_FIRST,
  REGION_BYTES,
  STANDS_ASKING,
} from './places.ts';

/** One execution. 0 when there is something to tell of it. */
export function pct(index: number): number {
  begin();
  restart(index);
  const changes = drawPriorities(index);
  if (changes < 0) return 0;
  let lowest = -distinct(changes) - 1;
  const bound = at(BOUND);
  const bytes = at(REGION_BYTES);
  const asks = at(INVARIANT) < 0 ? 0 : 1;
  const patience = at(PATIENCE);
  let ready = at(READY_FIRST);
  let lookedAt = at(LOOKED_AT_FIRST);
  let last = -1;
  let row = 0;
  let step = 0;
  for (;;) {
    const able = lookedAt === 0 ? ready : ready | passing(lookedAt);
    if (able === 0) break;
    if (step === bound) return 0;
    let cpu = highest(able);
    for (let i = changes - 1; i >= 0; i--) {
      if (at(CHANGES + 4 * i) === step) {
        put(PRIORITIES + 4 * cpu, -i - 1);
        cpu = highest(able);
        break;
      }
    }
    row = (able & (able - 1)) === 0 || cpu !== last ? 0 : row + 1;
    last = cpu;
    if (row >= patience) {
      row = 0;
      last = -1;
      lowest = lowest - 1;
      put(PRIORITIES + 4 * cpu, lowest);
      cpu = highest(able);
    }
    const bit = 1 << cpu;
    const region = FRAMES + Math.imul(cpu, bytes);
    if ((lookedAt & bit) !== 0 && at(region + 4 * KIND) === CHOOSE) {
      if (give(region, draw() >>> 16) === 0) return 0;
    }
    const stands = resume(region);
    step++;
    if (stands === STANDS_ASKING) return 0;
    if (asks !== 0 && isInvariant() === 0) return 0;
    ready = (ready & ~bit) | ((stands & 1) << cpu);
    lookedAt = (lookedAt & ~bit) | ((stands >> 1) << cpu);
  }
  return ended(step, ready | lookedAt);
}

/** The CPU of a set with the highest priority; of equal ones the lowest. */
export function highest(able: number): number {
  let best = 31 - Math.clz32(able & -able);
  let priority = at(PRIORITIES + 4 * best);
  for (let rest = able & (able - 1); rest !== 0; rest = rest & (rest - 1)) {
    const cpu = 31 - Math.clz32(rest & -rest);
    const one = at(PRIORITIES + 4 * cpu);
    if (one > priority) {
      best = cpu;
      priority = one;
    }
  }
  return best;
}

/** Priorities in a random order, and change points: how many; -1 when there are more than there is room for. */
function drawPriorities(index: number): number {
  const cpus = at(CPUS);
  // First who comes at which place, then of each the place.
  const order = CHANGES;
  for (let cpu = 0; cpu < cpus; cpu++) put(order + 4 * cpu, cpu);
  for (let i = cpus - 1; i > 0; i--) {
    const j = below(i + 1);
    const held = at(order + 4 * i);
    put(order + 4 * i, at(order + 4 * j));
    put(order + 4 * j, held);
  }
  for (let i = 0; i < cpus; i++) put(PRIORITIES + 4 * at(order + 4 * i), i);
  const count = depthOf(index) - 1;
  if (count > MOST_CHANGES) return -1;
  const range = at(PCT_STEPS) << stretchOf(index);
  for (let i = 0; i < count; i++) put(CHANGES + 4 * i, below(range));
  return count;
}

/** How many steps there are among the change points. */
function distinct(changes: number): number {
  let count = 0;
  for (let i = 0; i < changes; i++) {
    let isNew = 1;
    for (let j = 0; j < i; j++) if (at(CHANGES + 4 * j) === at(CHANGES + 4 * i)) isNew = 0;
    count = count + isNew;
  }
  return count;
}

/** By how many bits the range is stretched: in one execution of 8, by 1 to 6 in turns. */
function stretchOf(index: number): number {
  return index % 8 === 7 ? 1 + ((index >>> 3) % 6) : 0;
}

/** The depth of an execution: where it rises, 48 executions of each in turns. */
function depthOf(index: number): number {
  let levels = 0;
  while (at(PCT_LEVELS + 4 * levels) > 0 && index >= at(PCT_LEVELS + 4 * levels)) levels++;
  if (levels === 0) return at(PCT_DEPTH);
  // Of few bits, so that it is known not to be 0 and needs nobody's help.
  return at(PCT_DEPTH) + (Math.floor(index / 48) % ((levels & 31) + 1));
}
