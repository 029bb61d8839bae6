/**
 * The stepped machine: all CPUs in one thread, one bus access at a time. The compiled kernel (compile.ts) leaves in the
 * frames what each CPU is about to do; the machine performs it on RAM and lets the CPU run on to its next access.
 *
 *   start(cpu, entry, ...args)   puts a function on an idle CPU and runs it up to its first access
 *   enabled(cpu)                 false while it waits for a lock or for a word to change, or is idle
 *   step(cpu)                    performs the pending access and runs the CPU to the next one
 *
 * A machine's state is RAM and frames and nothing else. Memory is sequentially consistent here.
 */
import { isPoison } from '../machine/atomic.ts';
import { MachineFault } from '../machine/fault.ts';
import { FIRST_ADDRESS } from '../machine/limits.ts';
import { cpuAddress } from '../machine/map.ts';
import {
  ADDRESS,
  AREA,
  CALLER,
  CPU_WORDS,
  FIRST_SLOT,
  FUNCTION,
  HEADER_WORDS,
  KIND,
  OPERAND,
  OPERAND2,
  RESULT,
  RESUME,
  TOP,
} from './frames.ts';
import {
  CMPXCHG,
  FETCH_AND,
  FETCH_OR,
  IDLE,
  LOAD,
  MEMCHR_INV,
  MEMCPY,
  MEMEQ,
  MEMSET,
  READ_ONCE,
  SPIN_LOCK,
  STORE,
  WAIT_FOR_CHANGE,
  WRITE_ONCE,
  XADD,
  XCHG,
} from './primitives.ts';

export interface Hooks {
  /** What the kernel's warn() does. */
  warn(reason: number, address: number): void;
}

/** What a compiled module exports. */
export interface CompiledModule {
  readonly entries: Readonly<Record<string, number>>;
  instantiate(frames: Int32Array, hooks: Hooks): (region: number) => void;
}

export interface Snapshot {
  readonly frames: Int32Array;
  readonly ram: Int32Array;
}

const FIRST_WORD = FIRST_ADDRESS >> 2;

export class SteppedMachine {
  readonly cpus: number;
  /** All of RAM, by word; word i has address 4 * i. */
  readonly ram: Int32Array;
  readonly frames: Int32Array;
  readonly #entries: CompiledModule['entries'];
  readonly #resume: (region: number) => void;

  constructor(compiled: CompiledModule, memory: ArrayBufferLike, cpus: number, hooks: Hooks) {
    this.cpus = cpus;
    this.ram = new Int32Array(memory);
    this.frames = new Int32Array(cpus * CPU_WORDS);
    for (let cpu = 0; cpu < cpus; cpu++) this.frames[cpu * CPU_WORDS + AREA] = cpuAddress(cpu);
    this.#entries = compiled.entries;
    this.#resume = compiled.instantiate(this.frames, hooks);
  }

  /** Calls an entry function on an idle CPU, up to its first access. */
  start(cpu: number, entry: string, ...args: number[]): void {
    const { frames } = this;
    const region = cpu * CPU_WORDS;
    const number = this.#entries[entry];
    if (number === undefined) throw new RangeError(`no entry function ${entry}`);
    if (frames[region + KIND] !== IDLE) throw new RangeError(`CPU ${cpu} is not idle`);
    const frame = region + HEADER_WORDS;
    frames[frame + FUNCTION] = number;
    frames[frame + RESUME] = 0;
    frames[frame + CALLER] = 0;
    args.forEach((value, i) => {
      frames[frame + FIRST_SLOT + i] = value;
    });
    frames[region + TOP] = frame;
    this.#resume(region);
  }

  /** True when the CPU's function has returned; `result` is then its value. */
  isIdle(cpu: number): boolean {
    return this.frames[cpu * CPU_WORDS + KIND] === IDLE;
  }

  result(cpu: number): number {
    return this.frames[cpu * CPU_WORDS + RESULT] as number;
  }

  /** Kind of the pending access (primitives.ts), and its address. */
  kind(cpu: number): number {
    return this.frames[cpu * CPU_WORDS + KIND] as number;
  }

  address(cpu: number): number {
    return this.frames[cpu * CPU_WORDS + ADDRESS] as number;
  }

  /** Whether a step of this CPU would do something now. */
  enabled(cpu: number): boolean {
    const region = cpu * CPU_WORDS;
    const kind = this.frames[region + KIND] as number;
    if (kind < WAIT_FOR_CHANGE) return kind !== IDLE;
    const word = this.ram[(this.frames[region + ADDRESS] as number) >> 2] as number;
    if (kind === WAIT_FOR_CHANGE) return word !== this.frames[region + OPERAND];
    return kind !== SPIN_LOCK || word > 0;
  }

  /** One bus access. The CPU has to be enabled. Throws MachineFault. */
  step(cpu: number): void {
    const region = cpu * CPU_WORDS;
    this.#perform(region);
    this.#resume(region);
  }

  snapshot(): Snapshot {
    return { frames: this.frames.slice(), ram: this.ram.slice() };
  }

  restore(snapshot: Snapshot): void {
    this.frames.set(snapshot.frames);
    this.ram.set(snapshot.ram);
  }

  #perform(region: number): void {
    const { frames, ram } = this;
    const address = frames[region + ADDRESS] as number;
    const operand = frames[region + OPERAND] as number;
    const kind = frames[region + KIND] as number;
    const at = address >> 2;
    const old = ram[at];
    if (kind <= XADD || kind === SPIN_LOCK) if (old === undefined || at < FIRST_WORD) throw badAddress(address);
    switch (kind) {
      case LOAD:
      case READ_ONCE:
        frames[region + RESULT] = old as number;
        return;
      case STORE:
      case WRITE_ONCE:
        ram[at] = operand;
        return;
      default:
        this.#performLocked(region, kind, at, operand, old as number);
    }
  }

  #performLocked(region: number, kind: number, at: number, operand: number, old: number): void {
    const { frames, ram } = this;
    const operand2 = frames[region + OPERAND2] as number;
    frames[region + RESULT] = old;
    switch (kind) {
      case XCHG:
        ram[at] = operand;
        return;
      case CMPXCHG:
        if (old === operand) ram[at] = operand2;
        return;
      case XADD:
        ram[at] = old + operand;
        return;
      case FETCH_OR:
        ram[at] = old | operand;
        return;
      case FETCH_AND:
        ram[at] = old & operand;
        return;
      case SPIN_LOCK:
        if (isPoison(old)) throw new MachineFault('use-after-free', 'lock taken in a freed object', at << 2);
        ram[at] = old - 1;
        return;
      case MEMSET:
        this.#checkBlock(at, operand2);
        ram.fill(operand, at, at + (operand2 >> 2));
        return;
      case MEMCPY:
        this.#checkBlock(at, operand2);
        this.#checkBlock(operand >> 2, operand2);
        ram.copyWithin(at, operand >> 2, (operand >> 2) + (operand2 >> 2));
        return;
      case MEMCHR_INV:
        this.#checkBlock(at, operand2);
        frames[region + RESULT] = this.#findOther(at, operand, at + (operand2 >> 2));
        return;
      case MEMEQ:
        frames[region + RESULT] = this.#blocksEqual(at, operand >> 2, operand2 >> 2);
        return;
      default:
    }
  }

  #checkBlock(at: number, bytes: number): void {
    if (at < FIRST_WORD || at + (bytes >> 2) > this.ram.length) throw badAddress(at << 2);
  }

  #findOther(from: number, value: number, to: number): number {
    for (let i = from; i < to; i++) if (this.ram[i] !== value) return i << 2;
    return 0;
  }

  #blocksEqual(a: number, b: number, words: number): number {
    for (let i = 0; i < words; i++) if (this.ram[a + i] !== this.ram[b + i]) return 0;
    return 1;
  }
}

function badAddress(address: number): MachineFault {
  if (address >>> 0 < FIRST_ADDRESS) return new MachineFault('use-after-free', 'NULL pointer dereference', address);
  const freed = (address & ~0xffff) === 0x6b6b0000;
  return new MachineFault('use-after-free', freed ? 'pointer read from freed memory' : 'bad pointer', address);
}
