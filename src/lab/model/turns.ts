/** What the marks of a workload tell: who asked for the lock, got it and released it, and when. Times are picoseconds. */
import type { Fairness, Hold, Latency, LockStat } from '../result.ts';
import { jainIndex, minShare } from '../sample.ts';

/** Turns in the time line of a row, of all CPUs together. */
const MOST_HOLDS = 240;

interface Turn {
  readonly cpu: number;
  readonly asked: number;
  readonly got: number;
  readonly released: number;
  readonly writes: boolean;
  /** Somebody who excludes this turn had the lock, or waited for it, when it asked. */
  readonly contended: boolean;
  /** The last holder was another CPU. */
  readonly bounced: boolean;
}

const nanoseconds = (picoseconds: number): number => Math.round(picoseconds) / 1000;

export class Turns {
  readonly #asked: Float64Array;
  readonly #got: Float64Array;
  readonly #contended: boolean[];
  readonly #bounced: boolean[];
  readonly #turns: Turn[] = [];
  #lastHolder = -1;
  #readers = 0;
  #writers = 0;
  #waiting = 0;
  /** Turns that have got the lock, those being warmed up with included. */
  acquisitions = 0;
  #from = 0;
  #skip = 0;

  constructor(cpus: number) {
    this.#asked = new Float64Array(cpus).fill(-1);
    this.#got = new Float64Array(cpus).fill(-1);
    this.#contended = Array.from({ length: cpus }, () => false);
    this.#bounced = Array.from({ length: cpus }, () => false);
  }

  asked(cpu: number, writes: boolean, now: number): void {
    this.#asked[cpu] = now;
    this.#contended[cpu] = this.#writers > 0 || this.#waiting > 0 || (writes && this.#readers > 0);
    this.#waiting++;
  }

  /** A reader that has to look again gets the lock again: only the last time counts. */
  got(cpu: number, writes: boolean, now: number): void {
    if (this.#got[cpu] === -1) {
      this.#waiting--;
      this.acquisitions++;
      if (writes) this.#writers++;
      else this.#readers++;
      this.#bounced[cpu] = this.#lastHolder !== -1 && this.#lastHolder !== cpu;
      this.#lastHolder = cpu;
    }
    this.#got[cpu] = now;
  }

  released(cpu: number, writes: boolean, now: number): void {
    const [asked, got] = [this.#asked[cpu] as number, this.#got[cpu] as number];
    const [contended, bounced] = [this.#contended[cpu] === true, this.#bounced[cpu] === true];
    this.#turns.push({ cpu, asked, got, released: now, writes, contended, bounced });
    this.#got[cpu] = -1;
    if (writes) this.#writers--;
    else this.#readers--;
  }

  /** What came before was warming up. */
  begin(now: number): void {
    this.#from = now;
    this.#skip = this.#turns.length;
  }

  #counted(): readonly Turn[] {
    return this.#turns.slice(this.#skip);
  }

  /** Acquisitions of each CPU, and how many of all were made a second until `now`. */
  shares(now: number): { readonly perCpu: number[]; readonly throughput: number } {
    const perCpu = Array.from(this.#asked, () => 0);
    const turns = this.#counted();
    for (const { cpu } of turns) perCpu[cpu] = (perCpu[cpu] ?? 0) + 1;
    return { perCpu, throughput: turns.length / ((now - this.#from) / 1e12) };
  }

  /** Those who still wait count with what they have waited so far: who starves never gets into the list of turns. */
  #waits(now: number): number[] {
    const waits = this.#counted().map(({ asked, got }) => got - asked);
    this.#asked.forEach((asked, cpu) => {
      if (asked !== -1 && this.#got[cpu] === -1) waits.push(now - Math.max(asked, 0));
    });
    return waits.sort((a, b) => a - b);
  }

  latency(now: number): Latency {
    const waits = this.#waits(now);
    const at = (share: number): number =>
      nanoseconds(waits[Math.min(waits.length - 1, Math.floor(share * waits.length))] ?? 0);
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
  }

  fairness(now: number): Fairness {
    const { perCpu } = this.shares(now);
    return {
      minShare: minShare(perCpu),
      jain: jainIndex(perCpu),
      longestWaitNs: nanoseconds(this.#waits(now).at(-1) ?? 0),
    };
  }

  stat(name: string): LockStat {
    const turns = this.#counted();
    const contended = turns.filter((turn) => turn.contended);
    const waits = contended.map(({ asked, got }) => got - asked);
    const holds = turns.map(({ got, released }) => released - got);
    const points = [
      ...count(
        'write turn',
        contended.filter((turn) => turn.writes),
      ),
      ...count(
        'read turn',
        contended.filter((turn) => !turn.writes),
      ),
    ];
    return {
      name,
      conBounces: contended.filter((turn) => turn.bounced).length,
      contentions: contended.length,
      waitMin: nanoseconds(least(waits)),
      waitMax: nanoseconds(most(waits)),
      waitTotal: nanoseconds(total(waits)),
      acqBounces: turns.filter((turn) => turn.bounced).length,
      acquisitions: turns.length,
      holdMin: nanoseconds(least(holds)),
      holdMax: nanoseconds(most(holds)),
      holdTotal: nanoseconds(total(holds)),
      points: points.toSorted((a, b) => b.count - a.count),
      blockers: [],
    };
  }

  timeline(): Hold[] {
    const first = this.#counted()
      .toSorted((a, b) => a.asked - b.asked || a.cpu - b.cpu)
      .slice(0, MOST_HOLDS);
    const from = first[0]?.asked ?? 0;
    return first.map(({ cpu, asked, got, released }) => ({
      cpu,
      asked: nanoseconds(asked - from),
      got: nanoseconds(got - from),
      released: nanoseconds(released - from),
    }));
  }
}

const count = (place: string, some: readonly Turn[]): LockStat['points'] =>
  some.length === 0 ? [] : [{ place, count: some.length }];
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), values[0] ?? 0);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
