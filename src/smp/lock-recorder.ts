/**
 * lock_stat of one CPU on a real thread: for every class of kernel locks how often and how long it was waited for and held.
 * It listens to the machine's tracepoints, and takes a time stamp at each; so a run that is recorded is slower, and rates
 * come from one that is not.
 *
 * Who held a lock last is in a table that all CPUs share, a byte for each 8 bytes of RAM. Where CPUs wait is sampled, since
 * a call chain costs microseconds.
 */
import { blamed, callChain } from '../check/call-chain.ts';
import { load } from '../machine/bus.ts';
import { LOCK_CLASS } from '../machine/cpu.ts';
import { MAX_HELD_LOCKS, MAX_LOCK_CLASSES } from '../machine/limits.ts';
import type { LockListener } from '../machine/trace.ts';

/** One contention in so many is looked at for its place. */
const SAMPLED = 8;

/** Figures of one class on one CPU; times in nanoseconds. */
export interface ClassRecord {
  conBounces: number;
  contentions: number;
  waitMin: number;
  waitMax: number;
  waitTotal: number;
  acqBounces: number;
  acquisitions: number;
  holdMin: number;
  holdMax: number;
  holdTotal: number;
  /** Functions that waited, and how often as far as the sample says. */
  places: Record<string, number>;
}

const empty = (): ClassRecord => ({
  conBounces: 0,
  contentions: 0,
  waitMin: Number.POSITIVE_INFINITY,
  waitMax: 0,
  waitTotal: 0,
  acqBounces: 0,
  acquisitions: 0,
  holdMin: Number.POSITIVE_INFINITY,
  holdMax: 0,
  holdTotal: 0,
  places: {},
});

/** Bytes of the table of last holders for so much RAM. */
export const holderTableBytes = (ramBytes: number): number => ramBytes >> 3;

export class LockRecorder implements LockListener {
  readonly classes: readonly ClassRecord[] = Array.from({ length: MAX_LOCK_CLASSES }, empty);
  readonly #holders: Uint8Array;
  readonly #self: number;
  readonly #held = new Int32Array(MAX_HELD_LOCKS);
  readonly #since = new Float64Array(MAX_HELD_LOCKS);
  #count = 0;
  #waitingSince = 0;
  #contentions = 0;

  constructor(holders: SharedArrayBuffer, cpu: number) {
    this.#holders = new Uint8Array(holders);
    this.#self = cpu + 1;
  }

  /** Forgets what was recorded so far, such as while warming up. */
  restart(): void {
    for (const one of this.classes) Object.assign(one, empty());
  }

  #recordOf(lock: number): ClassRecord {
    return this.classes[load(lock + LOCK_CLASS)] as ClassRecord;
  }

  contended(lock: number): void {
    this.#waitingSince = performance.now();
    if (this.#contentions++ % SAMPLED !== 0) return;
    const { places } = this.#recordOf(lock);
    const place = blamed(callChain(new Error('contended').stack ?? ''));
    places[place] = (places[place] ?? 0) + SAMPLED;
  }

  acquired(lock: number): void {
    const now = performance.now();
    const record = this.#recordOf(lock);
    const at = lock >> 3;
    const last = this.#holders[at] as number;
    const bounced = last !== 0 && last !== this.#self;
    record.acquisitions++;
    if (bounced) record.acqBounces++;
    if (this.#waitingSince !== 0) {
      const wait = (now - this.#waitingSince) * 1e6;
      this.#waitingSince = 0;
      record.contentions++;
      if (bounced) record.conBounces++;
      record.waitMin = Math.min(record.waitMin, wait);
      record.waitMax = Math.max(record.waitMax, wait);
      record.waitTotal += wait;
    }
    this.#holders[at] = this.#self;
    this.#held[this.#count] = lock;
    this.#since[this.#count++] = now;
  }

  released(lock: number): void {
    let at = this.#count - 1;
    while (at >= 0 && this.#held[at] !== lock) at--;
    if (at < 0) return;
    const hold = (performance.now() - (this.#since[at] as number)) * 1e6;
    this.#count--;
    for (; at < this.#count; at++) {
      this.#held[at] = this.#held[at + 1] as number;
      this.#since[at] = this.#since[at + 1] as number;
    }
    const record = this.#recordOf(lock);
    record.holdMin = Math.min(record.holdMin, hold);
    record.holdMax = Math.max(record.holdMax, hold);
    record.holdTotal += hold;
  }
}
