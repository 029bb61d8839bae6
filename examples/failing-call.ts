/**
 * A call that may fail. kmalloc() has memory or has none, whichever is chosen: a search tries both at every call. Each CPU
 * holds a reference to an object and gives it back, also on its error path. Verdict: pass. With `--set PUT_ONCE=0` a CPU
 * that gets no memory gives back two, and the object goes while the other one uses it: "assert: used after it was freed
 * in user".
 */
import { assert, choose, load, store, xadd } from 'tasklock/bus';

const PUT_ONCE = 1;
const ENOMEM = 12;

const COUNT = 0x1000;
const ALIVE = 0x1004;
const NEXT_FREE = 0x1008;
const HEAP = 0x1100;

export function setup(): void {
  store(COUNT, 2);
  store(ALIVE, 1);
  store(NEXT_FREE, HEAP);
}

/** Memory, or 0. */
function kmalloc(bytes: number): number {
  return choose(2) ? 0 : xadd(NEXT_FREE, bytes);
}

function put(): void {
  if (xadd(COUNT, -1) === 1) store(ALIVE, 0);
}

function user(): number {
  const buffer = kmalloc(16);
  if (buffer === 0) {
    put();
    if (PUT_ONCE) return -ENOMEM;
  } else {
    assert(load(ALIVE), 'used after it was freed');
    store(buffer, 1);
  }
  put();
  return 0;
}

export const cpus = [user, user];

export function finished(): boolean {
  return load(ALIVE) === 0;
}
