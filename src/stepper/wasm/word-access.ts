/**
 * An access of one word of RAM as instructions, as the table of accesses has it. Address and operands lie in the CPU's header;
 * what the word held is left in a local where anybody needs it.
 */
import { type Access, NOTHING, WORD } from '../../machine/access.ts';
import { OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import type { Body } from './body.ts';
import { op } from './opcodes.ts';

/** What the code around has. */
export interface WordScope {
  readonly body: Body;
  /** Locals: the address of the CPU's region, that of the word once it is known, what the word held. */
  readonly region: number;
  readonly address: number;
  readonly value: number;
  /** What addresses of regions and of RAM count from. */
  readonly regionsAt: number;
  readonly ramAt: number;
  /** Whether what the word held is always needed. */
  readonly noting: boolean;
  /** Leaves the address of the word in its local; does not come back where there is no such word. */
  reach(): void;
}

const BITS = { '+': op.i32_add, '&': op.i32_and, '|': op.i32_or, '^': op.i32_xor } as const;

/** Whether accesses of this row are those of one word, that never wait and that no lock is taken by. */
export const isPlainAccess = ({ touches, queue, free }: Access): boolean =>
  touches === WORD && queue === undefined && free === undefined;

/** Whether accesses of this row do nothing, and give nothing. */
export const isNothing = ({ touches, queue, gives }: Access): boolean =>
  touches === NOTHING && queue === undefined && gives !== true;

/** Performs a plain access. */
export function performWord({ becomes, gives }: Access, scope: WordScope): void {
  const { body, value, noting } = scope;
  scope.reach();
  if (becomes === undefined) return read(scope);
  if (becomes === '=') {
    if (gives === true || noting) read(scope);
    return write(scope, () => operand(OPERAND, scope));
  }
  if (becomes === '=?') {
    read(scope);
    body.get(value);
    operand(OPERAND, scope);
    body.op(op.i32_eq);
    body.if();
    write(scope, () => operand(OPERAND2, scope));
    return body.end();
  }
  if (typeof becomes === 'number' && noting) read(scope);
  if (typeof becomes === 'number') return write(scope, () => body.i32(becomes));
  const bits = BITS[becomes as keyof typeof BITS];
  if (bits === undefined) throw new TypeError(`no instruction makes a word ${becomes}`);
  read(scope);
  write(scope, () => {
    body.get(value);
    operand(OPERAND, scope);
    body.op(bits);
  });
}

export function read({ body, address, value, ramAt }: WordScope): void {
  body.get(address);
  body.word(op.i32_load, ramAt);
  body.set(value);
}

export function write({ body, address, ramAt }: WordScope, what: () => void): void {
  body.get(address);
  what();
  body.word(op.i32_store, ramAt);
}

/** What the word held, and so much more. */
export function add(by: number, scope: WordScope): void {
  write(scope, () => {
    scope.body.get(scope.value);
    scope.body.i32(by);
    scope.body.op(op.i32_add);
  });
}

function operand(word: number, { body, region, regionsAt }: WordScope): void {
  body.get(region);
  body.word(op.i32_load, regionsAt + 4 * word);
}
