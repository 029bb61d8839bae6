/**
 * Functions of the bus that go over blocks, word by word: other CPUs see each word whole, and nothing larger. Each faults
 * like its twin in src/machine/bus.ts, before it has touched anything.
 */
import { FIRST_WORD } from '../../machine/limits.ts';
import { Body } from './body.ts';
import { I32, op } from './opcodes.ts';
import type { Links } from './scope.ts';

/** Locals of words that are no parameters. */
class Block {
  readonly body: Body;
  readonly #links: Links;

  constructor(parameters: number, links: Links) {
    this.body = new Body(parameters, parameters);
    this.#links = links;
  }

  /** Turns a block's address and its bytes into where it begins and ends; it lies in RAM. */
  bounds(address: number, bytes: number): { readonly at: number; readonly end: number } {
    const { body } = this;
    const [at, end] = [body.take(I32), body.take(I32)];
    body.get(address);
    body.i32(2);
    body.op(op.i32_shr_s);
    body.i32(FIRST_WORD);
    body.op(op.i32_sub);
    body.tee(at);
    body.get(bytes);
    body.i32(2);
    body.op(op.i32_shr_s, op.i32_add);
    body.tee(end);
    body.getGlobal(this.#links.given('size'));
    body.i32(2);
    body.op(op.i32_shr_u, op.i32_gt_s);
    body.get(at);
    body.i32(0);
    body.op(op.i32_lt_s, op.i32_or);
    body.if();
    body.get(address);
    body.call(this.#links.host({ kind: 'machine', name: 'bad_address' }, 1));
    body.op(op.unreachable);
    body.end();
    for (const one of [at, end]) {
      body.get(one);
      body.i32(FIRST_WORD);
      body.op(op.i32_add);
      body.i32(2);
      body.op(op.i32_shl);
      body.set(one);
    }
    return { at, end };
  }

  /** Goes from word to word up to the end; `turn` gets `at`, and these move with it. */
  each({ at, end }: { readonly at: number; readonly end: number }, others: readonly number[], turn: () => void): void {
    const { body } = this;
    const done = body.block();
    const again = body.loop();
    body.get(at);
    body.get(end);
    body.op(op.i32_ge_s);
    body.branchIf(done);
    turn();
    for (const one of [at, ...others]) {
      body.get(one);
      body.i32(4);
      body.op(op.i32_add);
      body.set(one);
    }
    body.branch(again);
    body.end();
    body.end();
  }

  loadAt(local: number): void {
    this.body.get(local);
    this.body.word(op.i32_load);
  }

  /** Returns what is on the stack if the two words differ. */
  returnUnless(left: () => void, right: () => void, value: () => void): void {
    const { body } = this;
    left();
    right();
    body.op(op.i32_ne);
    body.if();
    value();
    body.op(op.return);
    body.end();
  }
}

function memset(links: Links): Body {
  const block = new Block(3, links);
  const { body } = block;
  const bounds = block.bounds(0, 2);
  block.each(bounds, [], () => {
    body.get(bounds.at);
    body.get(1);
    body.word(op.i32_store);
  });
  body.i32(0);
  return body;
}

function memcpy(links: Links): Body {
  const block = new Block(3, links);
  const { body } = block;
  const from = block.bounds(1, 2);
  const to = block.bounds(0, 2);
  block.each(from, [to.at], () => {
    body.get(to.at);
    block.loadAt(from.at);
    body.word(op.i32_store);
  });
  body.i32(0);
  return body;
}

function memchr_inv(links: Links): Body {
  const block = new Block(3, links);
  const { body } = block;
  const bounds = block.bounds(0, 2);
  block.each(bounds, [], () =>
    block.returnUnless(
      () => block.loadAt(bounds.at),
      () => body.get(1),
      () => body.get(bounds.at),
    ),
  );
  body.i32(0);
  return body;
}

function memeq(links: Links): Body {
  const block = new Block(3, links);
  const { body } = block;
  const left = block.bounds(0, 2);
  const right = block.bounds(1, 2);
  block.each(left, [right.at], () =>
    block.returnUnless(
      () => block.loadAt(left.at),
      () => block.loadAt(right.at),
      () => body.i32(0),
    ),
  );
  body.i32(1);
  return body;
}

/** All take three words and give one. */
export const blocks: Readonly<Record<string, (links: Links) => Body>> = { memset, memcpy, memchr_inv, memeq };
