/**
 * A seqlock: the writer makes the sequence number odd while it writes; a reader that met a change reads again.
 * Verdict: pass. With `--set RECHECK=0` the reader does not look again: "assert: a torn pair in reader".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const RECHECK = 1;

/** The two words always hold the same value, but for the moment of a change. */
const SEQUENCE = 0x1000;
const LEFT = 0x1004;
const RIGHT = 0x1008;

function writer(): void {
  store(SEQUENCE, load(SEQUENCE) + 1);
  store(LEFT, load(LEFT) + 1);
  store(RIGHT, load(RIGHT) + 1);
  store(SEQUENCE, load(SEQUENCE) + 1);
}

function reader(): void {
  let left = 0;
  let right = 0;
  let sequence = 0;
  do {
    sequence = load(SEQUENCE);
    while (sequence & 1) {
      cpu_relax();
      sequence = load(SEQUENCE);
    }
    left = load(LEFT);
    right = load(RIGHT);
  } while (RECHECK && load(SEQUENCE) !== sequence);
  assert(left === right, 'a torn pair');
}

export const cpus = [writer, reader, reader];

export function finished(): boolean {
  return load(SEQUENCE) === 2 && load(LEFT) === 1 && load(RIGHT) === 1;
}
