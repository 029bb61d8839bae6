/** What a kind of access means to the race detector, by the table of accesses. */
import {
  type Access,
  EXCLUSIVE,
  FREED,
  GIVEN_BACK,
  LOOP,
  NOTHING as NO_WORD,
  QUEUE,
  SHARED,
} from '../../machine/access.ts';
import { byKind, isWrite } from '../../machine/access-kinds.ts';

export const NOTHING = 0;
export const PLAIN_READ = 1;
export const PLAIN_WRITE = 2;
export const MARKED_READ = 3;
export const MARKED_WRITE = 4;
export const ATOMIC = 5;
export const LOCK_SHARED = 6;
export const LOCK_EXCLUSIVE = 7;
export const UNLOCK = 8;
export const GIVE_BACK = 9;
/** What is done before a wake-up is seen by who is woken; neither looks at the word. */
export const WAKE = 10;
export const AWAKE = 11;

const OF_LOCKS: Readonly<Record<number, number>> = {
  [SHARED]: LOCK_SHARED,
  [EXCLUSIVE]: LOCK_EXCLUSIVE,
  [FREED]: UNLOCK,
  [GIVEN_BACK]: GIVE_BACK,
};

function meaningOf({ kind, touches, order, lock = 0, queue }: Access): number {
  if (touches === QUEUE) return queue === 'changes' ? WAKE : AWAKE;
  if (touches === NO_WORD || touches === LOOP) return NOTHING;
  const ofLock = OF_LOCKS[lock];
  if (ofLock !== undefined) return ofLock;
  if (order === 'locked') return ATOMIC;
  if (order === 'marked') return isWrite(kind) ? MARKED_WRITE : MARKED_READ;
  return isWrite(kind) ? PLAIN_WRITE : PLAIN_READ;
}

/** By kind. */
export const MEANINGS = byKind(meaningOf);
