/**
 * Virtual time: a discrete-event simulation of a stepped machine. Every CPU has a time of its own; the one with the
 * smallest performs its pending access (the lower number, when two are equal), which takes as long as the caches say.
 *
 *   effect     an access takes effect when it is made, and its CPU goes on when it is done. Accesses to one line are made
 *              and served in the same order, so nobody can see the difference.
 *   stores     a plain store goes through a store buffer: its CPU goes on at once, the line is busy until it has arrived.
 *              A locked operation waits until the CPU's own stores are done, as x86 does.
 *   sleeping   wait_for_change with nothing changed puts the CPU to sleep until somebody wakes it. (On real threads it
 *              spins first; who wants that in the model spins in its own text.)
 *   skipping   a CPU that goes round a loop which reads one line it has, and changes nothing, not even its own frame, is
 *              put aside until somebody writes that line, and goes on in the turn in which it would have seen it. The result
 *              is the same to the last digit; it only takes less time (test/lab/model-clock.test.ts).
 */
import { ADDRESS, OPERAND } from '../../stepped/frames.ts';
import { NOTHING, PAUSE, TURNS, WAKE_UP } from '../../machine/access.ts';
import { isAtomic, isBarrier, isGlance, TIME, TOUCHES, WAITS } from '../../machine/access-kinds.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import { type Caches, LINE_SHIFT } from './coherence.ts';
import type { Costs } from './parameters.ts';

/** Accesses from this address on are marks: they take no time, and `mark` is told of them. */
export const MARKS = 0x10000;

export interface ClockOptions {
  readonly machine: SteppedMachine;
  readonly cpus: number;
  readonly caches: Caches;
  readonly costs: Costs;
  /** Time at which each CPU begins. */
  readonly starts: readonly number[];
  /** How long a delay of so many turns takes; a negative number is what the workload means by it. */
  readonly delay: (cpu: number, turns: number) => number;
  /** Told of a store to a mark; false ends the run. */
  readonly mark: (cpu: number, address: number, value: number, now: number) => boolean;
  readonly skip: boolean;
}

/** No CPU can go on. */
export class ModelStuck extends Error {}

const ASLEEP = Number.POSITIVE_INFINITY;

export class Clock {
  readonly #o: ClockOptions;
  readonly #times: Float64Array;
  /** When all stores of a CPU are done. */
  readonly #drained: Float64Array;
  /** Line that a CPU looks at while it is put aside, or -1; and the length of its turn. */
  readonly #watched: Int32Array;
  readonly #period: Float64Array;
  readonly #seen: Turn[];
  /** Word a CPU sleeps on, or -1. */
  readonly #asleep: Int32Array;
  steps = 0;

  constructor(options: ClockOptions) {
    this.#o = options;
    const { cpus, starts, machine } = options;
    this.#times = Float64Array.from(starts);
    this.#drained = new Float64Array(cpus);
    this.#watched = new Int32Array(cpus).fill(-1);
    this.#period = new Float64Array(cpus);
    this.#asleep = new Int32Array(cpus).fill(-1);
    const words = machine.region(1) - machine.region(0);
    this.#seen = Array.from({ length: cpus }, () => ({ line: -1, at: 0, value: 0, frame: new Int32Array(words) }));
  }

  /** Runs until `mark` says no. Throws ModelStuck when every CPU waits. */
  run(): void {
    for (;;) {
      const cpu = this.#next();
      if (this.#times[cpu] === ASLEEP) throw new ModelStuck('every CPU of the model waits');
      if (!this.#step(cpu)) return;
    }
  }

  /** Time of the CPU that comes next. */
  get now(): number {
    return this.#times[this.#next()] as number;
  }

  #next(): number {
    const times = this.#times;
    let next = 0;
    for (let cpu = 1; cpu < times.length; cpu++) {
      if ((this.#watched[cpu] as number) >= 0) continue;
      if ((this.#watched[next] as number) >= 0 || (times[cpu] as number) < (times[next] as number)) next = cpu;
    }
    return (this.#watched[next] as number) >= 0 ? this.#stuck() : next;
  }

  #stuck(): never {
    throw new ModelStuck('every CPU of the model spins');
  }

  /** Performs the pending access of a CPU. False when that ends the run. */
  #step(cpu: number): boolean {
    const { machine, caches, costs, mark } = this.#o;
    const { frames } = machine;
    const region = machine.region(cpu);
    const kind = machine.kind(cpu);
    const address = frames[region + ADDRESS] as number;
    const now = this.#times[cpu] as number;
    const drained = this.#drained[cpu] as number;
    if (isBarrier(kind) && drained > now) {
      this.#times[cpu] = drained;
      return true;
    }
    this.steps++;
    const time = TIME[kind];
    if (time === PAUSE) this.#times[cpu] = now + costs.pause;
    else if (time === TURNS) this.#times[cpu] = now + this.#o.delay(cpu, address);
    else if (time === WAKE_UP) this.#times[cpu] = this.#wake(address, now);
    else if (address >= MARKS) {
      const goesOn = mark(cpu, address, frames[region + OPERAND] as number, now);
      (this.#seen[cpu] as Turn).line = -1;
      machine.step(cpu);
      return goesOn;
    } else if (TOUCHES[kind] === NOTHING) this.#times[cpu] = now + (isBarrier(kind) ? costs.locked : costs.hit);
    else if (isGlance(kind)) {
      if (WAITS[kind] === 1 && !machine.enabled(cpu)) {
        this.#times[cpu] = ASLEEP;
        this.#asleep[cpu] = address;
        // It lies down only after `park`: who wakes it earlier has to wait for that.
        this.#drained[cpu] = now + costs.park;
        return true;
      }
      if (this.#puts(cpu, region, address, now)) return true;
      this.#times[cpu] = caches.read(cpu, address >> LINE_SHIFT, now);
    } else this.#write(cpu, kind, address, now);
    machine.step(cpu);
    return true;
  }

  #write(cpu: number, kind: number, address: number, now: number): void {
    const { caches, costs } = this.#o;
    const line = address >> LINE_SHIFT;
    (this.#seen[cpu] as Turn).line = -1;
    this.#takeUp(cpu, line, now);
    const done = caches.write(cpu, line, now);
    if (isAtomic(kind)) {
      this.#times[cpu] = done + costs.locked;
      return;
    }
    this.#drained[cpu] = Math.max(this.#drained[cpu] as number, done);
    this.#times[cpu] = now + costs.hit;
  }

  /** Wakes who sleeps on the word; when the call is over. */
  #wake(address: number, now: number): number {
    const { costs } = this.#o;
    for (let cpu = 0; cpu < this.#asleep.length; cpu++) {
      if (this.#asleep[cpu] !== address) continue;
      this.#asleep[cpu] = -1;
      this.#times[cpu] = Math.max(now, this.#drained[cpu] as number) + costs.wake;
    }
    return now + costs.wakeCall;
  }

  /** Puts a CPU aside that is about to read what it read a turn ago, in the same state. */
  #puts(cpu: number, region: number, address: number, now: number): boolean {
    if (!this.#o.skip) return false;
    const { machine, caches } = this.#o;
    const line = address >> LINE_SHIFT;
    const seen = this.#seen[cpu] as Turn;
    const value = machine.ram[address >> 2] as number;
    if (!caches.has(cpu, line)) {
      seen.line = -1;
      return false;
    }
    if (seen.line === line && seen.value === value && sameFrame(machine.frames, region, seen.frame)) {
      this.#watched[cpu] = line;
      this.#period[cpu] = now - seen.at;
      return true;
    }
    // A read of another line begins a new turn: what is put aside looks at one line only.
    seen.line = line;
    seen.at = now;
    seen.value = value;
    seen.frame.set(machine.frames.subarray(region, region + seen.frame.length));
    return false;
  }

  /** Somebody is about to write a line: who was put aside for it reads it again in the first turn after that. */
  #takeUp(writer: number, line: number, now: number): void {
    const watched = this.#watched;
    for (let cpu = 0; cpu < watched.length; cpu++) {
      if (watched[cpu] !== line || cpu === writer) continue;
      watched[cpu] = -1;
      const at = this.#times[cpu] as number;
      const period = this.#period[cpu] as number;
      const turns = Math.max(0, Math.ceil((now - at) / period));
      let next = at + turns * period;
      // At the same time the lower number comes first: it still read the old value.
      if (next === now && cpu < writer) next += period;
      this.#times[cpu] = next;
      (this.#seen[cpu] as Turn).line = -1;
    }
  }
}

interface Turn {
  line: number;
  at: number;
  value: number;
  readonly frame: Int32Array;
}

function sameFrame(frames: Int32Array, region: number, frame: Int32Array): boolean {
  for (let i = 0; i < frame.length; i++) if (frames[region + i] !== frame[i]) return false;
  return true;
}
