/** Whether what two CPUs are about to do commutes, as footprints say it (explore/subject/ram-footprints.ts). */
import { SPIN, WORD } from '../../machine/access.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { ADDRESS, KIND } from '../frames.ts';
import { MOST_BLOCK_WORDS } from '../heap.ts';
import { at } from './memory.ts';
import { noted, readAt } from './notes.ts';
import { QUEUES_TABLE, REQUEUES_TABLE, TOUCHES_TABLE, WRITES_TABLE } from './places.ts';

/** In front of RAM lie the queues of futexes, as words. */
const QUEUES = FIRST_WORD - 1 - MOST_BLOCK_WORDS;

/** 1 when their accesses share a word, or the queue of a futex, that one of them changes. */
export function races(one: number, other: number): number {
  const words = wordsOf(one);
  const others = wordsOf(other);
  for (let i = 0; i < words; i++) {
    for (let j = 0; j < others; j++) {
      if ((changes(one, i) | changes(other, j)) !== 0 && wordAt(one, i) === wordAt(other, j)) return 1;
    }
  }
  return 0;
}

/** How many words it comes to: of a loop those that it has noted, some of which may be none. */
function wordsOf(region: number): number {
  const kind = at(region + 4 * KIND);
  if (kind === SPIN) return noted(region);
  const word = at(TOUCHES_TABLE + 4 * kind) === WORD ? 1 : 0;
  return word + at(QUEUES_TABLE + 4 * kind);
}

/** The queue comes first. */
function wordAt(region: number, i: number): number {
  const kind = at(region + 4 * KIND);
  if (kind === SPIN) return readAt(region, i) >> 2;
  const word = at(region + 4 * ADDRESS) >> 2;
  return i < at(QUEUES_TABLE + 4 * kind) ? 1 + (word % QUEUES) : word;
}

function changes(region: number, i: number): number {
  const kind = at(region + 4 * KIND);
  return i < at(QUEUES_TABLE + 4 * kind) ? at(REQUEUES_TABLE + 4 * kind) : at(WRITES_TABLE + 4 * kind);
}
