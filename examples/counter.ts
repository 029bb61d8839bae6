/**
 * The lost update: reading, adding and writing back are three steps. Verdict: "assert: the end is not as it should be in
 * finished". With `--set ATOMIC=1` it is one locked add, and passes.
 */
import { load, store, xadd } from 'tasklock/bus';

const ATOMIC = 0;
const CPUS = 2;
const TURNS = 2;

const COUNTER = 0x1000;

function count(): void {
  for (let turn = 0; turn < TURNS; turn++) {
    if (ATOMIC) xadd(COUNTER, 1);
    else store(COUNTER, load(COUNTER) + 1);
  }
}

export const cpus = Array(CPUS).fill(count);

export function finished(): boolean {
  return load(COUNTER) === CPUS * TURNS;
}
