/** What use-after-free and sleep-in-atomic have to see of an access of one word (observers/use-after-free.ts, sleep-in-atomic.ts). */
import { cpu_data, rq } from '../../kernel/layout.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import { cpu_area } from '../../machine/map.ts';
import { AREA } from '../../stepped/frames.ts';
import { at, put } from '../../stepped/inside/memory.ts';
import {
  ASKED,
  ASKS_HEAP,
  ASKS_SLEEPERS,
  BODIES_TABLE,
  CACHE_OF,
  CPU_DATA,
  IS_ALLOCATOR,
  IS_SLEEPER,
  LIVE,
  LIVES,
  NO_HEAP,
  NO_SLAB,
  OUTSIDE,
  PAGE_OBJECTS,
  SLEEPING_TABLE,
  STEP,
} from './places.ts';

const RCU_PASSED = cpu_data.rq + rq.rcu_passed;

/** 1 for an access that neither of them has anything to say of. `place`: what is known of the function that makes it. */
export function useOfHeap(cpu: number, region: number, kind: number, address: number, place: number): number {
  const asked = at(ASKED);
  const area = at(region + 4 * AREA);
  const held = at(area + cpu_area.preempt_count);
  if ((asked & ASKS_SLEEPERS) !== 0 && (held !== 0 || at(area + cpu_area.irqs_on) === 0)) {
    if (at(SLEEPING_TABLE + 4 * kind) !== 0 || (place & IS_SLEEPER) !== 0) return 0;
  }
  if ((asked & ASKS_HEAP) === 0) return 1;
  // Not in a read section (observers/read-sections.ts).
  if (held === 0 || (at(at(CPU_DATA + 4 * cpu) + RCU_PASSED) & 1) !== 0) put(OUTSIDE + 4 * cpu, at(STEP));
  if ((place & IS_ALLOCATOR) !== 0) return 1;
  const page = address >>> 12;
  const cache = at(CACHE_OF + 4 * page);
  if (cache === NO_HEAP) return 1;
  if (cache === NO_SLAB) return 0;
  const object = bodyAt(cache, address);
  if (object < 0) return 0;
  return at(LIVES + 4 * (Math.imul(page, PAGE_OBJECTS) + object)) === LIVE ? 1 : 0;
}

/** The same for a block: it lies in one object. */
export function blockOfHeap(
  cpu: number,
  region: number,
  kind: number,
  address: number,
  bytes: number,
  place: number,
): number {
  if (useOfHeap(cpu, region, kind, address, place) === 0) return 0;
  if ((at(ASKED) & ASKS_HEAP) === 0 || (place & IS_ALLOCATOR) !== 0) return 1;
  const cache = at(CACHE_OF + 4 * (address >>> 12));
  if (cache === NO_HEAP) return 1;
  const last = address + bytes - 4;
  return last >>> 12 === address >>> 12 && bodyAt(cache, last) === bodyAt(cache, address) ? 1 : 0;
}

/** Number in its page of the object whose body an address lies in, or -1. */
function bodyAt(cache: number, address: number): number {
  return at(BODIES_TABLE + Math.imul(cache, PAGE_SIZE) + (address & (PAGE_SIZE - 4)));
}
