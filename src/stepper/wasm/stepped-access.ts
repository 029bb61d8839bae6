/**
 * The pending access of a CPU of the stepped kernel, performed where its function is taken up again: what render/perform.ts
 * writes as JavaScript. RAM and frames lie in one memory (stepped/cut-places.ts), so an address is compared with the bounds of
 * what is in use before anything is touched.
 */
import { ALLOC, type Access, accesses, FUTEX_WAIT, SPIN_LOCK, WAIT_FOR_CHANGE } from '../../machine/access.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { FRAMES_AT, HIGH_AT, HIGH_SIZE_AT, SIZE_AT } from '../../stepped/cut-places.ts';
import { ADDRESS, LINE } from '../../stepped/frames.ts';
import { Body } from './body.ts';
import { op } from './opcodes.ts';
import type { Links } from './scope.ts';
import { add, isNothing, isPlainAccess, performWord, read, type WordScope } from './word-access.ts';

/** Where a function has what an access needs. */
export interface SteppedScope {
  readonly body: Body;
  readonly links: Links;
  readonly region: number;
  readonly address: number;
  readonly value: number;
}

const rows = new Map(accesses.map((row) => [row.kind, row]));
/** What may leave the CPU where it stood, with another access pending: no kernel does that. */
const STAYING = new Set([ALLOC, FUTEX_WAIT]);

/** Performs an access of this kind. */
export function performStepped(kind: number, scope: SteppedScope): void {
  // The kernel looks at the word itself afterwards.
  if (kind === WAIT_FOR_CHANGE) return;
  const row = rows.get(kind);
  if (row === undefined || STAYING.has(kind)) throw new TypeError(`an access of kind ${kind} has no place in a kernel`);
  const { body, links, region, value } = scope;
  const words: WordScope = {
    ...scope,
    regionsAt: FRAMES_AT,
    ramAt: 0,
    noting: false,
    reach: () => reach(scope),
  };
  if (isNothing(row)) return;
  if (kind === SPIN_LOCK) return takeSpinlock(row, scope, words);
  if (isPlainAccess(row)) return performWord(row, words);
  body.get(region);
  body.call(links.helper('perform'));
  body.set(value);
}

/** The lock that is taken most is taken in place. */
function takeSpinlock({ free }: Access, { body, links, region, value }: SteppedScope, words: WordScope): void {
  words.reach();
  read(words);
  add(free?.adds as number, words);
  body.get(value);
  body.i32(1);
  body.op(op.i32_gt_s);
  body.if();
  body.get(region);
  body.get(value);
  body.call(links.helper('poisoned'));
  body.op(op.drop);
  body.end();
}

/** Asks the machine unless the word is one of those that need no question. Addresses count in whole words. */
function reach({ body, links, region, address }: SteppedScope): void {
  body.get(region);
  body.word(op.i32_load, FRAMES_AT + 4 * ADDRESS);
  body.tee(address);
  wordBeyond(body, () => body.i32(FIRST_WORD), SIZE_AT);
  body.if();
  body.get(address);
  wordBeyond(body, () => own(body, HIGH_AT), HIGH_SIZE_AT);
  body.if();
  body.get(region);
  body.call(links.helper('reach'));
  body.op(op.drop);
  body.end();
  body.end();
  body.get(address);
  body.i32(-4);
  body.op(op.i32_and);
  body.set(address);
}

/** Whether the word of the address on the stack is none of as many from the first on. */
function wordBeyond(body: Body, first: () => void, sizeAt: number): void {
  body.i32(2);
  body.op(op.i32_shr_s);
  first();
  body.op(op.i32_sub);
  own(body, sizeAt);
  body.op(op.i32_ge_u);
}

/** A word of the compiled code's own. */
function own(body: Body, at: number): void {
  body.i32(0);
  body.word(op.i32_load, at);
}

/** Functions that ask the machine; each is given the address of a region, and a number where it says so. */
export const asking: Readonly<Record<string, (links: Links) => Body>> = {
  /** What is beyond: how many words need no question from here on. */
  reach: (links) => {
    const body = performing(1);
    body.i32(0);
    body.get(0);
    body.word(op.i32_load, FRAMES_AT + 4 * ADDRESS);
    body.i32(2);
    body.op(op.i32_shr_s);
    body.get(0);
    body.word(op.i32_load, FRAMES_AT + 4 * ADDRESS);
    body.call(links.host({ kind: 'machine', name: 'reach' }, 2));
    body.word(op.i32_store, SIZE_AT);
    body.i32(0);
    return body;
  },
  /** A lock was taken that held this. */
  poisoned: (links) => {
    const body = performing(2);
    body.get(1);
    regionNumber(body);
    body.call(links.host({ kind: 'machine', name: 'poisoned' }, 2));
    return body;
  },
  /** A rare access: its result. */
  perform: (links) => {
    const body = performing(1);
    regionNumber(body);
    body.call(links.host({ kind: 'machine', name: 'perform' }, 1));
    return body;
  },
};

/** While an access is performed, no line is the place of a fault. */
function performing(parameters: number): Body {
  const body = new Body(parameters, parameters);
  body.get(0);
  body.i32(0);
  body.word(op.i32_store, FRAMES_AT + 4 * LINE);
  return body;
}

/** A region as the machine knows it: by word. */
function regionNumber(body: Body): void {
  body.get(0);
  body.i32(2);
  body.op(op.i32_shr_u);
}
