/**
 * The stepped machine: all CPUs in one thread, one bus access at a time. The compiled code (compile.ts) leaves in the
 * frames what each CPU is about to do; a step performs it and runs the CPU on to its next access.
 *
 *   start(cpu, function, ...args)   puts a function on an idle CPU and runs it up to its first access
 *   enabled(cpu)                    false while it waits for a lock or for a word to change, or is idle
 *   moves()                         what can be done now (moves.ts): a step of each CPU that is enabled, or its choices
 *   step(move)                      performs the pending access and runs the CPU to the next one
 *
 * A machine's state is RAM, frames, and what is known of loops that may spin (loops.ts). Memory is sequentially
 * consistent here.
 */
import { lowestBit } from '../base/bits.ts';
import type { CpuSet } from '../base/cpu-set.ts';
import { IDLE, SPIN, SPIN_LOCK } from '../machine/access.ts';
import { CHOOSES, LOOKED_AT, READY, WAITS } from '../machine/access-kinds.ts';
import { isPoison } from '../machine/atomic.ts';
import { badChoice } from '../machine/fault.ts';
import { FIRST_WORD, MAX_CPUS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
import type { CompiledModule, Hooks } from './compiled-module.ts';
import { ADDRESS, AREA, CALLER, FIRST_SLOT, FUNCTION, KIND, OPERAND, POINTS, RESULT, RESUME, TOP } from './frames.ts';
import { asleep, type Queues } from './futex.ts';
import { Heap } from './heap.ts';
import { Interrupts, SAVED_WORDS } from './interrupts.ts';
import { Loops } from './loops.ts';
import { cpuOf, type Move, valueOf } from './move.ts';
import { Moves } from './moves.ts';
import type { Notes } from './notes.ts';
import { Pending } from './pending.ts';
import { Performing } from './performing.ts';
import type { Snapshot, SteppedOptions } from './machine-types.ts';
import { arrives } from './spin.ts';
import { fingerprint, type MachineShape, searchHash, type StateHash, stateHash, withHeap } from './state.ts';
import { stopFault } from './stops.ts';
import type { Tracer } from './tracer.ts';
import { UsedWords } from './used-words.ts';
import { lockInFreed, passes } from './waiting.ts';

export type { Snapshot, SteppedOptions };

const NO_NOTES = new Int32Array(0);
/** Moves up to here are steps, and their CPU's number (move.ts). */
const LAST_STEP = MAX_CPUS - 1;

/** Bytes that a machine of a compiled module needs behind RAM; `spare` as in its options. */
export function bytesBehindRam({ oneMemory, regionWords }: CompiledModule, cpus: number, spare = 0): number {
  if (oneMemory === undefined) return 0;
  return oneMemory.framesAt - oneMemory.ramEnd + 4 * (cpus + spare) * (SAVED_WORDS + 2 * regionWords);
}

export class SteppedMachine {
  readonly cpus: number;
  /** All of RAM, by word; word i has address 4 * i. */
  readonly ram: Int32Array;
  readonly frames: Int32Array;
  readonly compiled: CompiledModule;
  readonly #used: UsedWords;
  readonly #words: number;
  readonly #queues: Queues;
  /** undefined when no loop of the module can spin. */
  readonly #loops: Loops | undefined;
  /** Of a module that asks for memory. */
  readonly heap: Heap | undefined;
  readonly #interrupts: Interrupts | undefined;
  /** Steps need more than being made: loops may spin, interrupts may come, or a CPU is in one. */
  #careful: boolean;
  readonly #performing: Performing;
  /** Whether it has more than 32 CPUs, or loops that may spin. */
  readonly #isSpecial: boolean;
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

  constructor(compiled: CompiledModule, options: SteppedOptions) {
    const { memory, cpus, tracer, reach, gap, reuse, interrupts, spare = 0 } = options;
    if (cpus > MAX_CPUS) throw new RangeError(`${cpus} CPUs; a machine has at most ${MAX_CPUS}`);
    this.cpus = cpus;
    this.compiled = compiled;
    const one = compiled.oneMemory;
    this.ram = one === undefined ? new Int32Array(memory) : new Int32Array(memory, 0, one.ramEnd >> 2);
    const handlers = interrupts === undefined ? 0 : SAVED_WORDS + compiled.regionWords;
    this.#words = compiled.regionWords + handlers;
    const words = (cpus + spare) * this.#words;
    this.frames = one === undefined ? new Int32Array(words) : new Int32Array(memory, one.framesAt, words);
    if (interrupts !== undefined) this.#interrupts = new Interrupts(interrupts, this.frames, compiled.regionWords);
    this.#moves = new Moves(this.frames, this.#words);
    this.#queues = { frames: this.frames, cpus, words: this.#words };
    this.#used = new UsedWords(this.ram, reach === undefined ? this.ram.length : reach >> 2, gap);
    this.#loops = compiled.noting ? new Loops(cpus, cpus + spare, this.ram.length) : undefined;
    this.#isSpecial = cpus > 32 || compiled.noting;
    this.#careful = compiled.noting || interrupts?.chosen === true;
    this.heap = reuse === undefined ? undefined : new Heap(this.ram, cpus + spare, reuse);
    this.#performing = new Performing(this.ram, this.#used, this.#queues, this.#loops, this.heap);
    for (let cpu = 0; cpu < cpus; cpu++) this.frames[cpu * this.#words + AREA] = cpuAddress(cpu);
    this.#resume = compiled.instantiate(this.frames, this.ram, this.#hooks(tracer));
  }

  /** Whether a step is the compiled code's alone: no loop may spin, no interrupt come, and a set of CPUs is one word. */
  get isSimple(): boolean {
    return !this.#careful && !this.#isSpecial;
  }

  /** What runs a CPU's region on to its next access: of a module with one memory, a function of WebAssembly. */
  get resume(): (region: number) => void {
    return this.#resume;
  }

  /** The CPUs that are ready, and those that have to be looked at, as bits: for who steps a simple machine from outside. */
  get ready(): number {
    return this.#ready;
  }

  get lookedAt(): number {
    return this.#lookedAt;
  }

  sorted(ready: number, lookedAt: number): void {
    this.#ready = ready;
    this.#lookedAt = lookedAt;
  }

  /** First word of a CPU's region in the frames. */
  region(cpu: number): number {
    return cpu * this.#words;
  }

  /** Where the stretch of RAM ends that has been used, and what has been used far behind it (used-words.ts). */
  get used(): { readonly end: number; readonly far: readonly number[] } {
    return this.#used;
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
    this.#loops?.notes[cpu]?.move();
    this.#resume(region);
    this.#interrupts?.arrive(cpu, region);
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
    if (CHOOSES[this.frames[region + KIND] as number] === 0) return 0;
    const values = this.frames[region + ADDRESS] as number;
    return badChoice(values) === undefined ? values : 0;
  }

  /** The moves that can be made. The set is the machine's own: the next question overwrites it. */
  moves(): Moves {
    const moves = this.#moves;
    let able = this.#ready;
    let atChoice = 0;
    for (let rest = this.#lookedAt; rest !== 0; rest &= rest - 1) {
      const cpu = lowestBit(rest);
      const region = cpu * this.#words;
      const kind = this.frames[region + KIND] as number;
      if (CHOOSES[kind] === 1) {
        able |= 1 << cpu;
        if (this.choices(cpu) > 0) atChoice |= 1 << cpu;
      } else if (this.#passes(cpu, region, kind)) able |= 1 << cpu;
    }
    moves.cpus.low = able;
    moves.choosing.low = atChoice;
    moves.plain = atChoice === 0;
    moves.timed = -1;
    if (this.#isSpecial) this.#addSpecial();
    if (able === 0 && this.#interrupts !== undefined) this.#addTime(this.#interrupts);
    return moves;
  }

  /** When nobody can go on, and somebody waits for time. */
  #addTime(interrupts: Interrupts): void {
    const moves = this.#moves;
    if (!moves.cpus.isEmpty) return;
    moves.timed = interrupts.nextInTime(this.cpus, this.#words);
    if (moves.timed < 0) return;
    moves.cpus.add(moves.timed);
    moves.plain = false;
  }

  /** What most machines do not have: CPUs from 32 on, and loops that may spin. */
  #addSpecial(): void {
    const { cpus, choosing } = this.#moves;
    cpus.high = this.#readyHigh;
    choosing.high = 0;
    for (let rest = this.#lookedAtHigh; rest !== 0; rest &= rest - 1) {
      const cpu = 32 + lowestBit(rest);
      if (this.enabled(cpu)) cpus.add(cpu);
      if (this.choices(cpu) > 0) choosing.add(cpu);
    }
    if (this.#loops !== undefined) this.#leaveFirst(this.#loops);
    this.#moves.settle();
  }

  /** Where loops may spin, leaves who comes first; when nobody can go on, adds who gets a turn all the same (late.ts). */
  #leaveFirst(loops: Loops): void {
    const { cpus, choosing } = this.#moves;
    if (cpus.isEmpty) {
      const late = loops.nextLate((cpu) => this.kind(cpu) === SPIN);
      if (late >= 0) cpus.add(late);
    }
    loops.late.retainFirst(cpus);
    choosing.retain(cpus);
  }

  /** True when the CPU's next step belongs to a turn that it gets only because nobody could go on, or time passes for it. */
  isLate(cpu: number): boolean {
    if (this.#interrupts !== undefined) return !this.enabled(cpu) && this.moves().timed === cpu;
    return this.#loops !== undefined && (this.isOnLateTurn(cpu) || this.#beginsLate(cpu));
  }

  /** True when the CPU is on such a turn already: it steps only while no other can. */
  isOnLateTurn(cpu: number): boolean {
    return this.#loops?.late.isRunning(cpu) === true;
  }

  #beginsLate(cpu: number): boolean {
    return this.kind(cpu) === SPIN && !this.enabled(cpu) && this.moves().cpus.has(cpu);
  }

  /** One bus access. The move has to be one that can be made. Throws MachineFault. */
  step(move: Move): void {
    if (move > LAST_STEP || this.#careful) {
      this.#stepWithCare(move);
      return;
    }
    const region = move * this.#words;
    this.#resume(region);
    this.#sort(move, region);
  }

  /** The same with a value for the CPU's choice, or where loops may spin or interrupts come. */
  #stepWithCare(move: Move): void {
    const cpu = cpuOf(move);
    const region = cpu * this.#words;
    const interrupts = this.#interrupts;
    if (interrupts !== undefined) {
      interrupts.step(cpu, region, move, this.#resume, this.#performing);
      this.#careful = interrupts.source.chosen || interrupts.inside > 0;
      this.#sort(cpu, region);
      return;
    }
    const late = this.#loops?.late;
    late?.step(cpu, this.kind(cpu) === SPIN && !this.enabled(cpu));
    if (move > LAST_STEP) this.#performing.give(valueOf(move));
    this.#resume(region);
    this.#sort(cpu, region);
    if (this.frames[region + KIND] === IDLE) late?.over(cpu, false);
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
      heap: undefined,
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
    if (this.#loops !== undefined) kept.notes = this.#loops.save(kept.notes);
    if (this.heap !== undefined) kept.heap = this.heap.copy(kept.heap);
    return Object.assign(kept, { ram: this.#used.copy(kept.ram) });
  }

  /** Puts everything back. */
  restore({ frames, ram, notes, heap, ready, lookedAt, readyHigh, lookedAtHigh }: Snapshot): void {
    this.#ready = ready;
    this.#lookedAt = lookedAt;
    this.#readyHigh = readyHigh;
    this.#lookedAtHigh = lookedAtHigh;
    this.frames.set(frames);
    this.#used.restore(ram);
    const interrupts = this.#interrupts;
    if (interrupts !== undefined) {
      interrupts.restored(this.cpus, this.#words);
      this.#careful = interrupts.source.chosen || interrupts.inside > 0;
    }
    this.#loops?.load(notes);
    if (heap !== undefined) this.heap?.restore(heap);
  }

  /** Fingerprint of the state (state.ts). */
  hash(): StateHash {
    return stateHash(this.#shape());
  }

  /** The same with what decides who waits from here on: for a search that is to go on from one of each. */
  searchHash(): StateHash {
    const hash = this.#loops === undefined ? this.hash() : searchHash(this.#shape(), this.#loops);
    return this.heap === undefined ? hash : withHeap(hash, this.heap);
  }

  #shape(): MachineShape {
    const { live, regionWords } = this.compiled;
    const layout = { live, saved: this.#interrupts === undefined ? 0 : regionWords };
    return { frames: this.frames, used: this.#used, cpus: this.cpus, words: this.#words, layout };
  }

  /** The frame below one of a CPU: of who called it, or was interrupted by it; 0 for none. */
  callerOf(region: number, frame: number): number {
    return this.#interrupts?.callerOf(region, frame) ?? (this.frames[frame + CALLER] as number);
  }

  /** Whether a conditional access of RAM could be performed with its words holding other values. */
  passesIf(cpu: number, held: (word: number) => number): boolean {
    const region = this.region(cpu);
    const kind = this.frames[region + KIND] as number;
    if (kind === SPIN) return this.#loops?.notes[cpu]?.wouldSpin(held) !== true;
    const word = (this.frames[region + ADDRESS] as number) >> 2;
    return word < FIRST_WORD || passes(kind, held(word), this.frames[region + OPERAND] as number);
  }

  /** The CPUs that sleep on a word. */
  asleepOn(address: number): CpuSet {
    return asleep(this.#queues, address);
  }

  /** What a CPU is about to do. Good until the next time it is asked for, of whichever CPU. */
  pending(cpu: number): Pending {
    return this.#pending.read(this.frames, cpu * this.#words, this.#loops?.notes[cpu], this.heap);
  }

  #passes(cpu: number, region: number, kind: number): boolean {
    // Outside RAM, and in page zero, there is nothing to wait for: the step faults.
    const word = (this.frames[region + ADDRESS] as number) >> 2;
    if (kind === SPIN_LOCK) return !((this.ram[word] as number) <= 0) || word < FIRST_WORD;
    if (kind === SPIN) return this.#loops?.notes[cpu]?.unchanged(this.ram) !== true;
    const value = this.ram[word];
    return value === undefined || word < FIRST_WORD || passes(kind, value, this.frames[region + OPERAND] as number);
  }

  #hooks(tracer: Tracer): Hooks {
    const { frames } = this;
    const performing = this.#performing;
    const hooks = Object.create(tracer) as Hooks;
    return Object.assign(hooks, {
      size: performing.size,
      high: this.#used.gap.to,
      highSize: this.#used.gap.to > FIRST_WORD ? this.#used.end - this.#used.gap.to : 0,
      reach: (word: number, address: number, region?: number) => performing.reach(word, address, region),
      poisoned: (value: number, region: number) => {
        if (isPoison(value)) throw lockInFreed(frames[region + ADDRESS] as number);
      },
      stop: (reason: number) => {
        throw stopFault(reason);
      },
      perform: (region: number) => performing.perform(region),
      spin: (region: number) => this.#spin(region),
      did: (region: number, word: number, before: number, kind: number) => performing.did(region, word, before, kind),
    });
  }

  /** The CPU is at the head of a loop: SPIN is its pending step when it waits there. */
  #spin(region: number): boolean {
    const { frames, compiled } = this;
    const cpu = region / this.#words;
    const { notes: all, late } = this.#loops as Loops;
    const notes = all[cpu] as Notes;
    const top = frames[region + TOP] as number;
    const place = (top - region) * POINTS + (frames[top + RESUME] as number);
    if (!arrives(notes, fingerprint(frames, region, compiled), place)) return false;
    frames[region + KIND] = SPIN;
    // A turn that came to no word at all goes on for ever.
    frames[region + ADDRESS] = (notes.reads()[0] ?? notes.first) << 2;
    late.over(cpu, true);
    return true;
  }
}
