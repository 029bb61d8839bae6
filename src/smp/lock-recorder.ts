/**
 * lock_stat of one CPU on a real thread: for every class of kernel locks how often and how long it was waited for and held.
 * It listens to the machine's tracepoints, and takes a time stamp at each; so a run that is recorded is slower, and rates
 * come from one that is not.
 *
 * Who held a lock last is in a table that all CPUs share, a byte for each 8 bytes of RAM. Where CPUs wait is sampled, since
 * the stack costs a microsecond; it is made into text when all is over, for that costs many.
 */
import { blamed, callChain } from '../check/evidence/call-chain.ts';
import { load } from '../machine/bus.ts';
import { LOCK_CLASS } from '../machine/cpu.ts';
import { MAX_HELD_LOCKS, MAX_LOCK_CLASSES } from '../machine/limits.ts';
import type { LockListener } from '../machine/trace.ts';

/** At first one contention in so many is looked at for its place; when there are too many samples, half of them go. */
const SAMPLED = 8;
const MOST_SAMPLES = 4096;

/** A wait whose place is to be found out. */
interface Sample {
  readonly stack: Error;
  readonly lockClass: number;
  readonly wait: number;
}

/** How often was waited and how long, in nanoseconds. */
export interface Waits {
  contended: number;
  waitTotal: number;
  waitMax: number;
}

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
  /** By function that waited, as far as the sample says. */
  places: Record<string, Waits>;
  /** By address of the lock. */
  locks: Record<string, Waits>;
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
  locks: {},
});

export function addWaits(to: Record<string, Waits>, key: string | number, more: Readonly<Waits>): void {
  const waits = (to[key] ??= { contended: 0, waitTotal: 0, waitMax: 0 });
  waits.contended += more.contended;
  waits.waitTotal += more.waitTotal;
  waits.waitMax = Math.max(waits.waitMax, more.waitMax);
}

/** A wait that stands for so many of its kind. */
const waitsOf = (wait: number, times: number): Waits => ({ contended: times, waitTotal: wait * times, waitMax: wait });

/** Bytes of the table of last holders for so much RAM. */
export const holderTableBytes = (ramBytes: number): number => ramBytes >> 3;

export class LockRecorder implements LockListener {
  readonly #classes: readonly ClassRecord[] = Array.from({ length: MAX_LOCK_CLASSES }, empty);
  readonly #holders: Uint8Array;
  readonly #self: number;
  readonly #held = new Int32Array(MAX_HELD_LOCKS);
  readonly #since = new Float64Array(MAX_HELD_LOCKS);
  #count = 0;
  #waitingSince = 0;
  /** Where it waits, when this wait is one of the sample. */
  #stack: Error | null = null;
  #samples: Sample[] = [];
  #every = SAMPLED;
  #contentions = 0;

  constructor(holders: SharedArrayBuffer, cpu: number) {
    this.#holders = new Uint8Array(holders);
    this.#self = cpu + 1;
  }

  /** Every class, when nothing more is to come. */
  finished(): readonly ClassRecord[] {
    for (const { stack, lockClass, wait } of this.#samples) {
      const place = blamed(callChain(stack.stack ?? ''));
      addWaits((this.#classes[lockClass] as ClassRecord).places, place, waitsOf(wait, this.#every));
    }
    this.#samples = [];
    return this.#classes;
  }

  #keep(sample: Sample): void {
    this.#samples.push(sample);
    if (this.#samples.length < MOST_SAMPLES) return;
    this.#samples = this.#samples.filter((_, i) => i % 2 === 0);
    this.#every *= 2;
  }

  contended(_lock: number): void {
    this.#stack = this.#contentions++ % this.#every === 0 ? new Error('contended') : null;
    this.#waitingSince = performance.now();
  }

  acquired(lock: number): void {
    const now = performance.now();
    const lockClass = load(lock + LOCK_CLASS);
    const record = this.#classes[lockClass] as ClassRecord;
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
      addWaits(record.locks, lock, waitsOf(wait, 1));
      if (this.#stack !== null) this.#keep({ stack: this.#stack, lockClass, wait });
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
    const record = this.#classes[load(lock + LOCK_CLASS)] as ClassRecord;
    record.holdMin = Math.min(record.holdMin, hold);
    record.holdMax = Math.max(record.holdMax, hold);
    record.holdTotal += hold;
  }
}
