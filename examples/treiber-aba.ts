/**
 * Treiber's stack (1986) with nodes that are used again at once. A pop that was overtaken by pop, pop, push finds the
 * same node on top, but with another one below it: the ABA problem. Verdict: "assert: a node was popped twice in pop".
 * treiber-versions.ts holds.
 */
import { assert, cmpxchg, load, store, xadd } from 'tasklock/bus';

const TOP = 0x1000;

/** A node: the one below it, and how many CPUs have it. */
const A = 0x1010;
const B = 0x1020;
const NEXT = 0;
const OWNERS = 4;

export function setup(): void {
  store(A + NEXT, B);
  store(TOP, A);
}

/** Takes the top node; 0 when there is none. */
function pop(): number {
  for (;;) {
    const top = load(TOP);
    if (top === 0) return 0;
    const next = load(top + NEXT);
    if (cmpxchg(TOP, top, next) !== top) continue;
    assert(xadd(top + OWNERS, 1) === 0, 'a node was popped twice');
    return top;
  }
}

function push(node: number): void {
  xadd(node + OWNERS, -1);
  for (;;) {
    const top = load(TOP);
    store(node + NEXT, top);
    if (cmpxchg(TOP, top, node) === top) return;
  }
}

/** Keeps two nodes for a moment and gives the first back. */
function juggler(): void {
  const first = pop();
  pop();
  if (first !== 0) push(first);
}

/** Takes all there is. */
function taker(): void {
  while (pop() !== 0) {}
}

export const cpus = [juggler, taker];
