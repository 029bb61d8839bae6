/**
 * The stepped machine: all CPUs in one thread, one bus access at a time. The compiled code (compile.ts) leaves in the
 * frames what each CPU is about to do; a step performs it and runs the CPU on to its next access.
 *
 *   start(cpu, function, ...args)   puts a function on an idle CPU and runs it up to its first access
 *   enabled(cpu)                    false while it waits for a lock or for a word to change, or is idle
 *   step(cpu)                       performs the pending access and runs the CPU to the next one
 *
 * A machine's state is RAM and frames and nothing else. Memory is sequentially consistent here.
 */
import { isPoison } from '../machine/atomic.ts';
import { badAddress } from '../machine/fault.ts';
import { FIRST_WORD, MAX_CPUS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
import { lowestBit } from './bits.ts';
import { performBlock } from './blocks.ts';
import {
  ADDRESS,
  AREA,
  CALLER,
  FIRST_SLOT,
  FUNCTION,
  KIND,
  LINE,
  OPERAND,
  OPERAND2,
  RESULT,
  RESUME,
  TOP,
} from './frames.ts';
import { IDLE, MEMCPY, MEMEQ, SPIN, SPIN_LOCK, WAIT_FOR_CHANGE } from './primitives.ts';
import type { CompiledModule, Hooks } from './compiled-module.ts';
import { stopFault } from './stops.ts';
import { noteRead, noteWrite, spins, unchanged, wouldSpin } from './spin.ts';
import { type StateHash, stateHash } from './state.ts';
import type { Tracer } from './tracer.ts';
import { lockInFreed, passes, READY, TAKES, WAITS } from './waiting.ts';

export interface Snapshot {
  readonly frames: Int32Array;
  /** From FIRST_WORD on. */
  readonly ram: Int32Array;
  readonly ready: number;
  readonly waiting: number;
}

export interface SteppedOptions {
  readonly memory: ArrayBufferLike;
  readonly cpus: number;
  readonly tracer: Tracer;
  /** RAM address below which a module may use RAM at first; room is made for more. */
  readonly reach?: number;
  /** Regions behind those of the CPUs, for functions that run at once and are never scheduled. */
  readonly spare?: number;
}

const ROOM_TO_GROW = 16;

export class SteppedMachine {
  readonly cpus: number;
  /** All of RAM, by word; word i has address 4 * i. */
  readonly ram: Int32Array;
  readonly frames: Int32Array;
  readonly compiled: CompiledModule;
  /** RAM words in use: those beyond have never been touched. */
  end: number;
  readonly #words: number;
  readonly #resume: (region: number) => void;
  /**
   * CPUs whose pending access can be performed whatever RAM holds, and those that may have to wait. As bits: they mean
   * nothing on a machine with more than MOST_STEPPED_CPUS, which has to be asked CPU by CPU.
   */
  #ready = 0;
  #waiting = 0;
  readonly #all: number;

  constructor(compiled: CompiledModule, { memory, cpus, tracer, reach, spare = 0 }: SteppedOptions) {
    if (cpus > MAX_CPUS) throw new RangeError(`${cpus} CPUs; a machine has at most ${MAX_CPUS}`);
    this.cpus = cpus;
    this.#all = (1 << cpus) - 1;
    this.compiled = compiled;
    this.ram = new Int32Array(memory);
    this.#words = compiled.regionWords;
    this.frames = new Int32Array((cpus + spare) * this.#words);
    this.end = reach === undefined ? this.ram.length : reach >> 2;
    for (let cpu = 0; cpu < cpus; cpu++) this.frames[cpu * this.#words + AREA] = cpuAddress(cpu);
    this.#resume = compiled.instantiate(this.frames, this.ram, this.#hooks(tracer));
  }

  /** First word of a CPU's region in the frames. */
  region(cpu: number): number {
    return cpu * this.#words;
  }

  /** Calls a function on an idle CPU, up to its first access: an entry by name, or any by number. */
  start(cpu: number, entry: string | number, ...args: number[]): void {
    const { frames, compiled } = this;
    const region = this.region(cpu);
    const number = typeof entry === 'number' ? entry : compiled.entries[entry];
    if (number === undefined) throw new RangeError(`no entry function ${entry}`);
    if (frames[region + KIND] !== IDLE) throw new RangeError(`CPU ${cpu} is not idle`);
    const frame = region + compiled.headerWords;
    frames[frame + FUNCTION] = number;
    frames[frame + RESUME] = 0;
    frames[frame + CALLER] = 0;
    for (let i = 0; i < args.length; i++) frames[frame + FIRST_SLOT + i] = args[i] as number;
    frames[region + TOP] = frame;
    frames[region + RESULT] = 0;
    this.#resume(region);
    this.#sort(cpu, region);
  }

  /** Notes whether a CPU that has stopped again is ready, may have to wait, or is idle. */
  #sort(cpu: number, region: number): void {
    const kind = this.frames[region + KIND] as number;
    // No branch: which kind comes next is what nobody can foretell. CPUs beyond the mask are the spare ones.
    this.#ready = (this.#ready & ~(1 << cpu)) | ((READY[kind] as number) << cpu);
    this.#waiting = (this.#waiting & ~(1 << cpu)) | ((WAITS[kind] as number) << cpu);
  }

  /** True when the CPU's function has returned; `result` is then its value. */
  isIdle(cpu: number): boolean {
    return this.frames[this.region(cpu) + KIND] === IDLE;
  }

  result(cpu: number): number {
    return this.frames[this.region(cpu) + RESULT] as number;
  }

  /** Kind of the pending access (primitives.ts), and its address. */
  kind(cpu: number): number {
    return this.frames[this.region(cpu) + KIND] as number;
  }

  address(cpu: number): number {
    return this.frames[this.region(cpu) + ADDRESS] as number;
  }

  /** Whether a step of this CPU would do something now. */
  enabled(cpu: number): boolean {
    const region = cpu * this.#words;
    const kind = this.frames[region + KIND] as number;
    if (kind < WAIT_FOR_CHANGE) return kind !== IDLE;
    return this.#passes(region, kind);
  }

  /** The CPUs that a step would move, as bits. */
  enabledMask(): number {
    let mask = this.#ready & this.#all;
    for (let rest = this.#waiting & this.#all; rest !== 0; rest &= rest - 1) {
      const cpu = lowestBit(rest);
      const region = cpu * this.#words;
      if (this.#passes(region, this.frames[region + KIND] as number)) mask |= 1 << cpu;
    }
    return mask;
  }

  /** One bus access. The CPU has to be enabled. Throws MachineFault. */
  step(cpu: number): void {
    const region = cpu * this.#words;
    this.#resume(region);
    this.#sort(cpu, region);
  }

  /** The state as a copy; `into` is one that is needed no longer, to be overwritten where it fits. */
  snapshot(into?: Snapshot): Snapshot {
    const { frames, ram, end } = this;
    const kept = { ready: this.#ready, waiting: this.#waiting };
    if (into === undefined || into.ram.length !== end - FIRST_WORD) {
      return { ...kept, frames: frames.slice(), ram: ram.slice(FIRST_WORD, end) };
    }
    into.frames.set(frames);
    into.ram.set(ram.subarray(FIRST_WORD, end));
    return Object.assign(into, kept);
  }

  /** Puts RAM and frames back. What has been reached for since is zero again. */
  restore({ frames, ram, ready, waiting }: Snapshot): void {
    this.#ready = ready;
    this.#waiting = waiting;
    this.frames.set(frames);
    this.ram.set(ram, FIRST_WORD);
    const known = FIRST_WORD + ram.length;
    if (this.end > known) this.ram.fill(0, known, this.end);
  }

  /** Fingerprint of the state (state.ts). */
  hash(): StateHash {
    const { cpus, end, compiled } = this;
    return stateHash(this.frames, this.ram, { cpus, words: this.#words, end, layout: compiled });
  }

  /** Whether a conditional access could be performed with its words holding other values. */
  passesIf(cpu: number, valueOf: (word: number) => number): boolean {
    const { frames } = this;
    const region = this.region(cpu);
    const kind = frames[region + KIND] as number;
    if (kind === SPIN) return !wouldSpin(frames, region, valueOf);
    return passes(kind, valueOf((frames[region + ADDRESS] as number) >> 2), frames[region + OPERAND] as number);
  }

  #passes(region: number, kind: number): boolean {
    // Outside RAM there is nothing to wait for: the step faults.
    if (kind === SPIN_LOCK) return !((this.ram[(this.frames[region + ADDRESS] as number) >> 2] as number) <= 0);
    if (kind === SPIN) return !unchanged(this.frames, region, this.ram);
    const value = this.ram[(this.frames[region + ADDRESS] as number) >> 2];
    return value === undefined || passes(kind, value, this.frames[region + OPERAND] as number);
  }

  #hooks(tracer: Tracer): Hooks {
    const { frames } = this;
    const hooks = Object.create(tracer) as Hooks;
    return Object.assign(hooks, {
      size: this.end - FIRST_WORD,
      reach: (word: number, address: number) => this.#reach(word, address),
      poisoned: (value: number, region: number) => {
        if (isPoison(value)) throw lockInFreed(frames[region + ADDRESS] as number);
      },
      stop: (reason: number) => {
        throw stopFault(reason);
      },
      perform: (region: number) => this.#perform(region),
      spin: (region: number) => spins(frames, region, this.compiled),
      note: (region: number, word: number, value: number) => noteRead(frames, region, word, value),
      wrote: (region: number) => noteWrite(frames, region),
    });
  }

  #reach(word: number, address: number): number {
    if (word < FIRST_WORD || word >= this.ram.length || (address & 3) !== 0) throw badAddress(address);
    this.end = Math.max(this.end, Math.min(this.ram.length, word + ROOM_TO_GROW));
    return this.end - FIRST_WORD;
  }

  #reachBlock(at: number, region: number): void {
    const last = at + ((this.frames[region + OPERAND2] as number) >> 2) - 1;
    if (last >= this.end) this.#reach(last, last << 2);
  }

  #perform(region: number): number {
    const { frames, ram } = this;
    const kind = frames[region + KIND] as number;
    const address = frames[region + ADDRESS] as number;
    const at = address >> 2;
    frames[region + LINE] = 0;
    if (kind < WAIT_FOR_CHANGE) {
      this.#reachBlock(at, region);
      if (kind === MEMCPY || kind === MEMEQ) this.#reachBlock((frames[region + OPERAND] as number) >> 2, region);
      return performBlock(ram, frames, region);
    }
    if (at < FIRST_WORD || at >= ram.length || (address & 3) !== 0) throw badAddress(address);
    const old = ram[at] as number;
    if (isPoison(old)) throw lockInFreed(address);
    ram[at] = old + (TAKES[kind] ?? 0);
    return old;
  }
}
