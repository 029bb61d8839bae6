import { FIRST_WORD } from '../../machine/limits.ts';
import { at, put } from './memory.ts';
import { move } from './notes.ts';
import { BEGINNING, CPUS, FRAMES, NOTES_OF, NOTING, RAM, REGION_BYTES, SIZE, TROUBLE, USED_TABLE } from './places.ts';

/** Puts RAM and what is in use of the frames to the beginning. */
export function begin(): void {
  let from = at(BEGINNING);
  const cpus = at(CPUS);
  const bytes = at(REGION_BYTES);
  let region = FRAMES;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const used = at(USED_TABLE + 4 * cpu);
    for (let i = 0; i < used; i = i + 4) put(region + i, at(from + i));
    from = from + used;
    region = region + bytes;
  }
  put(TROUBLE, 0);
  if (at(NOTING) !== 0) {
    for (let one = FRAMES; one < region; one = one + bytes) move(at(one + 4 * NOTES_OF));
  }
  const size = 4 * at(SIZE);
  const ram = RAM + 4 * FIRST_WORD;
  for (let i = 0; i < size; i = i + 4) put(ram + i, at(from + i));
}
