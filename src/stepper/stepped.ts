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
import { RW_LOCK_BIAS } from '../machine/arch-rwlock.ts';
import { badAddress, MachineFault } from '../machine/fault.ts';
import { FIRST_ADDRESS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
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
import {
  CMPXCHG,
  DOWN_READ,
  DOWN_WRITE,
  FETCH_AND,
  FETCH_OR,
  GIVE_BACK,
  IDLE,
  MEMCPY,
  MEMEQ,
  MEMSET,
  READ_LOCK,
  SMP_MB,
  SPIN,
  SPIN_LOCK,
  SPIN_UNLOCK,
  WAIT_FOR_CHANGE,
  WRITE_LOCK,
  XADD,
  XCHG,
} from './primitives.ts';
import { noteRead, noteWrite, notedValue, spins, unchanged } from './spin.ts';
import { type StateHash, stateHash } from './state.ts';
import type { Tracer } from './tracer.ts';

/** What the compiled code asks of the machine. */
export interface Hooks extends Tracer {
  /** Words from FIRST_ADDRESS on that need no question. */
  readonly size: number;
  /** An access beyond: the new size, or a fault. */
  reach(word: number): number;
  /** A lock was taken that was not 1: a fault when it lies in a freed object. */
  poisoned(value: number, region: number): void;
  /** Performs a rare access; its result. */
  perform(region: number): number;
  /** The bus for functions that run at once. */
  now(kind: number, address: number, operand: number, operand2: number): number;
  /** Where the words are marked that these functions read. */
  seen: Uint8Array | undefined;
  /** They make no end. */
  endless(): void;
  spin(region: number): boolean;
  note(region: number, word: number, value: number): void;
  wrote(region: number): void;
}

/** A compiled module on frames and RAM. */
export interface Running {
  /** Runs a CPU from where it stands to its next access. */
  resume(region: number): void;
  /** Functions that run at once, on no CPU. */
  readonly now: Readonly<Record<string, () => number | boolean | undefined>>;
}

/** What a compiled module exports. */
export interface CompiledModule {
  readonly entries: Readonly<Record<string, number>>;
  readonly headerWords: number;
  readonly regionWords: number;
  /** Live words of a function's frame, by number of the function and resume point. */
  readonly live: ReadonlyArray<Readonly<Record<number, readonly number[]>>>;
  instantiate(frames: Int32Array, ram: Int32Array, hooks: Hooks): Running;
}

export interface Snapshot {
  readonly frames: Int32Array;
  /** From FIRST_ADDRESS on. */
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
}

const FIRST_WORD = FIRST_ADDRESS >> 2;
/** By kind: 1 for those that can be performed at once, and for those that may have to wait. */
const READY = Uint8Array.from({ length: 32 }, (_, kind) => (kind !== IDLE && kind < WAIT_FOR_CHANGE ? 1 : 0));
const WAITS = Uint8Array.from({ length: 32 }, (_, kind) => (kind >= WAIT_FOR_CHANGE ? 1 : 0));
const ROOM_TO_GROW = 64;

export class SteppedMachine {
  readonly cpus: number;
  /** All of RAM, by word; word i has address 4 * i. */
  readonly ram: Int32Array;
  readonly frames: Int32Array;
  readonly compiled: CompiledModule;
  /** Functions that run at once, on no CPU. */
  readonly now: Running['now'];
  /** RAM words in use: those beyond have never been touched. */
  end: number;
  readonly #words: number;
  readonly #running: Hooks;
  readonly #resume: (region: number) => void;
  /** CPUs whose pending access can be performed whatever RAM holds, and those that may have to wait. As bits. */
  #ready = 0;
  #waiting = 0;

  constructor(compiled: CompiledModule, { memory, cpus, tracer, reach }: SteppedOptions) {
    this.cpus = cpus;
    this.compiled = compiled;
    this.ram = new Int32Array(memory);
    this.#words = compiled.regionWords;
    this.frames = new Int32Array(cpus * this.#words);
    this.end = reach === undefined ? this.ram.length : reach >> 2;
    for (let cpu = 0; cpu < cpus; cpu++) this.frames[cpu * this.#words + AREA] = cpuAddress(cpu);
    this.#running = this.#hooks(tracer);
    const { resume, now } = compiled.instantiate(this.frames, this.ram, this.#running);
    this.#resume = resume;
    this.now = now;
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
    // No branch: which kind comes next is what nobody can foretell.
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
    let mask = this.#ready;
    for (let rest = this.#waiting; rest !== 0; rest &= rest - 1) {
      const cpu = 31 - Math.clz32(rest & -rest);
      const region = cpu * this.#words;
      if (this.#passes(region, this.frames[region + KIND] as number)) mask |= 1 << cpu;
    }
    return mask;
  }

  /** From now on words that functions read which run at once are marked there. */
  markReads(seen: Uint8Array | undefined): void {
    this.#running.seen = seen;
  }

  /** One bus access. The CPU has to be enabled. Throws MachineFault. */
  step(cpu: number): void {
    const region = cpu * this.#words;
    this.#resume(region);
    this.#sort(cpu, region);
  }

  snapshot(): Snapshot {
    const { frames, ram, end } = this;
    return { frames: frames.slice(), ram: ram.slice(FIRST_WORD, end), ready: this.#ready, waiting: this.#waiting };
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

  /** Whether a conditional access could be performed with one of its words holding `value`. */
  passesWith(cpu: number, value: number, word: number): boolean {
    const region = this.region(cpu);
    const kind = this.frames[region + KIND] as number;
    if (kind === SPIN) return value !== notedValue(this.frames, region, word);
    return passes(kind, value, this.frames[region + OPERAND] as number);
  }

  #passes(region: number, kind: number): boolean {
    if (kind === SPIN_LOCK) return (this.ram[(this.frames[region + ADDRESS] as number) >> 2] as number) > 0;
    if (kind === SPIN) return !unchanged(this.frames, region, this.ram);
    const value = this.ram[(this.frames[region + ADDRESS] as number) >> 2] as number;
    return passes(kind, value, this.frames[region + OPERAND] as number);
  }

  #hooks(tracer: Tracer): Hooks {
    const { frames, ram } = this;
    const hooks = Object.create(tracer) as Hooks;
    return Object.assign(hooks, {
      size: this.end - FIRST_WORD,
      reach: (word: number) => this.#reach(word),
      poisoned: (value: number, region: number) => {
        if (isPoison(value)) throw lockInFreed(frames[region + ADDRESS] as number);
      },
      perform: (region: number) => this.#perform(region),
      now: (kind: number, address: number, operand: number, operand2: number) =>
        this.#performNow(kind, address, operand, operand2),
      seen: undefined,
      endless: () => {
        throw waitsAlone(0);
      },
      spin: (region: number) => spins(frames, region, ram, this.compiled),
      note: (region: number, word: number, value: number) => noteRead(frames, region, word, value),
      wrote: (region: number) => noteWrite(frames, region),
    });
  }

  #reach(word: number): number {
    if (word < FIRST_WORD || word >= this.ram.length) throw badAddress(word << 2);
    this.end = Math.max(this.end, Math.min(this.ram.length, word + ROOM_TO_GROW));
    return this.end - FIRST_WORD;
  }

  /** What a function that runs at once does to RAM. */
  #performNow(kind: number, address: number, operand: number, operand2: number): number {
    const { ram } = this;
    const at = address >> 2;
    if (kind >= MEMSET && kind <= MEMEQ) return this.#performBlock(kind, address, operand, operand2);
    if (kind === SMP_MB) return 0;
    if (at < FIRST_WORD || at >= this.end) this.#reach(at);
    const old = ram[at] as number;
    if (kind >= WAIT_FOR_CHANGE && !passes(kind, old, operand)) throw waitsAlone(address);
    ram[at] = after(kind, old, operand, operand2);
    return old;
  }

  #performBlock(kind: number, address: number, operand: number, bytes: number): number {
    this.#reachBlock(address, bytes);
    if (kind === MEMCPY || kind === MEMEQ) this.#reachBlock(operand, bytes);
    return performBlock(this.ram, kind, address, operand, bytes);
  }

  #reachBlock(address: number, bytes: number): void {
    const last = ((address + bytes) >> 2) - 1;
    if (last >= this.end) this.#reach(last);
  }

  #perform(region: number): number {
    const { frames, ram } = this;
    const kind = frames[region + KIND] as number;
    const address = frames[region + ADDRESS] as number;
    const at = address >> 2;
    frames[region + LINE] = 0;
    if (kind < WAIT_FOR_CHANGE) {
      return this.#performBlock(kind, address, frames[region + OPERAND] as number, frames[region + OPERAND2] as number);
    }
    if (at < FIRST_WORD || at >= ram.length) throw badAddress(address);
    const old = ram[at] as number;
    if (isPoison(old)) throw lockInFreed(address);
    ram[at] = old + (TAKES[kind] ?? 0);
    return old;
  }
}

/** What taking a lock adds to its word. */
const TAKES: Readonly<Record<number, number>> = {
  [SPIN_LOCK]: -1,
  [READ_LOCK]: -1,
  [WRITE_LOCK]: -RW_LOCK_BIAS,
  [DOWN_READ]: 1,
  [DOWN_WRITE]: -1,
};

/** Whether an access that may have to wait can be performed when its word holds `value`. */
function passes(kind: number, value: number, operand: number): boolean {
  switch (kind) {
    case WAIT_FOR_CHANGE:
      return value !== operand;
    case SPIN_LOCK:
    case READ_LOCK:
      return value > 0;
    case WRITE_LOCK:
      return value === RW_LOCK_BIAS || isPoison(value);
    case DOWN_READ:
      return value >= 0;
    case DOWN_WRITE:
      return value === 0 || isPoison(value);
    default:
      return true;
  }
}

/** What a word holds after an access of one word. */
function after(kind: number, old: number, operand: number, operand2: number): number {
  switch (kind) {
    case XCHG:
      return operand;
    case CMPXCHG:
      return old === operand ? operand2 : old;
    case XADD:
    case GIVE_BACK:
      return old + operand;
    case FETCH_OR:
      return old | operand;
    case FETCH_AND:
      return old & operand;
    case SPIN_UNLOCK:
      return 1;
    default:
      return old + (TAKES[kind] ?? 0);
  }
}

function waitsAlone(address: number): MachineFault {
  return new MachineFault('assert', 'waiting where nobody else runs', address);
}

function lockInFreed(lock: number): MachineFault {
  return new MachineFault('use-after-free', 'lock taken in a freed object', lock);
}
