/**
 * A stack without a lock, of which only the operations are said: who calls them, with what, is tried by itself, and each has to
 * come to what it comes to when nobody else is there. Verdict: pass. With `--set ATOMIC=0` pop() looks and takes in two steps:
 * "spec: no order of the calls explains what came of them in operations".
 */
import { cmpxchg, load, READ_ONCE, store, WRITE_ONCE, xadd } from 'tasklock/bus';

const ATOMIC = 1;

const TOP = 0x1000;
const NEXT_FREE = 0x1004;
const NODES = 0x1010;
const NODE = { next: 0, value: 4 };

export function setup(): void {
  store(NEXT_FREE, NODES);
}

function push(value: number): void {
  const node = xadd(NEXT_FREE, 8);
  store(node + NODE.value, value);
  for (;;) {
    const top = READ_ONCE(TOP);
    store(node + NODE.next, top);
    if (cmpxchg(TOP, top, node) === top) return;
  }
}

/** 0 when there is nothing. */
function pop(): number {
  for (;;) {
    const top = READ_ONCE(TOP);
    if (top === 0) return 0;
    const next = load(top + NODE.next);
    if (ATOMIC && cmpxchg(TOP, top, next) !== top) continue;
    if (!ATOMIC) WRITE_ONCE(TOP, next);
    return load(top + NODE.value);
  }
}

export const operations = [push, pop];
