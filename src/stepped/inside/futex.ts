/** Sleeping on a word until woken, as futex.ts has it: a queue is kept by its members. */
import { FUTEX_SLEEP, FUTEX_WAIT } from '../../machine/access.ts';
import { ADDRESS, KIND, OPERAND } from '../frames.ts';
import { at, put } from './memory.ts';
import { did, move } from './notes.ts';
import { CPUS, FRAMES, NOTES_OF, NOTING, RAM, REGION_BYTES } from './places.ts';

const AGAIN = -11;
/** Behind what futex_wait answers: the CPU sleeps, and stands where it stood. */
export const ASLEEP = 1;

/** Place of a CPU in the queue of an address; 0 when it does not sleep there. */
function placeOf(region: number, address: number): number {
  if (at(region + 4 * KIND) !== FUTEX_SLEEP || at(region + 4 * ADDRESS) !== address) return 0;
  return at(region + 4 * OPERAND);
}

/** A CPU at futex_wait, or awake again: what it is answered, or ASLEEP. */
export function futex_wait(region: number): number {
  if (at(region + 4 * KIND) === FUTEX_SLEEP) {
    put(region + 4 * KIND, FUTEX_WAIT);
    return 0;
  }
  const address = at(region + 4 * ADDRESS);
  const value = at(RAM + address);
  if (at(NOTING) !== 0) did(region, address, value, FUTEX_WAIT);
  if (value !== at(region + 4 * OPERAND)) return AGAIN;
  if (at(NOTING) !== 0) move(at(region + 4 * NOTES_OF));
  let sleepers = 0;
  const bytes = at(REGION_BYTES);
  const end = FRAMES + Math.imul(at(CPUS), bytes);
  for (let one = FRAMES; one < end; one = one + bytes) if (placeOf(one, address) > 0) sleepers++;
  put(region + 4 * KIND, FUTEX_SLEEP);
  put(region + 4 * OPERAND, sleepers + 1);
  return ASLEEP;
}

/** Wakes the first sleepers of an address, as many as the CPU asks for: how many there were. */
export function futex_wake(region: number): number {
  const address = at(region + 4 * ADDRESS);
  const asked = at(region + 4 * OPERAND);
  const count = asked > 0 ? asked : 0;
  if (at(NOTING) !== 0) move(at(region + 4 * NOTES_OF));
  let woken = 0;
  const bytes = at(REGION_BYTES);
  const end = FRAMES + Math.imul(at(CPUS), bytes);
  for (let one = FRAMES; one < end; one = one + bytes) {
    const place = placeOf(one, address);
    if (place > 0) {
      if (place <= count) woken++;
      put(one + 4 * OPERAND, place > count ? place - count : 0);
    }
  }
  return woken;
}
