/**
 * The stepped machine: all CPUs in one thread, one bus access at a time. The compiled code (compile.ts) leaves in the
 * frames what each CPU is about to do; a step performs it and runs the CPU on to its next access.
 *
 *   start(cpu, function, ...args)   puts a function on an idle CPU and runs it up to its first access
 *   enabled(cpu)                    false while it waits for a lock or for a word to change, or is idle
 *   moves()                         what can be done now (moves.ts): a step of each CPU that is enabled, or its choices
 *   step(move)                      performs the pending access and runs the CPU to the next one
 *
 * A machine's state is RAM, frames, and what is known of loops that may spin (notes.ts, late.ts). Memory is sequentially
 * consistent here.
 */
import { isPoison } from '../machine/atomic.ts';
import { badAddress, badChoice } from '../machine/fault.ts';
import { FIRST_WORD, MAX_CPUS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
import { lowestBit } from '../base/bits.ts';
import type { CpuSet } from '../base/cpu-set.ts';
import { performBlock } from './blocks.ts';
import { ADDRESS, AREA, CALLER, FIRST_SLOT, FUNCTION, KIND, LINE, OPERAND, RESULT, RESUME, TOP } from './frames.ts';
import { AGAIN, asleep, fallAsleep, wake } from './futex.ts';
import { Late } from './late.ts';
import { type Move, valueOf } from './move.ts';
import { Moves } from './moves.ts';
import { isReader, Notes } from './notes.ts';
import {
  BLOCK,
  BLOCKS,
  CHOOSE,
  FUTEX_SLEEP,
  FUTEX_WAIT,
  FUTEX_WAKE,
  IDLE,
  SPIN,
  SPIN_LOCK,
} from '../machine/access.ts';
import { ADDS, isLock, LOOKED_AT, READY, WAITS } from '../machine/access-kinds.ts';
import type { CompiledModule, Hooks } from './compiled-module.ts';
import { stopFault } from './stops.ts';
import { Pending } from './pending.ts';
import { arrives } from './spin.ts';
import { fingerprint, type MachineShape, searchHash, type StateHash, stateHash } from './state.ts';
import type { Tracer } from './tracer.ts';
import { type RamCopy, UsedWords } from './used-words.ts';
import { lockInFreed, passes } from './waiting.ts';

export interface Snapshot {
  readonly frames: Int32Array;
  ram: RamCopy;
  /** Of a machine whose loops may spin: late.ts, and what the CPUs have noted, one after the other. */
  notes: Int32Array;
  /** The CPUs that are ready, and those that have to be looked at. */
  ready: number;
  lookedAt: number;
  readyHigh: number;
  lookedAtHigh: number;
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

const NO_NOTES = new Int32Array(0);
const NOT_GIVEN = -1;
/** The CPU of a move (move.ts), without a call on the way of every step. */
const CPU_MASK = MAX_CPUS - 1;
/** Blocks of a function, at most, where a place is made one number. */
const MOST_POINTS = 1 << 12;

export class SteppedMachine {
  readonly cpus: number;
  /** All of RAM, by word; word i has address 4 * i. */
  readonly ram: Int32Array;
  readonly frames: Int32Array;
  readonly compiled: CompiledModule;
  readonly #used: UsedWords;
  readonly #words: number;
  /** By CPU; empty when no loop of the module can spin. */
  readonly #notes: readonly Notes[];
  readonly #late = new Late();
  readonly #pending = new Pending();
  readonly #resume: (region: number) => void;
  readonly #moves: Moves;
  /**
   * CPUs whose pending access can be performed whatever RAM holds, and those that have to be looked at: they may have to
   * wait, or have a choice. As bits, the CPUs from 32 on in words of their own: most machines have none.
   */
  #ready = 0;
  #lookedAt = 0;
  #readyHigh = 0;
  #lookedAtHigh = 0;
  /** The value that is given at a choice; none behind it. */
  #given = NOT_GIVEN;

  constructor(compiled: CompiledModule, { memory, cpus, tracer, reach, spare = 0 }: SteppedOptions) {
    if (cpus > MAX_CPUS) throw new RangeError(`${cpus} CPUs; a machine has at most ${MAX_CPUS}`);
    this.cpus = cpus;
    this.compiled = compiled;
    this.ram = new Int32Array(memory);
    this.#words = compiled.regionWords;
    this.frames = new Int32Array((cpus + spare) * this.#words);
    this.#moves = new Moves(this.frames, this.#words, cpus <= 32 && !compiled.noting);
    this.#used = new UsedWords(this.ram, reach === undefined ? this.ram.length : reach >> 2);
    this.#notes = compiled.noting ? Array.from({ length: cpus + spare }, () => new Notes(this.ram.length)) : [];
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
    this.#notes[cpu]?.move();
    this.#resume(region);
    // Of the spare ones no move is ever asked.
    if (cpu < this.cpus) this.#sort(cpu, region);
  }

  /** Notes whether a CPU that has stopped again is ready, has to be looked at, or is idle. */
  #sort(cpu: number, region: number): void {
    const kind = this.frames[region + KIND] as number;
    if (cpu >= 32) {
      this.#sortHigh(cpu, kind);
      return;
    }
    // No branch on the kind: which one comes next is what nobody can foretell.
    this.#ready = (this.#ready & ~(1 << cpu)) | ((READY[kind] as number) << cpu);
    this.#lookedAt = (this.#lookedAt & ~(1 << cpu)) | ((LOOKED_AT[kind] as number) << cpu);
  }

  #sortHigh(cpu: number, kind: number): void {
    this.#readyHigh = (this.#readyHigh & ~(1 << cpu)) | ((READY[kind] as number) << cpu);
    this.#lookedAtHigh = (this.#lookedAtHigh & ~(1 << cpu)) | ((LOOKED_AT[kind] as number) << cpu);
  }

  /** True when the CPU's function has returned; `result` is then its value. */
  isIdle(cpu: number): boolean {
    return this.frames[this.region(cpu) + KIND] === IDLE;
  }

  result(cpu: number): number {
    return this.frames[this.region(cpu) + RESULT] as number;
  }

  /** Kind of the pending access (access.ts), and its address. */
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
    if (WAITS[kind] === 0) return kind !== IDLE;
    return this.#passes(cpu, region, kind);
  }

  /** Values of the choice that a CPU is at; 0 when it is at none, or at one that is a fault. */
  choices(cpu: number): number {
    const region = cpu * this.#words;
    if (this.frames[region + KIND] !== CHOOSE) return 0;
    const values = this.frames[region + ADDRESS] as number;
    return badChoice(values) === undefined ? values : 0;
  }

  /** The moves that can be made. The set is the machine's own: the next question overwrites it. */
  moves(): Moves {
    const moves = this.#moves;
    let able = this.#ready;
    for (let rest = this.#lookedAt; rest !== 0; rest &= rest - 1) {
      const cpu = lowestBit(rest);
      const region = cpu * this.#words;
      if (this.#passes(cpu, region, this.frames[region + KIND] as number)) able |= 1 << cpu;
    }
    moves.cpus.low = able;
    if (!moves.plain) this.#addToPlain();
    return moves;
  }

  /** What most machines do not have: more than 32 CPUs, choices, loops that may spin. */
  #addToPlain(): void {
    const { cpus, choosing } = this.#moves;
    cpus.high = this.#readyHigh;
    for (let rest = this.#lookedAtHigh; rest !== 0; rest &= rest - 1) {
      const cpu = 32 + lowestBit(rest);
      if (this.enabled(cpu)) cpus.add(cpu);
    }
    choosing.clear();
    for (let cpu = cpus.next(-1); cpu >= 0; cpu = cpus.next(cpu)) if (this.choices(cpu) > 0) choosing.add(cpu);
    if (this.#notes.length === 0) return;
    if (cpus.isEmpty) this.#addLate();
    this.#late.retainFirst(cpus);
    choosing.retain(cpus);
  }

  /** Nobody can go on: adds the CPU that gets a turn all the same (late.ts). */
  #addLate(): void {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (this.kind(cpu) !== SPIN || this.#late.wasVain(cpu) || !(this.#notes[cpu] as Notes).changes) continue;
      this.#moves.cpus.add(cpu);
      return;
    }
  }

  /** True when the CPU's next step belongs to a turn that it gets only because nobody could go on. */
  isLate(cpu: number): boolean {
    if (this.#notes.length === 0) return false;
    return this.isOnLateTurn(cpu) || this.#beginsLate(cpu);
  }

  /** True when the CPU is on such a turn already: it steps only while no other can. */
  isOnLateTurn(cpu: number): boolean {
    return this.#late.isRunning(cpu);
  }

  #beginsLate(cpu: number): boolean {
    return this.kind(cpu) === SPIN && !this.enabled(cpu) && this.moves().cpus.has(cpu);
  }

  /** One bus access. The move has to be one that can be made. Throws MachineFault. */
  step(move: Move): void {
    const cpu = move & CPU_MASK;
    if (move !== cpu) this.#given = valueOf(move);
    const region = cpu * this.#words;
    const mayWait = this.#notes.length > 0;
    if (mayWait) this.#late.step(cpu, this.kind(cpu) === SPIN && !this.enabled(cpu));
    this.#resume(region);
    this.#sort(cpu, region);
    if (mayWait && this.frames[region + KIND] === IDLE) this.#late.over(cpu, false);
  }

  /** One bus access of a spare CPU, which has no moves. Throws MachineFault. */
  stepSpare(cpu: number): void {
    this.#resume(this.region(cpu));
  }

  /** The state as a copy; `into` is one that is needed no longer, to be overwritten where it fits. */
  snapshot(into?: Snapshot): Snapshot {
    const kept = into ?? {
      frames: new Int32Array(this.frames.length),
      ram: undefined,
      notes: NO_NOTES,
      ready: 0,
      lookedAt: 0,
      readyHigh: 0,
      lookedAtHigh: 0,
    };
    kept.frames.set(this.frames);
    kept.ready = this.#ready;
    kept.lookedAt = this.#lookedAt;
    kept.readyHigh = this.#readyHigh;
    kept.lookedAtHigh = this.#lookedAtHigh;
    kept.notes = this.#saveNotes(kept.notes);
    return Object.assign(kept, { ram: this.#used.copy(kept.ram) });
  }

  #saveNotes(into: Int32Array): Int32Array {
    if (this.#notes.length === 0) return into;
    let size = Late.words;
    for (const one of this.#notes) size += one.size;
    const saved = into.length >= size ? into : new Int32Array(2 * size);
    this.#late.save(saved);
    let at = Late.words;
    for (const one of this.#notes) {
      one.save(saved, at);
      at += one.size;
    }
    return saved;
  }

  /** Puts everything back. */
  restore({ frames, ram, notes, ready, lookedAt, readyHigh, lookedAtHigh }: Snapshot): void {
    this.#ready = ready;
    this.#lookedAt = lookedAt;
    this.#readyHigh = readyHigh;
    this.#lookedAtHigh = lookedAtHigh;
    this.frames.set(frames);
    this.#used.restore(ram);
    if (this.#notes.length === 0) return;
    this.#late.load(notes);
    let at = Late.words;
    for (const one of this.#notes) at = one.load(notes, at);
  }

  /** Fingerprint of the state (state.ts). */
  hash(): StateHash {
    return stateHash(this.#shape());
  }

  /** The same with what decides who waits from here on: for a search that is to go on from one of each. */
  searchHash(): StateHash {
    return this.#notes.length === 0 ? this.hash() : searchHash(this.#shape(), this.#notes, this.#late);
  }

  #shape(): MachineShape {
    return { frames: this.frames, used: this.#used, cpus: this.cpus, words: this.#words, layout: this.compiled };
  }

  /** Whether a conditional access of RAM could be performed with its words holding other values. */
  passesIf(cpu: number, held: (word: number) => number): boolean {
    const region = this.region(cpu);
    const kind = this.frames[region + KIND] as number;
    if (kind === SPIN) return this.#notes[cpu]?.wouldSpin(held) !== true;
    return passes(kind, held((this.frames[region + ADDRESS] as number) >> 2), this.frames[region + OPERAND] as number);
  }

  /** The CPUs that sleep on a word. */
  asleepOn(address: number): CpuSet {
    return asleep(this.#queues, address);
  }

  /** What a CPU is about to do. Good until the next time it is asked for, of whichever CPU. */
  pending(cpu: number): Pending {
    return this.#pending.read(this.frames, cpu * this.#words, this.#notes[cpu]);
  }

  get #queues() {
    return { frames: this.frames, cpus: this.cpus, words: this.#words };
  }

  #passes(cpu: number, region: number, kind: number): boolean {
    // Outside RAM there is nothing to wait for: the step faults.
    if (kind === SPIN_LOCK) return !((this.ram[(this.frames[region + ADDRESS] as number) >> 2] as number) <= 0);
    if (kind === SPIN) return !(this.#notes[cpu] as Notes).unchanged(this.ram);
    if (kind === CHOOSE) {
      this.#moves.plain = false;
      return true;
    }
    const value = this.ram[(this.frames[region + ADDRESS] as number) >> 2];
    return value === undefined || passes(kind, value, this.frames[region + OPERAND] as number);
  }

  #hooks(tracer: Tracer): Hooks {
    const { frames } = this;
    const hooks = Object.create(tracer) as Hooks;
    return Object.assign(hooks, {
      size: this.#used.end - FIRST_WORD,
      reach: (word: number, address: number) => this.#reach(word, address),
      poisoned: (value: number, region: number) => {
        if (isPoison(value)) throw lockInFreed(frames[region + ADDRESS] as number);
      },
      stop: (reason: number) => {
        throw stopFault(reason);
      },
      perform: (region: number) => this.#perform(region),
      spin: (region: number) => this.#spin(region),
      did: (region: number, word: number, before: number, kind: number) => this.#did(region, word, before, kind),
    });
  }

  /** The CPU is at the head of a loop: SPIN is its pending step when it waits there. */
  #spin(region: number): boolean {
    const { frames, compiled } = this;
    const cpu = region / this.#words;
    const notes = this.#notes[cpu] as Notes;
    const top = frames[region + TOP] as number;
    const place = (top - region) * MOST_POINTS + (frames[top + RESUME] as number);
    if (!arrives(notes, fingerprint(frames, region, compiled), place)) return false;
    frames[region + KIND] = SPIN;
    // A turn that came to no word at all goes on for ever.
    frames[region + ADDRESS] = (notes.reads()[0] ?? notes.first) << 2;
    this.#late.over(cpu, true);
    return true;
  }

  /** Notes an access that has been performed: the CPU's own, and one that others may have been seen by. */
  #did(region: number, word: number, before: number, kind: number): void {
    const cpu = region / this.#words;
    const now = this.ram[word] as number;
    (this.#notes[cpu] as Notes).note(word, before, now, kind);
    // What looks at a state between two steps is not there.
    if (cpu >= this.cpus) return;
    const shared = isReader(kind, now - before);
    for (let other = 0; other < this.cpus; other++) {
      if (other !== cpu) (this.#notes[other] as Notes).meet(word, shared);
    }
  }

  #reach(word: number, address: number): number {
    if (word < FIRST_WORD || word >= this.ram.length || (address & 3) !== 0) throw badAddress(address);
    this.#used.reach(word);
    return this.#used.end - FIRST_WORD;
  }

  #perform(region: number): number {
    const { frames } = this;
    frames[region + LINE] = 0;
    const { kind, touches, address } = this.pending(region / this.#words);
    if (kind === CHOOSE) return this.#choose(region);
    if (touches === BLOCK || touches === BLOCKS) return this.#performBlock(region);
    const at = address >> 2;
    this.#reach(at, address);
    if (isLock(kind)) return this.#take(region, kind, at);
    return this.#futex(region, kind, at);
  }

  /** The value that was given. A CPU that has chosen has got somewhere: what it does next may be another thing each time. */
  #choose(region: number): number {
    const values = this.frames[region + ADDRESS] as number;
    const fault = badChoice(values);
    if (fault !== undefined) throw fault;
    const value = this.#given;
    if (value < 0 || value >= values) throw new RangeError(`choice among ${values} values: none of them was given`);
    this.#given = NOT_GIVEN;
    this.#notes[region / this.#words]?.move();
    return value;
  }

  #take(region: number, kind: number, at: number): number {
    const old = this.ram[at] as number;
    if (isPoison(old)) throw lockInFreed(at << 2);
    this.ram[at] = old + (ADDS[kind] as number);
    if (this.#notes.length > 0) this.#did(region, at, old, kind);
    return old;
  }

  #futex(region: number, kind: number, at: number): number {
    const { frames } = this;
    const notes = this.#notes[region / this.#words];
    if (kind === FUTEX_SLEEP) {
      // It is awake: what follows belongs to the call.
      frames[region + KIND] = FUTEX_WAIT;
      return 0;
    }
    // Queues are nothing that could be put back.
    if (kind === FUTEX_WAKE) {
      notes?.move();
      return wake(this.#queues, at << 2, frames[region + OPERAND] as number);
    }
    const value = this.ram[at] as number;
    if (notes !== undefined) this.#did(region, at, value, kind);
    if (value !== frames[region + OPERAND]) return AGAIN;
    notes?.move();
    fallAsleep(this.#queues, region);
    return 0;
  }

  #performBlock(region: number): number {
    const { kind, touches, address, other, bytes } = this.pending(region / this.#words);
    const starts = touches === BLOCKS ? [address >> 2, other >> 2] : [address >> 2];
    const words = bytes >> 2;
    const blocks = words > 0 ? starts.map((from) => this.#reachBlock(from, words)) : [];
    const result = performBlock(this.ram, this.frames, region);
    for (const { from, before } of blocks) before.forEach((old, i) => this.#did(region, from + i, old, kind));
    return result;
  }

  /** Makes room for a block; what it holds, where that has to be known. */
  #reachBlock(from: number, words: number): { readonly from: number; readonly before: Int32Array } {
    const to = from + words;
    if (from < FIRST_WORD || to > this.ram.length) throw badAddress((from < FIRST_WORD ? from : to - 1) << 2);
    this.#used.reachAll(from, to);
    return { from, before: this.#notes.length > 0 ? this.ram.slice(from, to) : this.ram.subarray(0, 0) };
  }
}
