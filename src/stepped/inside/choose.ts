import { MOST_VALUES } from '../../machine/limits.ts';
import { ADDRESS } from '../frames.ts';
import { at, put } from './memory.ts';
import { move } from './notes.ts';
import { GIVEN, NOTES_OF, NOTING } from './places.ts';

/** Gives a CPU at a choice one of its values, by 16 random bits. 0 when it is a choice among none or too many. */
export function give(region: number, bits: number): number {
  const values = at(region + 4 * ADDRESS);
  if (values < 1 || values > MOST_VALUES) return 0;
  if (at(NOTING) !== 0) move(at(region + 4 * NOTES_OF));
  put(GIVEN, Math.imul(bits, values) >>> 16);
  return 1;
}
