/**
 * What calls a module has made, for a sequential model of them (explore/subject/linearize.ts): when each began and ended, with
 * what, and what came of it. Kept in RAM, so that it is part of the state and of what an access touches like all else.
 *
 * What has ended is counted by each CPU for itself; a call that begins takes a copy of all the counts, and so knows which calls
 * are wholly in front of it. Beginnings commute with each other, and so do ends: only an end and a beginning are told apart.
 */
import { load, memcpy, store } from './bus.ts';
import { assert } from './fault.ts';

/** Ended calls of each CPU, then its calls. */
export const CALL_COUNTS = 0xe000;
export const CALLS = 0xe100;
export const CALL_CPUS = 8;
export const MOST_CALLS = 14;
/** Bytes of a call: what, with what, what came of it, and from here on the counts when it began. */
export const CALL_SIZE = 64;
export const CALL_RESULT = 8;
export const CALL_SEEN = 32;

/** Behind them all. */
export const CALLS_END = 0xfd00;

/** The CPU begins a call: which operation, with what. */
export function call_begin(cpu: number, operation: number, argument: number): void {
  assert(cpu >= 0 && cpu < CALL_CPUS, 'calls of CPU 0 to 7 only');
  const ended = load(CALL_COUNTS + 4 * cpu);
  assert(ended < MOST_CALLS, 'more calls of a CPU than are kept');
  const call = CALLS + CALL_SIZE * (MOST_CALLS * cpu + ended);
  store(call, operation);
  store(call + 4, argument);
  memcpy(call + CALL_SEEN, CALL_COUNTS, 4 * CALL_CPUS);
}

/** The call that the CPU began last has ended, with this result. */
export function call_end(cpu: number, result: number): void {
  const ended = load(CALL_COUNTS + 4 * cpu);
  store(CALLS + CALL_SIZE * (MOST_CALLS * cpu + ended) + CALL_RESULT, result);
  store(CALL_COUNTS + 4 * cpu, ended + 1);
}
