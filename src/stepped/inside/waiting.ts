/** Whether an access that may have to wait can be performed now, as waiting.ts says. */
import { SPIN, UNLESS_FREE, UNTIL_CHANGED, UNTIL_WOKEN } from '../../machine/access.ts';
import { isPoison } from '../../machine/atomic.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { ADDRESS, KIND, OPERAND } from '../frames.ts';
import { at, put } from './memory.ts';
import { isUnchanged } from './notes.ts';
import { FREE_FROM_TABLE, FREE_TO_TABLE, RAM, SIZE, TROUBLE, WAITS_FOR_TABLE } from './places.ts';

/** 1 if it can, 0 if it has to wait. Notes in TROUBLE where the machine has to be asked: the address is none of a word in use. */
export function isPassable(region: number): number {
  if (at(region + 4 * KIND) === SPIN) return isUnchanged(region) === 1 ? 0 : 1;
  const address = at(region + 4 * ADDRESS);
  const word = address >> 2;
  if (word < FIRST_WORD || word >= FIRST_WORD + at(SIZE) || (address & 3) !== 0) return unknown();
  const value = at(RAM + address);
  const kind = 4 * at(region + 4 * KIND);
  const waits = at(WAITS_FOR_TABLE + kind);
  if (waits === UNTIL_CHANGED) return value === at(region + 4 * OPERAND) ? 0 : 1;
  if (waits === UNTIL_WOKEN) return at(region + 4 * OPERAND) === 0 ? 1 : 0;
  if (waits !== UNLESS_FREE || isPoison(value)) return unknown();
  return value >= at(FREE_FROM_TABLE + kind) && value <= at(FREE_TO_TABLE + kind) ? 1 : 0;
}

function unknown(): number {
  put(TROUBLE, 1);
  return 1;
}
