/**
 * The random walk from inside: executions one after the other as RandomWalk chooses and SteppedMachine steps, with no way out
 * but for what somebody has to be told. Execution number i is the same as theirs: same draws, same steps, same end. What is
 * rare (a fault, a deadlock, an end that is not as it should be, an address that was never used, the step bound) is not
 * judged here: the slice ends in front of the execution, and it runs again where all is known.
 */
import { CHOOSE } from '../../machine/access.ts';
import { KIND } from '../frames.ts';
import { begin } from './begin.ts';
import { give } from './choose.ts';
import { passing } from './able.ts';
import { ended, isInvariant } from './end.ts';
import { at, resume_here } from './memory.ts';
import {
  BOUND,
  CHOOSING,
  COUNT_TABLE,
  FRAMES,
  INVARIANT,
  LOOKED_AT_FIRST,
  NTH_TABLE,
  READY_FIRST,
  REGION_BYTES,
  SEED,
  STANDS_ASKING,
  TABLED_CPUS,
} from './places.ts';

/** One execution. 0 when there is something to tell of it. */
export function randomWalk(index: number): number {
  begin();
  const bound = at(BOUND);
  const bytes = at(REGION_BYTES);
  const asks = at(INVARIANT) < 0 ? 0 : 1;
  const chooses = at(CHOOSING);
  let ready = at(READY_FIRST);
  let lookedAt = at(LOOKED_AT_FIRST);
  // sfc32, as in base/random.ts.
  let counter = 1;
  let a = at(SEED);
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 ^ index;
  for (let i = 0; i < 12; i++) {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
  }
  let step = 0;
  for (;;) {
    const able = lookedAt === 0 ? ready : ready | passing(lookedAt);
    if (able === 0) break;
    if (step === bound) return 0;
    // Without a branch: whether there is a choice is what nobody can foretell. One CPU alone needs no draw.
    const draws = ((able & (able - 1)) | -(able & (able - 1))) >> 31;
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter - draws) | 0;
    a = a ^ ((a ^ b ^ (b >>> 9)) & draws);
    b = b ^ ((b ^ ((c + (c << 3)) | 0)) & draws);
    c = c ^ ((c ^ ((((c << 21) | (c >>> 11)) + sum) | 0)) & draws);
    let cpu = 0;
    if (able >>> 0 < 1 << TABLED_CPUS) {
      const nth = Math.imul(sum >>> 16, at(COUNT_TABLE + 4 * able)) >>> 16;
      cpu = at(NTH_TABLE + 4 * TABLED_CPUS * able + 4 * nth);
    } else cpu = nthOf(able, sum >>> 16);
    const bit = 1 << cpu;
    const region = FRAMES + Math.imul(cpu, bytes);
    if (chooses !== 0 && (lookedAt & bit) !== 0 && at(region + 4 * KIND) === CHOOSE) {
      const bits = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + bits) | 0;
      if (give(region, bits >>> 16) === 0) return 0;
    }
    const stands = resume_here(region);
    step++;
    if (stands === STANDS_ASKING) return 0;
    if (asks !== 0 && isInvariant() === 0) return 0;
    ready = (ready & ~bit) | ((stands & 1) << cpu);
    lookedAt = (lookedAt & ~bit) | ((stands >> 1) << cpu);
  }
  return ended(step, ready | lookedAt);
}

/** Of a set of more CPUs than there is a table for, the one that 16 random bits take. */
function nthOf(set: number, bits: number): number {
  // Number of bits set.
  let count = set - ((set >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  count = Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  let rest = set;
  for (let nth = Math.imul(bits, count) >>> 16; nth > 0; nth--) rest = rest & (rest - 1);
  return 31 - Math.clz32(rest & -rest);
}
