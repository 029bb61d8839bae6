/** What a state is: whether it is as the module says, and its fingerprint, as state.ts has it. */
import { CHOOSE } from '../../machine/access.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { CALLER, FIRST_SLOT, FUNCTION, HEADER_WORDS, KIND, RESULT, TOP } from '../frames.ts';
import { at, put, resume } from './memory.ts';
import { move } from './notes.ts';
import {
  CPUS,
  ENDS,
  ENDS_LIST,
  FINISHED,
  FINISHED_FUNCTION,
  FRAMES,
  INVARIANT,
  INVARIANT_FUNCTION,
  LAST_HIGH,
  LAST_LOW,
  LAST_STEPS,
  NEXT_POINT,
  NOTES_OF,
  NOTING,
  RAM,
  RECENT,
  RECENT_COUNT,
  REGION_BYTES,
  SIZE,
  STANDS_ASKING,
  STANDS_DONE,
  STANDS_LOOKED_AT,
  TROUBLE,
} from './places.ts';
import { isPassable } from './waiting.ts';

/** Accesses that such a call may make before somebody else looks at it. */
const MOST_ACCESSES = 10_000;
const SEED_HIGH = 0x2545f491;
const SEED_LOW = 0x6a09e667;

/** Whether what the module asks at the end of an execution holds. */
export function holds(): number {
  return at(FINISHED) < 0 ? 1 : isTrue(at(FINISHED), at(FINISHED_FUNCTION));
}

/** Whether what it asks in every state holds. */
export function isInvariant(): number {
  return isTrue(at(INVARIANT), at(INVARIANT_FUNCTION));
}

/** Calls a function on the CPU behind the others. 0 as well where it does what only the machine can judge. */
function isTrue(point: number, number: number): number {
  const region = (FRAMES + Math.imul(at(CPUS), at(REGION_BYTES))) | 0;
  const frame = region + 4 * HEADER_WORDS;
  put(frame + 4 * FUNCTION, number);
  put(region + 4 * NEXT_POINT, point);
  put(frame + 4 * CALLER, 0);
  put(frame + 4 * FIRST_SLOT, 0);
  put(region + 4 * TOP, frame);
  put(region + 4 * RESULT, 0);
  if (at(NOTING) !== 0) move(at(region + 4 * NOTES_OF));
  let stands = resume(region);
  for (let accesses = 0; stands !== STANDS_DONE; accesses++) {
    if (accesses > MOST_ACCESSES || stands === STANDS_ASKING) return 0;
    if (stands === STANDS_LOOKED_AT) {
      if (at(region + 4 * KIND) === CHOOSE) return 0;
      if (isPassable(region) !== 1) return 0;
    }
    stands = resume(region);
  }
  return at(region + 4 * RESULT) === 0 ? 0 : 1;
}

/** A round, and the finish, of state.ts. */
export function mixed(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

export function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = h ^ (h >>> 13);
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The end of an execution of so many steps, in which the CPUs `waiting` stand at accesses. 0 when there is something to tell of
 * it: they wait for ever, or get a turn all the same (late.ts); or it is not as it should be.
 */
export function ended(steps: number, waiting: number): number {
  if (waiting !== 0 || holds() === 0 || at(TROUBLE) !== 0) return 0;
  put(LAST_STEPS, steps);
  noteEnd(FIRST_WORD + at(SIZE));
  return 1;
}

/** Notes the state, in which every CPU is done, as an end that was met. From word `end` on RAM holds nothing. */
export function noteEnd(end: number): void {
  let high = SEED_HIGH;
  let low = SEED_LOW;
  for (let word = FIRST_WORD; word < end; word++) {
    const value = at(RAM + 4 * word);
    if (value !== 0) {
      high = mixed(mixed(high, word), value);
      low = mixed(mixed(low, value), word);
    }
  }
  const cpus = at(CPUS);
  const bytes = at(REGION_BYTES);
  let region = FRAMES;
  for (let cpu = 0; cpu < cpus; cpu++) {
    high = mixed(high, at(region + 4 * RESULT));
    low = mixed(low, ~at(region + 4 * RESULT));
    region = (region + bytes) | 0;
  }
  high = finish(high);
  low = finish(low);
  put(LAST_HIGH, high);
  put(LAST_LOW, low);
  const recent = RECENT + 8 * (low & (RECENT_COUNT - 1));
  if (at(recent) === high && at(recent + 4) === low) return;
  put(recent, high);
  put(recent + 4, low);
  const list = ENDS_LIST + 8 * at(ENDS);
  put(list, high);
  put(list + 4, low);
  put(ENDS, at(ENDS) + 1);
}
