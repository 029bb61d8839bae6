/**
 * A bounded ring between one producer and one consumer (Lamport 1977): each writes only its own index. Verdict: pass.
 * With `--set FILL_FIRST=0` the producer shows a slot before it fills it: "assert: items are out of order in
 * consumer".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const FILL_FIRST = 1;
const SLOTS = 2;
const ITEMS = 3;

/** Items put in and taken out so far, and the slots. */
const HEAD = 0x1000;
const TAIL = 0x1004;
const RING = 0x1010;

function producer(): void {
  for (let item = 0; item < ITEMS; item++) {
    while (item - load(TAIL) === SLOTS) cpu_relax();
    const slot = RING + 4 * (item % SLOTS);
    if (FILL_FIRST) store(slot, 100 + item);
    store(HEAD, item + 1);
    if (!FILL_FIRST) store(slot, 100 + item);
  }
}

function consumer(): void {
  for (let item = 0; item < ITEMS; item++) {
    while (load(HEAD) === item) cpu_relax();
    assert(load(RING + 4 * (item % SLOTS)) === 100 + item, 'items are out of order');
    store(TAIL, item + 1);
  }
}

export const cpus = [producer, consumer];

/** Never more items inside than there are slots. */
export function invariant(): boolean {
  return load(HEAD) - load(TAIL) <= SLOTS;
}
