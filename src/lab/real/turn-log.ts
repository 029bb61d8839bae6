/** What one CPU notes of its turns in a round with time stamps. Memory does not grow with the turns. */
import { Histogram } from '../histogram.ts';
import type { TurnLogData } from './job.ts';

/** Turns kept whole, for the time line. */
const KEPT = 200;

export class TurnLog {
  private readonly waits = new Histogram();
  private readonly holds = new Float64Array(3 * KEPT);
  private kept = 0;
  private acquisitions = 0;
  private acqBounces = 0;
  private conBounces = 0;
  private readContentions = 0;
  private writeContentions = 0;
  private longestWaitNs = 0;
  private waitMin = Number.POSITIVE_INFINITY;
  private waitMax = 0;
  private waitTotal = 0;
  private holdMin = Number.POSITIVE_INFINITY;
  private holdMax = 0;
  private holdTotal = 0;
  private readonly self: number;
  private readonly stampNs: number;
  private readonly keepFrom: number;

  /** `stampNs` is what a stamp adds to a time; turns asked for from `keepFrom` on are kept. */
  constructor(cpu: number, stampNs: number, keepFrom: number) {
    this.self = cpu + 1;
    this.stampNs = stampNs;
    this.keepFrom = keepFrom;
  }

  /**
   * One turn. Times in milliseconds; `before` is the holder word after getting. A turn for reading counts as contended
   * when a writer released after it had asked.
   */
  note(asked: number, got: number, released: number, contended: boolean, before: number, writes: boolean): void {
    const wait = Math.max(0, (got - asked) * 1e6 - this.stampNs);
    const hold = Math.max(0, (released - got) * 1e6 - this.stampNs);
    const bounced = before !== 0 && before !== this.self;
    this.waits.add(wait);
    this.acquisitions++;
    if (bounced) this.acqBounces++;
    if (wait > this.longestWaitNs) this.longestWaitNs = wait;
    if (contended) this.noteContention(wait, bounced, writes);
    if (hold < this.holdMin) this.holdMin = hold;
    if (hold > this.holdMax) this.holdMax = hold;
    this.holdTotal += hold;
    if (this.kept < KEPT && asked >= this.keepFrom) this.keep(asked, got, released);
  }

  private noteContention(wait: number, bounced: boolean, writes: boolean): void {
    if (writes) this.writeContentions++;
    else this.readContentions++;
    if (bounced) this.conBounces++;
    if (wait < this.waitMin) this.waitMin = wait;
    if (wait > this.waitMax) this.waitMax = wait;
    this.waitTotal += wait;
  }

  private keep(asked: number, got: number, released: number): void {
    const at = 3 * this.kept++;
    this.holds[at] = asked;
    this.holds[at + 1] = got;
    this.holds[at + 2] = released;
  }

  /** Everything, with `offset` added to the times that are kept. */
  data(offset: number): TurnLogData {
    const contentions = this.readContentions + this.writeContentions;
    return {
      waits: this.waits.counts,
      acquisitions: this.acquisitions,
      acqBounces: this.acqBounces,
      conBounces: this.conBounces,
      readContentions: this.readContentions,
      writeContentions: this.writeContentions,
      longestWaitNs: this.longestWaitNs,
      waitMin: contentions === 0 ? 0 : this.waitMin,
      waitMax: this.waitMax,
      waitTotal: this.waitTotal,
      holdMin: this.acquisitions === 0 ? 0 : this.holdMin,
      holdMax: this.holdMax,
      holdTotal: this.holdTotal,
      holds: this.holds.slice(0, 3 * this.kept).map((time) => time + offset),
    };
  }
}
