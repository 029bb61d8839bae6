/** The code of one function while it is written: its instructions, its locals, the blocks that are open. */
import { float64, signed, unsigned } from './bytes.ts';
import { atomic, I32, NO_RESULT, op, type Type } from './opcodes.ts';

/** A block that can be left, or a loop that can be begun anew, by a branch. */
export interface Target {
  readonly depth: number;
}

/** Where in the source an instruction comes from: an offset in the code, and a line. */
export interface Mark {
  readonly offset: number;
  readonly line: number;
}

export class Body {
  readonly bytes: number[] = [];
  readonly marks: Mark[] = [];
  readonly #locals: Type[] = [];
  readonly #parameters: number;
  /** Locals that nobody uses at the moment, by type. */
  readonly #free = new Map<Type, number[]>();
  #depth = 0;

  /** All parameters are words. */
  constructor(parameters: number, words: number) {
    this.#parameters = parameters;
    for (let i = parameters; i < words; i++) this.#locals.push(I32);
  }

  /** The first of so many locals in a row, all of them words. */
  reserve(words: number): number {
    const first = this.#parameters + this.#locals.length;
    for (let i = 0; i < words; i++) this.#locals.push(I32);
    return first;
  }

  /** A local for a moment; `release` gives it back. */
  take(type: Type): number {
    const free = this.#free.get(type)?.pop();
    if (free !== undefined) return free;
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  release(type: Type, local: number): void {
    const free = this.#free.get(type) ?? [];
    this.#free.set(type, free);
    free.push(local);
  }

  op(...opcodes: number[]): void {
    for (const one of opcodes) this.bytes.push(one);
  }

  #with(opcode: number, operand: number): void {
    this.bytes.push(opcode);
    unsigned(operand, this.bytes);
  }

  i32(value: number): void {
    this.bytes.push(op.i32_const);
    signed(value | 0, this.bytes);
  }

  /** A whole number. */
  i64(value: number): void {
    this.bytes.push(op.i64_const);
    signed(value, this.bytes);
  }

  f64(value: number): void {
    this.bytes.push(op.f64_const, ...float64(value));
  }

  get(local: number): void {
    this.#with(op.local_get, local);
  }

  set(local: number): void {
    this.#with(op.local_set, local);
  }

  tee(local: number): void {
    this.#with(op.local_tee, local);
  }

  getGlobal(global: number): void {
    this.#with(op.global_get, global);
  }

  setGlobal(global: number): void {
    this.#with(op.global_set, global);
  }

  call(number: number): void {
    this.#with(op.call, number);
  }

  /** Of the function of the table whose place is on the stack. */
  callIndirect(type: number): void {
    this.#with(op.call_indirect, type);
    this.bytes.push(0);
  }

  /** A load or store of a word. */
  word(opcode: number, offset = 0): void {
    this.bytes.push(opcode, 2);
    unsigned(offset, this.bytes);
  }

  atomic(opcode: (typeof atomic)[keyof typeof atomic], offset = 0): void {
    this.bytes.push(0xfe, opcode, 2);
    unsigned(offset, this.bytes);
  }

  /** Cuts a double to 64 bits: what is too large is the largest, what is no number 0. */
  truncate(): void {
    this.bytes.push(0xfc, 6);
  }

  /** Copies or fills bytes of memory: the operands are on the stack. */
  bulk(opcode: 'copy' | 'fill'): void {
    if (opcode === 'copy') this.bytes.push(0xfc, 10, 0, 0);
    else this.bytes.push(0xfc, 11, 0);
  }

  #open(opcode: number, type: Type | typeof NO_RESULT): Target {
    this.bytes.push(opcode, type);
    this.#depth++;
    return { depth: this.#depth };
  }

  block(type: Type | typeof NO_RESULT = NO_RESULT): Target {
    return this.#open(op.block, type);
  }

  loop(): Target {
    return this.#open(op.loop, NO_RESULT);
  }

  if(type: Type | typeof NO_RESULT = NO_RESULT): Target {
    return this.#open(op.if, type);
  }

  else(): void {
    this.bytes.push(op.else);
  }

  end(): void {
    this.bytes.push(op.end);
    this.#depth--;
  }

  branch(to: Target): void {
    this.#with(op.br, this.#depth - to.depth);
  }

  branchIf(to: Target): void {
    this.#with(op.br_if, this.#depth - to.depth);
  }

  /** To one of these by the number on the stack, or else to the last. */
  branchTable(to: readonly Target[], otherwise: Target): void {
    this.#with(op.br_table, to.length);
    for (const one of [...to, otherwise]) unsigned(this.#depth - one.depth, this.bytes);
  }

  /** What comes next is of this line. */
  mark(line: number | undefined): void {
    if (line !== undefined && this.marks.at(-1)?.line !== line) this.marks.push({ offset: this.bytes.length, line });
  }

  /** Declarations of locals and the code, as the code section has them; and how long what stands in front of the code is. */
  finish(): { readonly bytes: readonly number[]; readonly codeAt: number } {
    const locals = unsigned(this.#locals.length);
    for (const type of this.#locals) locals.push(1, type);
    const size = unsigned(locals.length + this.bytes.length + 1);
    return { bytes: [...size, ...locals, ...this.bytes, op.end], codeAt: size.length + locals.length };
  }
}
