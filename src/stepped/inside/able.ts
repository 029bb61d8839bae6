import { CHOOSE, SPIN_LOCK } from '../../machine/access.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { ADDRESS, KIND } from '../frames.ts';
import { at } from './memory.ts';
import { FRAMES, RAM, REGION_BYTES, SIZE } from './places.ts';
import { isPassable } from './waiting.ts';

/**
 * Of CPUs at accesses that have to be looked at, as bits, those that can go on. Notes in TROUBLE where the machine has to be
 * asked.
 */
export function passing(lookedAt: number): number {
  const bytes = at(REGION_BYTES);
  const size = at(SIZE);
  let able = 0;
  for (let rest = lookedAt; rest !== 0; rest = rest & (rest - 1)) {
    const bit = rest & -rest;
    const region = FRAMES + Math.imul(31 - Math.clz32(bit), bytes);
    const kind = at(region + 4 * KIND);
    const address = at(region + 4 * ADDRESS);
    // By far the most.
    if (kind === SPIN_LOCK && (((address >>> 2) | (address << 30)) - FIRST_WORD) >>> 0 < size >>> 0) {
      if (at(RAM + address) > 0) able = able | bit;
    } else if (kind === CHOOSE) able = able | bit;
    else able = able | (isPassable(region) * bit);
  }
  return able;
}
