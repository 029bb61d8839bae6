/** Which CPUs can go on, as SteppedMachine.moves says. */
import { UNLESS_FREE, UNTIL_CHANGED } from '../../machine/access.ts';
import { isPoison } from '../../machine/atomic.ts';
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import { FRAMES_AT, RAM_END } from '../../stepped/cut-places.ts';
import { ADDRESS, KIND, OPERAND } from '../../stepped/frames.ts';
import { at } from '../../stepped/inside/memory.ts';
import { FREE_FROM_TABLE, FREE_TO_TABLE, REGION_WORDS, WAITS_FOR_TABLE } from './places.ts';

/** Of CPUs at accesses that have to be looked at, as bits, those that can go on; -1 where the machine has to be asked. */
export function passing(lookedAt: number): number {
  const bytes = 4 * at(REGION_WORDS);
  let able = 0;
  for (let rest = lookedAt; rest !== 0; rest = rest & (rest - 1)) {
    const bit = rest & -rest;
    // The highest of 32 has the sign, which is taken for an answer below.
    if (bit < 0) return -1;
    const region = FRAMES_AT + Math.imul(31 - Math.clz32(bit), bytes);
    const address = at(region + 4 * ADDRESS);
    if ((address & 3) !== 0 || (address - FIRST_ADDRESS) >>> 0 >= RAM_END - FIRST_ADDRESS) return -1;
    const kind = 4 * at(region + 4 * KIND);
    const waits = at(WAITS_FOR_TABLE + kind);
    const value = at(address);
    if (waits === UNTIL_CHANGED) {
      if (value !== at(region + 4 * OPERAND)) able = able | bit;
    } else if (waits !== UNLESS_FREE) return -1;
    else if (value >= at(FREE_FROM_TABLE + kind) && value <= at(FREE_TO_TABLE + kind)) able = able | bit;
    else if (isPoison(value)) return -1;
  }
  return able;
}
