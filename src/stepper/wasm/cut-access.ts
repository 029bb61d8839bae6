/**
 * The pending access of a CPU, performed where its function is taken up again, as render/perform.ts has it. Address and
 * operands lie in the CPU's header. What needs the machine stops: an address that is none or was never used, poison.
 */
import {
  type Access,
  accesses,
  CHOOSE,
  FUTEX_WAIT,
  FUTEX_WAKE,
  NOTHING,
  SPIN_LOCK,
  UNLESS_FREE,
  UNTIL_CHANGED,
  WORD,
} from '../../machine/access.ts';
import { POISON, POISON_SLACK } from '../../machine/atomic.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { ADDRESS } from '../../stepped/frames.ts';
import { ASLEEP } from '../../stepped/inside/futex.ts';
import { GIVEN, RAM, SIZE } from '../../stepped/inside/places.ts';
import { op } from './opcodes.ts';
import { add, performWord, read, type WordScope } from './word-access.ts';

/** What the code around has besides, and a way to stop. */
export interface AccessScope extends Omit<WordScope, 'regionsAt' | 'ramAt' | 'noting' | 'reach'> {
  stop(): void;
  /** The CPU stands where it stood. */
  stay(): void;
  /** Number of a function of src/stepped/inside. */
  inside(name: string): number;
  /** That of the function that is told of accesses, where loops may spin. */
  readonly did: number | undefined;
}

/** What is done by functions of the search inside. */
const FUTEX = new Map([
  [FUTEX_WAIT, 'futex_wait'],
  [FUTEX_WAKE, 'futex_wake'],
]);

const rows = new Map(accesses.map((row) => [row.kind, row]));

/** Whether accesses of this kind are performed inside. */
export function isInside(kind: number): boolean {
  const row = rows.get(kind);
  if (row === undefined) return false;
  if (kind === CHOOSE || FUTEX.has(kind)) return true;
  if (row.queue !== undefined || row.becomes === 'copy') return false;
  if (row.waits !== undefined && row.waits !== UNLESS_FREE && row.waits !== UNTIL_CHANGED) return false;
  return row.touches === WORD || (row.touches === NOTHING && row.gives !== true && row.chooses !== true);
}

/** Performs an access of this kind, one of those that are inside. */
export function perform(kind: number, scope: AccessScope): void {
  const { body, region, address, value, did } = scope;
  const { touches } = rows.get(kind) as Access;
  const futex = FUTEX.get(kind);
  if (futex !== undefined) return sleepOrWake(futex, scope);
  effect(kind, scope);
  if (did === undefined || touches !== WORD) return;
  for (const one of [region, address, value]) body.get(one);
  body.i32(kind);
  body.call(did);
  body.op(op.drop);
}

function sleepOrWake(name: string, scope: AccessScope): void {
  const { body, region, value, stay, inside } = scope;
  reach(scope);
  body.get(region);
  body.call(inside(name));
  body.set(value);
  if (name !== FUTEX.get(FUTEX_WAIT)) return;
  body.get(value);
  body.i32(ASLEEP);
  body.op(op.i32_eq);
  body.if();
  stay();
  body.end();
}

function effect(kind: number, scope: AccessScope): void {
  const { body, value, did } = scope;
  const row = rows.get(kind) as Access;
  if (kind === CHOOSE) {
    body.i32(0);
    body.word(op.i32_load, GIVEN);
    return body.set(value);
  }
  if (row.touches === NOTHING) return;
  const words: WordScope = {
    ...scope,
    regionsAt: 0,
    ramAt: RAM,
    noting: did !== undefined,
    reach: () => reach(scope),
  };
  if (row.free === undefined) return performWord(row, words);
  reach(scope);
  take(kind, row.free.adds, scope, words);
}

/** Stops unless the address is one of a word in use. Turned round by two bits, one that is no multiple of 4 lies beyond RAM. */
function reach({ body, region, address, stop }: AccessScope): void {
  body.get(region);
  body.word(op.i32_load, 4 * ADDRESS);
  body.tee(address);
  body.i32(2);
  body.op(op.i32_rotr);
  body.i32(FIRST_WORD);
  body.op(op.i32_sub);
  body.i32(0);
  body.word(op.i32_load, SIZE);
  body.op(op.i32_ge_u);
  body.if();
  stop();
  body.end();
}

/** Takes a lock that is free. */
function take(kind: number, adds: number, { body, value, stop }: AccessScope, words: WordScope): void {
  read(words);
  body.get(value);
  if (kind === SPIN_LOCK) {
    // All but 1 and what is no lock at all would have had to wait.
    body.i32(1);
    body.op(op.i32_gt_s);
  } else {
    body.i32(POISON - POISON_SLACK + 1);
    body.op(op.i32_sub);
    body.i32(2 * POISON_SLACK - 1);
    body.op(op.i32_lt_u);
  }
  body.if();
  stop();
  body.end();
  add(adds, words);
}
