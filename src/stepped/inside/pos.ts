/**
 * Partial order sampling from inside, as strategies/pos.ts chooses: same priorities, same draws. What is told of random.ts holds here
 * as well. Priorities have no sign there; here their highest bit is turned round, so that words with sign compare as they do.
 */
import { CHOOSE } from '../../machine/access.ts';
import { KIND } from '../frames.ts';
import { passing } from './able.ts';
import { begin } from './begin.ts';
import { give } from './choose.ts';
import { draw, restart } from './draw.ts';
import { ended, isInvariant } from './end.ts';
import { at, put, resume } from './memory.ts';
import { highest } from './pct.ts';
import {
  BOUND,
  CPUS,
  FRAMES,
  INVARIANT,
  LOOKED_AT_FIRST,
  PATIENCE,
  PRIORITIES,
  READY_FIRST,
  REGION_BYTES,
  STANDS_ASKING,
} from './places.ts';
import { races } from './races.ts';

/** One execution. 0 when there is something to tell of it. */
export function pos(index: number): number {
  begin();
  restart(index);
  const cpus = at(CPUS);
  for (let cpu = 0; cpu < cpus; cpu++) drawAnew(cpu);
  const bound = at(BOUND);
  const bytes = at(REGION_BYTES);
  const asks = at(INVARIANT) < 0 ? 0 : 1;
  const patience = at(PATIENCE);
  let ready = at(READY_FIRST);
  let lookedAt = at(LOOKED_AT_FIRST);
  // CPUs that are below all others until they draw anew.
  let fallen = 0;
  let last = -1;
  let row = 0;
  let step = 0;
  for (;;) {
    const able = lookedAt === 0 ? ready : ready | passing(lookedAt);
    if (able === 0) break;
    if (step === bound) return 0;
    let cpu = first(able, fallen);
    row = (able & (able - 1)) === 0 || cpu !== last ? 0 : row + 1;
    last = cpu;
    if (row >= patience) {
      row = 0;
      last = -1;
      fallen = fallen | (1 << cpu);
      cpu = first(able, fallen);
    }
    const bit = 1 << cpu;
    const region = FRAMES + Math.imul(cpu, bytes);
    if ((lookedAt & bit) !== 0 && at(region + 4 * KIND) === CHOOSE) {
      if (give(region, draw() >>> 16) === 0) return 0;
    }
    for (let rest = able; rest !== 0; rest = rest & (rest - 1)) {
      const one = 31 - Math.clz32(rest & -rest);
      if (one === cpu || races(region, FRAMES + Math.imul(one, bytes)) !== 0) {
        drawAnew(one);
        fallen = fallen & ~(1 << one);
      }
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

function drawAnew(cpu: number): void {
  put(PRIORITIES + 4 * cpu, draw() ^ -0x8000_0000);
}

/** Of a set that is not empty the CPU that comes first; of those that are below all others the lowest. */
function first(able: number, fallen: number): number {
  const above = able & ~fallen;
  return above !== 0 ? highest(above) : 31 - Math.clz32(able & -able);
}
