/** A CPU at the head of a loop: whether it waits there, as the machine and spin.ts have it. */
import { SPIN } from '../../machine/access.ts';
import { CALLER, KIND, RESUME, TOP } from '../frames.ts';
import { finish, mixed } from './end.ts';
import { at, put } from './memory.ts';
import { arrives } from './notes.ts';
import { NEXT_POINT, NOTES_OF, POINTS_TABLE } from './places.ts';

/** Points there are fewer of in any module. */
const POINTS = 1 << 12;

/** 1 when the CPU waits: SPIN is its pending step. */
export function spin(region: number): number {
  const top = at(region + 4 * TOP);
  const place = Math.imul(top - region, POINTS) + at(region + 4 * NEXT_POINT);
  if (arrives(at(region + 4 * NOTES_OF), framesHash(region, top), place) === 0) return 0;
  put(region + 4 * KIND, SPIN);
  return 1;
}

/** Fingerprint of the frames, from the top down (state.ts). */
function framesHash(region: number, top: number): number {
  let hash = 0;
  let point = at(region + 4 * NEXT_POINT);
  for (let frame = top; frame !== 0; frame = at(frame + 4 * CALLER)) {
    if (frame !== top) point = at(frame + 4 * RESUME);
    // Function, block, how many words matter, and which.
    let row = at(at(POINTS_TABLE) + 4 * point);
    hash = mixed(mixed(hash, at(row)), at(row + 4));
    const end = row + 12 + at(row + 8);
    for (row = row + 12; row < end; row = row + 4) hash = mixed(hash, at(frame + at(row)));
  }
  return finish(hash);
}
