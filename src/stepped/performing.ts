/**
 * Accesses that the compiled code leaves to the machine (`perform` of its hooks): choices, locks but for the commonest,
 * futexes, blocks, the heap. Each is one step. All of it throws MachineFault.
 */
import {
  ALLOC,
  ALLOC_TAKE,
  BLOCK,
  BLOCKS,
  FREE,
  FUTEX_SLEEP,
  FUTEX_WAIT,
  FUTEX_WAKE,
  MEMEQ,
  QUEUE,
} from '../machine/access.ts';
import { ADDS, CHOOSES, isLock } from '../machine/access-kinds.ts';
import { isPoison } from '../machine/atomic.ts';
import { badAddress, badChoice, MachineFault } from '../machine/fault.ts';
import { FIRST_WORD } from '../machine/limits.ts';
import { performBlock } from './blocks.ts';
import { ADDRESS, FUNCTION, KIND, LINE, OPERAND, OPERAND2, POINTS, RESUME, TOP } from './frames.ts';
import { AGAIN, fallAsleep, type Queues, wake } from './futex.ts';
import { type Heap, HEAP_FIRST } from './heap.ts';
import type { Loops } from './loops.ts';
import { Pending } from './pending.ts';
import type { UsedWords } from './used-words.ts';
import { lockInFreed } from './waiting.ts';

const NOT_GIVEN = -1;

export class Performing {
  /** The value of the choice that is being made. */
  #given = NOT_GIVEN;
  readonly #ram: Int32Array;
  readonly #used: UsedWords;
  readonly #queues: Queues;
  readonly #loops: Loops | undefined;
  readonly #heap: Heap | undefined;
  readonly #pending = new Pending();

  constructor(ram: Int32Array, used: UsedWords, queues: Queues, loops: Loops | undefined, heap: Heap | undefined) {
    this.#heap = heap;
    this.#ram = ram;
    this.#used = used;
    this.#queues = queues;
    this.#loops = loops;
  }

  /** The value for the choice of the step that comes next. */
  give(value: number): void {
    this.#given = value;
  }

  /** How many words need no question: those of the heap always do. */
  get size(): number {
    const { end, gap } = this.#used;
    if (gap.from > FIRST_WORD) return gap.from - FIRST_WORD;
    return (this.#heap === undefined ? end : Math.min(end, HEAP_FIRST)) - FIRST_WORD;
  }

  /**
   * An access of a region beyond these: makes room, and says how many there are now. Without a region, or where only a
   * queue is touched, the word itself may be in no block.
   */
  reach(word: number, address: number, region?: number): number {
    if (word < FIRST_WORD || word >= this.#ram.length || (address & 3) !== 0) throw badAddress(address);
    if (region !== undefined) this.#heap?.check(word, 1, this.#queues.frames[region + KIND] as number);
    this.#used.reach(word);
    return this.size;
  }

  /** An access of this kind has been performed; what the word held before. Of a machine that has loops. */
  did(region: number, word: number, before: number, kind: number): void {
    this.#loops?.did(region / this.#queues.words, word, before, this.#ram[word] as number, kind);
  }

  /** Performs the pending access of a region; its result. */
  perform(region: number): number {
    const { frames } = this.#queues;
    frames[region + LINE] = 0;
    const { kind, touches, address, other, bytes } = this.#pending.read(frames, region, undefined);
    if (CHOOSES[kind] === 1) return this.#choose(region, address);
    if (kind === ALLOC) return this.#alloc(region, address);
    if (kind === ALLOC_TAKE || kind === FREE) return this.#handOver(region, kind, address);
    if (touches === BLOCK && this.#loops === undefined && this.#heap === undefined && bytes >= 4) {
      this.#inRam(address >> 2, bytes >> 2);
      this.#used.reachAll(address >> 2, (address >> 2) + (bytes >> 2));
      return performBlock(this.#ram, frames, region);
    }
    if (touches === BLOCK || touches === BLOCKS) {
      const starts = touches === BLOCKS ? [address >> 2, other >> 2] : [address >> 2];
      return this.#block(region, kind, starts, bytes >> 2);
    }
    const at = address >> 2;
    this.reach(at, address, touches === QUEUE ? undefined : region);
    if (isLock(kind)) return this.#take(region, kind, at);
    return this.#futex(region, kind, at);
  }

  /** The value that was given. A CPU that has chosen has got somewhere: what it does next may be another thing each time. */
  #choose(region: number, values: number): number {
    const fault = badChoice(values);
    if (fault !== undefined) throw fault;
    const value = this.#given;
    if (value < 0 || value >= values) throw new RangeError(`choice among ${values} values: none of them was given`);
    this.#given = NOT_GIVEN;
    this.#move(region);
    return value;
  }

  /** The first step of an alloc: the address is known, and taking the block is what the CPU is about to do. */
  #alloc(region: number, bytes: number): number {
    const { frames, words } = this.#queues;
    if (this.#heap === undefined) throw new MachineFault('assert', 'alloc where there is no heap', bytes);
    frames[region + ADDRESS] = this.#heap.choose(region / words, bytes);
    frames[region + KIND] = ALLOC_TAKE;
    frames[region + OPERAND] = 0;
    frames[region + OPERAND2] = bytes;
    this.#move(region);
    return 0;
  }

  /** A block begins to live, or is given up: its address, or nothing. */
  #handOver(region: number, kind: number, address: number): number {
    const { frames, words } = this.#queues;
    const cpu = region / words;
    const heap = this.#heap;
    this.#move(region);
    if (kind === FREE && address === 0) return 0;
    if (heap === undefined) throw new MachineFault('double-free', 'free of what is no block', address);
    const first = address >> 2;
    const count = (kind === FREE ? 4 * heap.sizeAt(address) : (frames[region + OPERAND2] as number)) >> 2;
    const top = frames[region + TOP] as number;
    const site = { cpu, place: (frames[top + FUNCTION] as number) * POINTS + (frames[top + RESUME] as number) };
    this.#used.reachAll(first, first + count);
    const before = this.#loops === undefined ? this.#ram.subarray(0, 0) : this.#ram.slice(first, first + count);
    if (kind === FREE) heap.free(cpu, address, site);
    else heap.take(address, 4 * count, site);
    before.forEach((old, i) => this.did(region, first + i, old, kind));
    if (kind === FREE) return 0;
    // It has the block: what follows belongs to the call.
    frames[region + KIND] = ALLOC;
    return address;
  }

  #take(region: number, kind: number, at: number): number {
    const old = this.#ram[at] as number;
    if (isPoison(old)) throw lockInFreed(at << 2);
    this.#ram[at] = old + (ADDS[kind] as number);
    this.did(region, at, old, kind);
    return old;
  }

  #futex(region: number, kind: number, at: number): number {
    const { frames } = this.#queues;
    if (kind === FUTEX_SLEEP) {
      // It is awake: what follows belongs to the call.
      frames[region + KIND] = FUTEX_WAIT;
      return 0;
    }
    // Queues are nothing that could be put back.
    if (kind === FUTEX_WAKE) {
      this.#move(region);
      return wake(this.#queues, at << 2, frames[region + OPERAND] as number);
    }
    const value = this.#ram[at] as number;
    this.did(region, at, value, kind);
    if (value !== frames[region + OPERAND]) return AGAIN;
    this.#move(region);
    fallAsleep(this.#queues, region);
    return 0;
  }

  #block(region: number, kind: number, starts: readonly number[], words: number): number {
    // Where there are two, the second is only read.
    const blocks = words > 0 ? starts.map((from, i) => this.#reachBlock(from, words, i === 0 ? kind : MEMEQ)) : [];
    const result = performBlock(this.#ram, this.#queues.frames, region);
    for (const { from, before } of blocks) before.forEach((old, i) => this.did(region, from + i, old, kind));
    return result;
  }

  /** Makes room for a block; what it holds, where that has to be known. */
  #reachBlock(from: number, words: number, kind: number): { readonly from: number; readonly before: Int32Array } {
    this.#inRam(from, words);
    this.#heap?.check(from, words, kind);
    this.#used.reachAll(from, from + words);
    return { from, before: this.#loops === undefined ? this.#ram.subarray(0, 0) : this.#ram.slice(from, from + words) };
  }

  #inRam(from: number, words: number): void {
    const to = from + words;
    if (from < FIRST_WORD || to > this.#ram.length) throw badAddress((from < FIRST_WORD ? from : to - 1) << 2);
  }

  /** The CPU of a region has got somewhere. */
  #move(region: number): void {
    this.#loops?.notes[region / this.#queues.words]?.move();
  }
}
