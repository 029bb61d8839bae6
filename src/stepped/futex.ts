/**
 * Sleeping on a word until woken. A queue is kept by its members: each sleeper's pending step is FUTEX_SLEEP, its address
 * the word, its operand its place in the queue, from 1; 0 once it has been woken. So queues are part of the frames.
 */
import { CpuSet } from '../base/cpu-set.ts';
import { ADDRESS, KIND, OPERAND } from './frames.ts';
import { FUTEX_SLEEP } from '../machine/access.ts';

/** What futex_wait answers when the word does not hold what was expected: Linux's -EAGAIN. */
export const AGAIN = -11;

/** The CPUs of a machine: their frames, how many there are, words of a region. */
export interface Queues {
  readonly frames: Int32Array;
  readonly cpus: number;
  readonly words: number;
}

/** Place in the queue of the CPU's region, when it sleeps on that address; 0 when it does not. */
function placeOf(frames: Int32Array, region: number, address: number): number {
  if (frames[region + KIND] !== FUTEX_SLEEP || frames[region + ADDRESS] !== address) return 0;
  return frames[region + OPERAND] as number;
}

/** Puts the CPU of a region at the end of the queue of its address. */
export function fallAsleep({ frames, cpus, words }: Queues, region: number): void {
  const address = frames[region + ADDRESS] as number;
  let sleepers = 0;
  for (let cpu = 0; cpu < cpus; cpu++) if (placeOf(frames, cpu * words, address) > 0) sleepers++;
  frames[region + KIND] = FUTEX_SLEEP;
  frames[region + OPERAND] = sleepers + 1;
}

/** Wakes the first `most` sleepers of an address; how many there were. */
export function wake({ frames, cpus, words }: Queues, address: number, most: number): number {
  const count = Math.max(0, most);
  let woken = 0;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const place = placeOf(frames, cpu * words, address);
    if (place === 0) continue;
    if (place <= count) woken++;
    frames[cpu * words + OPERAND] = Math.max(0, place - count);
  }
  return woken;
}

/** The CPUs that sleep on a word. */
export function asleep({ frames, cpus, words }: Queues, address: number): CpuSet {
  const sleepers = new CpuSet();
  for (let cpu = 0; cpu < cpus; cpu++) if (placeOf(frames, cpu * words, address) > 0) sleepers.add(cpu);
  return sleepers;
}
