/**
 * The blocks of a graph as code: one behind the other, each in the end of a block of WebAssembly of its own. A jump ahead is a
 * branch to that end, and one back goes through a table at the top, by the number in a local.
 */
import type { Block, End } from '../form/code.ts';
import type { Body, Target } from './body.ts';
import { either } from './branch.ts';
import { I32, op } from './opcodes.ts';
import { isWord, rangeOf } from './range.ts';
import type { Scope } from './scope.ts';
import { word } from './values.ts';

export class Flow {
  readonly #body: Body;
  readonly #numbers: ReadonlyMap<Block, number>;
  /** The local that says which block comes next. */
  readonly #point: number;
  readonly #places: ReadonlyMap<Block, number>;
  #targets: Target[] = [];
  #again: Target | undefined;

  /** In this order; blocks have these numbers in the table, and other numbers mean none. */
  constructor(body: Body, numbers: ReadonlyMap<Block, number>, point: number) {
    this.#body = body;
    this.#numbers = numbers;
    this.#point = point;
    this.#places = new Map([...numbers.keys()].map((block, i) => [block, i]));
  }

  /** Writes all blocks, each by `one`; `nowhere` is where a number leads that is no block's, and does not come back. */
  write(one: (block: Block) => void, nowhere: () => void): void {
    const body = this.#body;
    const blocks = [...this.#places.keys()];
    this.#again = body.loop();
    const asks = body.block();
    this.#targets = blocks.map(() => body.block()).toReversed();
    const byNumber = new Map(blocks.map((block, i) => [this.numberOf(block), this.#targets[i] as Target]));
    const table = Array.from({ length: Math.max(0, ...byNumber.keys()) + 1 }, (_, i) => byNumber.get(i) ?? asks);
    body.get(this.#point);
    body.branchTable(table, asks);
    for (const block of blocks) {
      body.end();
      one(block);
    }
    body.end();
    nowhere();
    body.end();
    body.op(op.unreachable);
  }

  numberOf(block: Block): number {
    const number = this.#numbers.get(block);
    if (number === undefined) throw new TypeError(`block ${block.id} has no number`);
    return number;
  }

  #placeOf(block: Block): number {
    return this.#places.get(block) as number;
  }

  goto(to: Block, from: Block): void {
    if (this.#placeOf(to) > this.#placeOf(from)) return this.#body.branch(this.#targets[this.#placeOf(to)] as Target);
    this.#body.i32(this.numberOf(to));
    this.#body.set(this.#point);
    this.again();
  }

  /** To the block whose number is in the local. */
  again(): void {
    this.#body.branch(this.#again as Target);
  }

  /** Nothing where the block stands next. */
  goOn(to: Block, from: Block): void {
    if (this.#placeOf(to) !== this.#placeOf(from) + 1) this.goto(to, from);
  }

  branch({ test: one, yes, no }: End & { kind: 'branch' }, scope: Scope, from: Block): void {
    either(one, scope, () => this.goto(yes, from));
    this.goOn(no, from);
  }

  switch({ value, cases, otherwise }: End & { kind: 'switch' }, scope: Scope, from: Block): void {
    const body = this.#body;
    if (![value, ...cases.map((each) => each.test)].every((each) => isWord(rangeOf(each))))
      throw new TypeError('a switch over what is no word');
    const held = body.take(I32);
    word(value, scope);
    body.set(held);
    for (const { test: one, to } of cases) {
      body.get(held);
      word(one, scope);
      body.op(op.i32_eq);
      body.if();
      this.goto(to, from);
      body.end();
    }
    body.release(I32, held);
    this.goOn(otherwise, from);
  }
}
