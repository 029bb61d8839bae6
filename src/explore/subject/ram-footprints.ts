/**
 * Footprints of a stepped machine: words of RAM. An invariant that is looked at after every step makes all writes to the words
 * it reads dependent on each other (they share word 0, which is no RAM): so every sequence of values it could see comes
 * up in some execution that is explored.
 *
 * The queue of a futex is a word of its own, one of those in front of RAM: going to sleep and waking change it, going on
 * after a sleep reads it. It comes first in a footprint, which is where history.ts looks for what a step waits for.
 *
 * The heap's lists of freed blocks, one for each size, are such words too where CPUs share them (stepped/heap.ts).
 *
 * A choice touches nothing: it commutes with whatever the other CPUs do.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { ALLOC, BLOCKS, FREE, LOOP, NOTHING as NO_WORD, UNTIL_WOKEN, WORD } from '../../machine/access.ts';
import { QUEUES, REQUEUES, WAITS, WAITS_FOR, WRITES } from '../../machine/access-kinds.ts';
import { AT_ONCE, MOST_BLOCK_WORDS } from '../../stepped/heap.ts';
import type { Pending } from '../../stepped/pending.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import { EVERYTHING, type Footprint, type Footprints, NOTHING, VISIBLE, type Waits } from './footprint.ts';

/** In front of the words of the heap's lists; those of queues are as many and no more. */
const LISTS = FIRST_WORD - 1 - MOST_BLOCK_WORDS;

/** Makes footprints of a machine's pending accesses. Those of one word are made once and shared. */
export class RamFootprints implements Footprints {
  readonly words: number;
  readonly #machine: SteppedMachine;
  readonly #watched: ReadonlySet<number>;
  readonly #single: Footprint[] = [];
  readonly #visible: Footprint[] = [];
  /** The queue of each word that was slept on. */
  readonly #queues = new Map<number, number>();
  /** The sets of CPUs that slept on words, which are numbered in the order they came up. */
  readonly #sleepers: CpuSet[] = [];
  /** The one that is asked for, before it has a number. */
  readonly #asleep = new CpuSet();

  constructor(machine: SteppedMachine, watched: ReadonlySet<number>) {
    this.#machine = machine;
    this.words = machine.ram.length;
    // Fixed from here on: a footprint must not change while a search goes by it.
    this.#watched = new Set(watched);
  }

  get sees(): boolean {
    return this.#watched.size > 0;
  }

  /** The footprint of what a CPU is about to do. */
  of(cpu: number): Footprint {
    return this.isLate(cpu) ? EVERYTHING : this.inTurn(cpu);
  }

  /** Whether a CPU has its turn because nobody else could go on. */
  isLate(cpu: number): boolean {
    return this.#machine.isLate(cpu);
  }

  /** The same of a CPU that does it in its turn, and not because nobody else could go on. */
  inTurn(cpu: number): Footprint {
    const pending = this.#machine.pending(cpu);
    const { kind, touches } = pending;
    if (QUEUES[kind] === 1) return this.#futex(pending);
    if (touches === WORD) return this.#word(pending.address >> 2, WRITES[kind] as number);
    if (touches === NO_WORD) return kind === ALLOC ? this.#list(pending.address >> 2) : NOTHING;
    if (touches === LOOP) return pending.awaited.map((word) => word * 2);
    return kind === FREE ? this.#free(pending) : this.#blocks(pending);
  }

  #word(word: number, write: number): Footprint {
    const key = word * 2 + write;
    if (write === 1 && this.#watched.size > 0 && this.#watched.has(word)) {
      this.#visible[key] ??= [key, VISIBLE];
      return this.#visible[key];
    }
    this.#single[key] ??= [key];
    return this.#single[key];
  }

  #futex({ kind, touches, address }: Pending): Footprint {
    const word = address >> 2;
    const queue = this.#queue(word) + (REQUEUES[kind] as number);
    return touches === WORD ? [queue, word * 2] : [queue];
  }

  /** The list that blocks of so many words are taken from and given back to, of all sizes for none. */
  #list(words: number): number[] {
    if (this.#machine.heap?.reuse !== AT_ONCE || words > MOST_BLOCK_WORDS || words < 0) return [];
    if (words > 0) return [2 * (LISTS + words) + 1];
    return Array.from({ length: MOST_BLOCK_WORDS }, (_, i) => 2 * (LISTS + 1 + i) + 1);
  }

  #free(pending: Pending): Footprint {
    const { heap, ram } = this.#machine;
    const words = pending.words(ram);
    if (heap === undefined || words === 0) return NOTHING;
    return [...this.#list(heap.sizeAt(pending.address)), ...this.#block(pending.address >> 2, words, true)];
  }

  #blocks(pending: Pending): Footprint {
    const { kind, touches, address, other } = pending;
    const words = pending.words(this.#machine.ram);
    const own = this.#block(address >> 2, words, WRITES[kind] === 1);
    return touches === BLOCKS ? [...own, ...this.#block(other >> 2, words, false)] : own;
  }

  #block(word: number, words: number, write: boolean): number[] {
    const keys = Array.from({ length: words }, (_, i) => (word + i) * 2 + (write ? 1 : 0));
    if (write && this.#watched.size > 0 && keys.some((key) => this.#watched.has(key >> 1))) keys.push(VISIBLE);
    return keys;
  }

  /** What a word holds: of the queue of a futex the number of the set of CPUs asleep there. */
  valueOf(word: number): number {
    if (word >= FIRST_WORD) return this.#machine.ram[word] as number;
    const asleep = this.#asleep;
    asleep.clear();
    for (const [slept, queue] of this.#queues) if (queue === word) asleep.include(this.#machine.asleepOn(slept << 2));
    for (const [number, one] of this.#sleepers.entries()) if (one.equals(asleep)) return number;
    const set = new CpuSet();
    set.copy(asleep);
    return this.#sleepers.push(set) - 1;
  }

  /** Of a step that may have to wait: whether it could be performed with its words holding other values. */
  waits(cpu: number): Waits | undefined {
    const machine = this.#machine;
    const kind = machine.kind(cpu);
    if (WAITS[kind] === 0) return undefined;
    if (WAITS_FOR[kind] !== UNTIL_WOKEN) return (valueOf) => machine.passesIf(cpu, valueOf);
    const queue = this.#queue(machine.address(cpu) >> 2) >> 1;
    return (valueOf) => this.#sleepers[valueOf(queue)]?.has(cpu) !== true;
  }

  /** The queue of a word, as a read of it: the same one for all who search the same. Words far from each other may share it. */
  #queue(word: number): number {
    const queue = 1 + (word % LISTS);
    this.#queues.set(word, queue);
    return queue * 2;
  }
}
