/**
 * The heap of a module: alloc and free, and whether a word may be accessed. What is known of each word stands in an array of
 * its own beside RAM, which is copied, put back and told apart with the machine's state.
 *
 *   fresh blocks     come from a part of the heap that belongs to the CPU, so taking one is seen by nobody
 *   freed blocks     are handed out again at once, the last one first, by size: an address comes back as soon as it can, and
 *                    with it every ABA. From one list for all CPUs (AT_ONCE), from that of the CPU that freed it, as caches
 *                    of CPUs do (BY_CPU), or not at all (NEVER)
 *   between blocks   lie words that belong to none
 *
 * What commutes. A reduction takes what a step touches for known as long as it is about to be done. The block that an alloc
 * will give is not, while others can free and alloc; so an alloc is two steps. The first takes the block from its list and
 * touches the list, which is one pseudo word for each size: it conflicts with every other alloc and free of that size, or
 * with none where no list is shared. Now the address is known. The second makes the block live and touches all its words, as
 * free does: both conflict with whatever others do to any of them, so a use before and one behind them are told apart. The
 * size of a block never changes, nor does a place that was one become part of another; so what a free touches is known as
 * well, and of what is no block yet it is taken to be all that lies behind it.
 */
import { MachineFault } from '../machine/fault.ts';
import { FIRST_WORD } from '../machine/limits.ts';
import { POISON } from '../machine/atomic.ts';
import { isWrite } from '../machine/access-kinds.ts';
import { type RamCopy, UsedWords } from './used-words.ts';

/** Where the heap lies, in words of RAM, and how many there are. */
export const HEAP_FIRST = 0x4000;
export const HEAP_WORDS = 0x4000;
const HEAP_END = HEAP_FIRST + HEAP_WORDS;

/** What happens to blocks that were freed. */
export const NEVER = 0;
export const BY_CPU = 1;
export const AT_ONCE = 2;

/** Words of a block, at most, and words between two of them. */
export const MOST_BLOCK_WORDS = 256;
const GAP = 4;

/** Which block it is: the CPU whose part it lies in, and its number there, from 1. */
export interface BlockNumber {
  readonly cpu: number;
  readonly number: number;
}

/** By word of the heap, behind those in front of RAM: the first word of its block, negative when freed; 0 for none. */
const BLOCK_OF = FIRST_WORD - HEAP_FIRST;
/** By first word of a block, from there on: who took it and who gave it up, the next in its list, how many words. */
const ABOUT = BLOCK_OF + HEAP_WORDS;
const TAKEN = 0;
const FREED = 1;
const NEXT = 2;
const WORDS = 3;
/** By CPU how many words of its part are in use; then by list and size the first block. */
const IN_USE = FIRST_WORD + 2 * HEAP_WORDS;

/** Who did something to a block, and where: a place of explore/subject/places.ts. */
export interface Site {
  readonly cpu: number;
  readonly place: number;
}

export interface BlockFacts {
  readonly address: number;
  readonly bytes: number;
  readonly taken: Site;
  /** undefined while it is live. */
  readonly freed: Site | undefined;
}

export class Heap {
  readonly reuse: number;
  readonly #ram: Int32Array;
  readonly #state: Int32Array;
  readonly #used: UsedWords;
  readonly #lists: number;
  /** Words of a CPU's part. */
  readonly #part: number;

  /** `cpus`: with the spare ones. */
  constructor(ram: Int32Array, cpus: number, reuse: number) {
    this.reuse = reuse;
    this.#ram = ram;
    this.#lists = IN_USE + cpus;
    this.#part = Math.floor(HEAP_WORDS / cpus);
    this.#state = new Int32Array(this.#lists + cpus * (MOST_BLOCK_WORDS + 1));
    this.#used = new UsedWords(this.#state, FIRST_WORD);
  }

  #put(at: number, value: number): void {
    this.#used.reach(at);
    this.#state[at] = value;
  }

  /** Place of the first block of a size in the list that a CPU uses. */
  #list(cpu: number, words: number): number {
    return this.#lists + (this.reuse === AT_ONCE ? 0 : cpu) * (MOST_BLOCK_WORDS + 1) + words;
  }

  /** The address of the block that an alloc gives; it is not live yet. Throws MachineFault. */
  choose(cpu: number, bytes: number): number {
    const words = bytes >> 2;
    if ((bytes & 3) !== 0 || words < 1 || words > MOST_BLOCK_WORDS) {
      throw new MachineFault('assert', `alloc of ${bytes} bytes`, bytes);
    }
    const list = this.#list(cpu, words);
    const first = this.#state[list] as number;
    if (first === 0 || this.reuse === NEVER) return this.#fresh(cpu, words) << 2;
    this.#put(list, this.#state[ABOUT + first + NEXT] as number);
    return first << 2;
  }

  #fresh(cpu: number, words: number): number {
    const inUse = this.#state[IN_USE + cpu] as number;
    if (inUse + words + GAP > this.#part) throw new MachineFault('assert', 'heap of a CPU is full', 4 * words);
    this.#put(IN_USE + cpu, inUse + words + GAP);
    return HEAP_FIRST + cpu * this.#part + inUse + GAP;
  }

  /** The chosen block is live and holds 0. */
  take(address: number, bytes: number, site: Site): void {
    const first = address >> 2;
    const words = bytes >> 2;
    this.#mark(first, words, first, 0);
    this.#put(ABOUT + first + TAKEN, numberOf(site));
    this.#put(ABOUT + first + FREED, 0);
    this.#put(ABOUT + first + NEXT, 0);
    this.#put(ABOUT + first + WORDS, words);
  }

  /** Gives a live block up. Throws MachineFault for what is none. */
  free(cpu: number, address: number, site: Site): void {
    const first = address >> 2;
    const known = this.#blockOf(first);
    if ((address & 3) !== 0 || Math.abs(known) !== first || known === 0) {
      throw new MachineFault('double-free', 'free of what is no block', address);
    }
    if (known < 0) throw new MachineFault('double-free', 'block freed twice', address);
    const words = this.#state[ABOUT + first + WORDS] as number;
    this.#mark(first, words, -first, POISON);
    this.#put(ABOUT + first + FREED, numberOf(site));
    if (this.reuse === NEVER) return;
    const list = this.#list(cpu, words);
    this.#put(ABOUT + first + NEXT, this.#state[list] as number);
    this.#put(list, first);
  }

  /** Says of all words of a block whose they are, and what they hold. RAM is in use there. */
  #mark(first: number, words: number, block: number, held: number): void {
    for (let word = first; word < first + words; word++) this.#put(BLOCK_OF + word, block);
    this.#ram.fill(held, first, first + words);
  }

  /** First word of the block that a word of RAM belongs to, negative when it is freed; 0 for none. */
  #blockOf(word: number): number {
    return word < HEAP_FIRST || word >= HEAP_END ? 0 : (this.#state[BLOCK_OF + word] as number);
  }

  /** Throws MachineFault unless the words lie in one live block, or outside the heap altogether. */
  check(word: number, words: number, kind: number): void {
    if (word + words <= HEAP_FIRST) return;
    const block = this.#blockOf(word);
    for (let at = word; at < word + words; at++) {
      const own = this.#blockOf(at);
      if (own > 0 && own === block) continue;
      const what = own < 0 ? 'freed block' : 'memory outside a block';
      throw new MachineFault('use-after-free', `${isWrite(kind) ? 'write to' : 'read of'} ${what}`, at << 2);
    }
  }

  /** Bytes that giving an address back may touch; see above. */
  bytesFrom(address: number): number {
    const first = address >> 2;
    if (first < HEAP_FIRST || first >= HEAP_END) return 0;
    return 4 * (this.#wordsFrom(first) || HEAP_END - first);
  }

  /** Words of the block that begins there, live or not; 0 when none does. */
  #wordsFrom(first: number): number {
    return Math.abs(this.#blockOf(first)) === first ? (this.#state[ABOUT + first + WORDS] as number) : 0;
  }

  /** Words of the block that an address is the beginning of, as its list goes by; 0 when it may be any. */
  sizeAt(address: number): number {
    return this.#wordsFrom(address >> 2);
  }

  /** What is known of the block that an address lies in; undefined for one in none. */
  factsOf(address: number): BlockFacts | undefined {
    const first = Math.abs(this.#blockOf(address >>> 2));
    if (first === 0) return undefined;
    const about = (what: number): number => this.#state[ABOUT + first + what] as number;
    const freed = about(FREED);
    return {
      address: first << 2,
      bytes: 4 * about(WORDS),
      taken: siteOf(about(TAKEN)),
      freed: freed === 0 ? undefined : siteOf(freed),
    };
  }

  /** The number of the block that begins there, whatever has become of it; undefined where none was ever begun. */
  numberOf(address: number): BlockNumber | undefined {
    const first = address >>> 2;
    if (first < HEAP_FIRST || first >= HEAP_END) return undefined;
    const cpu = Math.floor((first - HEAP_FIRST) / this.#part);
    let at = HEAP_FIRST + cpu * this.#part + GAP;
    let number = 1;
    // Of one that was chosen and not yet taken nothing is known; it is the last of its part.
    for (let words = 1; at < first && words > 0; number++) {
      words = this.#state[ABOUT + at + WORDS] as number;
      at += words + GAP;
    }
    const end = HEAP_FIRST + cpu * this.#part + (this.#state[IN_USE + cpu] as number);
    return at === first && first < end ? { cpu, number } : undefined;
  }

  /** Every block that is one, live or freed, in the order of their addresses. */
  blocks(): readonly BlockFacts[] {
    const found: BlockFacts[] = [];
    this.#used.forEach((at, value) => {
      const first = Math.abs(value);
      const facts = at < ABOUT + HEAP_FIRST && at - BLOCK_OF === first ? this.factsOf(first << 2) : undefined;
      if (facts !== undefined) found.push(facts);
    });
    return found;
  }

  /** The blocks that are live, in the order of their addresses. */
  live(): readonly BlockFacts[] {
    return this.blocks().filter(({ freed }) => freed === undefined);
  }

  /** Calls for every word of its state that is not zero. */
  forEach(visit: (word: number, value: number) => void): void {
    this.#used.forEach(visit);
  }

  copy(into?: RamCopy): RamCopy {
    return this.#used.copy(into);
  }

  restore(copy: RamCopy): void {
    this.#used.restore(copy);
  }
}

/** Never 0. */
const numberOf = ({ cpu, place }: Site): number => ((place + 1) << 7) | cpu;
const siteOf = (number: number): Site => ({ cpu: number & 127, place: (number >>> 7) - 1 });
