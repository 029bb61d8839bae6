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
import {
  ATOMIC,
  AWAKE,
  GIVE_BACK,
  LOCK_EXCLUSIVE,
  LOCK_SHARED,
  MARKED_READ,
  MARKED_WRITE,
  NOTHING,
  PLAIN_READ,
  PLAIN_WRITE,
  UNLOCK,
  WAKE,
} from '../compiled/meanings.ts';

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
