/**
 * Treiber's stack with a version counter: the upper half of TOP counts changes, so a top that was away and came back is
 * seen to be another one. Verdict: pass. treiber-aba.ts does without.
 */
import { assert, cmpxchg, load, store, xadd } from 'tasklock/bus';

const TOP = 0x1000;

/** A node: the one below it, and how many CPUs have it. */
const A = 0x1010;
const B = 0x1020;
const NEXT = 0;
const OWNERS = 4;

const ADDRESS = 0xffff;
const VERSION = 0x10000;

export function setup(): void {
  store(A + NEXT, B);
  store(TOP, A);
}

/** The word that follows `top` when `node` comes on top. */
function successor(top: number, node: number): number {
  return ((top + VERSION) & ~ADDRESS) | node;
}

/** Takes the top node; 0 when there is none. */
function pop(): number {
  for (;;) {
    const top = load(TOP);
    const node = top & ADDRESS;
    if (node === 0) return 0;
    const next = load(node + NEXT);
    if (cmpxchg(TOP, top, successor(top, next)) !== top) continue;
    assert(xadd(node + OWNERS, 1) === 0, 'a node was popped twice');
    return node;
  }
}

function push(node: number): void {
  xadd(node + OWNERS, -1);
  for (;;) {
    const top = load(TOP);
    store(node + NEXT, top & ADDRESS);
    if (cmpxchg(TOP, top, successor(top, node)) === top) return;
  }
}

function juggler(): void {
  const first = pop();
  pop();
  if (first !== 0) push(first);
}

function taker(): void {
  while (pop() !== 0) {}
}

export const cpus = [juggler, taker];
