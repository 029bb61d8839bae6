/** What the table of accesses says, by kind and flat, for those who ask at every step. */
import { type Access, accesses, UNLESS_FREE, WORD } from './access.ts';
import { callOf } from './access-calls.ts';

const COUNT = 1 + Math.max(...accesses.map(({ kind }) => kind));

/** A number for every kind; 0 where there is no row. */
export function byKind(numberOf: (row: Access) => number | undefined): Int32Array {
  const table = new Int32Array(COUNT);
  for (const row of accesses) table[row.kind] = numberOf(row) ?? 0;
  return table;
}

/** 1 for every kind of which it is true. */
function flags(test: (row: Access) => boolean): Uint8Array {
  return Uint8Array.from(byKind((row) => (test(row) ? 1 : 0)));
}

const changesWord = ({ becomes, free }: Access): boolean => becomes !== undefined || free !== undefined;

export const TOUCHES = byKind(({ touches }) => touches);
export const WAITS_FOR = byKind(({ waits }) => waits);
export const LOCK = byKind(({ lock }) => lock);
export const TIME = byKind(({ time }) => time);
/** Kind under which the second block goes. */
export const OTHER = byKind(({ other, kind }) => other ?? kind);
/** Words from the address on that an access depends on; those behind are leavings of earlier ones. */
export const OPERANDS = byKind((row) => Math.max(1, callOf(row).parameters.length));

/** Those that can be performed at once, and in one way; those that may have to wait; these and those of several values. */
export const READY = flags(({ waits, chooses }) => waits === undefined && chooses === undefined);
export const WAITS = flags(({ waits }) => waits !== undefined);
export const LOOKED_AT = flags(({ waits, chooses }) => waits !== undefined || chooses === true);

/** Those whose value is that of the move. */
export const CHOOSES = flags(({ chooses }) => chooses === true);

/** Between what values of its word a lock is free, and what taking it adds. */
export const FREE_FROM = byKind(({ free }) => free?.least);
export const FREE_TO = byKind(({ free }) => free?.most);
export const ADDS = byKind(({ free }) => free?.adds);

/** Those that may change their words. */
export const WRITES = flags(changesWord);
/** Those that look at the queue of a futex or change it, and those that change it. */
export const QUEUES = flags(({ queue }) => queue !== undefined);
export const REQUEUES = flags(({ queue }) => queue === 'changes');

const MARKED = flags(({ order }) => order === 'marked');
const ATOMIC = flags(({ order }) => order === 'locked');
const BARRIERS = flags(({ order, barrier }) => order === 'locked' || barrier === true);
const TAKES = flags(({ waits }) => waits === UNLESS_FREE);
const SLEEPING = flags(({ sleeping }) => sleeping === true);
const PLAIN = flags(({ touches, order, lock }) => touches === WORD && order === undefined && lock === undefined);
const GLANCES = flags((row) => row.touches === WORD && !changesWord(row) && row.queue === undefined);

/** True for an access that may change its word. */
export const isWrite = (kind: number): boolean => WRITES[kind] === 1;
/** True where the race is intended: READ_ONCE, WRITE_ONCE, waiting for a change, a futex's word. */
export const isMarked = (kind: number): boolean => MARKED[kind] === 1;
/** True for locked operations, taking a lock among them: a read and a write at once, and a full barrier. */
export const isAtomic = (kind: number): boolean => ATOMIC[kind] === 1;
/** True for these and for a barrier that is nothing else. */
export const isBarrier = (kind: number): boolean => BARRIERS[kind] === 1;
/** True for taking a lock of any kind. */
export const isLock = (kind: number): boolean => TAKES[kind] === 1;
/** True for taking one that its taker may sleep for. */
export const isSleepingLock = (kind: number): boolean => SLEEPING[kind] === 1;
/** True for a plain load or store. */
export const isPlainWord = (kind: number): boolean => PLAIN[kind] === 1;
/** True for what only looks at one word. */
export const isGlance = (kind: number): boolean => GLANCES[kind] === 1;
