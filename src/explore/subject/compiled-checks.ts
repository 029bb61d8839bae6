/**
 * The checkers that are compiled in (check/compiled), for one stepped machine: the memory that they share with those in JavaScript,
 * and the steps in which nobody has to be told of anything.
 */
import { readFileSync } from 'node:fs';
import * as places from '../../check/compiled/places.ts';
import type { Frame } from '../../check/evidence/call-chain.ts';
import type { CompiledPart } from '../../check/evidence/observer.ts';
import type { Storage } from '../../check/evidence/storage.ts';
import { MEANINGS } from '../../check/observers/access-meanings.ts';
import { BODIES } from '../../check/observers/slab-places.ts';
import { cpuDataAddress } from '../../kernel/layout.ts';
import {
  FREE_FROM,
  FREE_TO,
  isGlance,
  isLock,
  isSleepingLock,
  isWrite,
  LOOKED_AT,
  OTHER,
  READY,
  TOUCHES,
  WAITS_FOR,
} from '../../machine/access-kinds.ts';
import { extend, wasmMemoryOf, type WasmMemory } from '../../machine/engine.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import type { SteppedMachine } from '../../stepped/machine.ts';
import { POINTS } from '../../stepped/frames.ts';
import type { Random } from '../../base/random.ts';

/** Bytes by which a machine's memory can grow for them. */
export const ROOM_FOR_CHECKS = 192 * 1024 * 1024;

const BUILT = new URL('../../../stepped/stretch.wasm', import.meta.url);

/** Who is next where several CPUs can go on: any of them, with equal chances, or the one of the highest priority while its patience lasts. */
export type Choice =
  | { readonly kind: 'any'; readonly random: Random }
  | { readonly kind: 'highest'; readonly priorities: Int32Array; readonly patience: Counted };

/** Whose steps in a row are counted, and how many there were (strategies/patience.ts). */
interface Counted {
  readonly limit: number;
  readonly cpu: number;
  readonly row: number;
  goOn(cpu: number, row: number): void;
}

type Stretch = (cpu: number, most: number) => number;

let module: WebAssembly.Module | undefined;

export class CompiledChecks implements Storage {
  readonly machine: SteppedMachine;
  readonly #memory: WasmMemory;
  readonly #random: Int32Array;
  /** All words of the memory that had a use when it was last extended. */
  #words: Int32Array;
  readonly #blocks = new Map<number, Int32Array>();
  readonly #stretch: Stretch;
  readonly #functions: readonly Frame[];
  /** Parts that have said what they have to know of functions. */
  readonly #told = new Set<number>();

  /** Of a machine stepped by WebAssembly; `frame`: a place, as World numbers it. Undefined for one that it cannot be for. */
  static of(machine: SteppedMachine, functions: number, frame: (place: number) => Frame): CompiledChecks | undefined {
    const { buffer } = machine.ram;
    const memory = buffer instanceof SharedArrayBuffer ? wasmMemoryOf(buffer) : undefined;
    if (memory === undefined || functions > places.MOST_FUNCTIONS || TOUCHES.length > places.MOST_KINDS)
      return undefined;
    const all = Array.from({ length: functions }, (_, i) => frame(i * POINTS));
    return new CompiledChecks(machine, memory, all);
  }

  private constructor(machine: SteppedMachine, memory: WasmMemory, functions: readonly Frame[]) {
    this.machine = machine;
    this.#memory = memory;
    this.#functions = functions;
    this.#words = new Int32Array(memory.buffer);
    module ??= new WebAssembly.Module(readFileSync(BUILT));
    const resume = machine.resume as (region: number) => number;
    const host: Record<string, WebAssembly.Import> = { memory: memory as unknown as WebAssembly.Memory, resume };
    this.#stretch = new WebAssembly.Instance(module, { host }).exports.stretch as Stretch;
    this.#writeTables();
    this.#random = this.words(places.RANDOM, 4);
    this.moves = this.block(places.MOVES, places.MOST_MOVES);
  }

  #writeTables(): void {
    const { cpus } = this.machine;
    const tables: readonly [number, ArrayLike<number>][] = [
      [places.TOUCHES_TABLE, TOUCHES],
      [places.MEANINGS_TABLE, MEANINGS],
      [places.READY_TABLE, READY],
      [places.LOOKED_AT_TABLE, LOOKED_AT],
      [places.WAITS_FOR_TABLE, WAITS_FOR],
      [places.FREE_FROM_TABLE, FREE_FROM],
      [places.FREE_TO_TABLE, FREE_TO],
      [places.SLEEPING_TABLE, Array.from(TOUCHES, (_, kind) => Number(isSleepingLock(kind)))],
      [places.WRITES_TABLE, Array.from(TOUCHES, (_, kind) => Number(isWrite(kind)))],
      [places.OTHER_TABLE, OTHER],
      [places.GLANCES_TABLE, Array.from(TOUCHES, (_, kind) => Number(isGlance(kind)))],
      [places.LOCKS_TABLE, Array.from(TOUCHES, (_, kind) => Number(isLock(kind)))],
      [places.CPU_DATA, Array.from({ length: cpus }, (_, cpu) => cpuDataAddress(cpu))],
      ...BODIES.map((body, cache): [number, ArrayLike<number>] => [places.BODIES_TABLE + cache * PAGE_SIZE, body]),
    ];
    for (const [at, table] of tables) this.#words.set(Array.from(table), at >> 2);
    this.#put(places.CPUS, cpus);
    this.#put(places.REGION_WORDS, this.machine.region(1));
  }

  #get(place: number): number {
    return this.#words[place >> 2] as number;
  }

  #put(place: number, value: number): void {
    this.#words[place >> 2] = value;
  }

  words(place: number, count: number): Int32Array {
    return this.#words.subarray(place >> 2, (place >> 2) + count);
  }

  block(place: number, count: number): Int32Array {
    const known = this.#blocks.get(place);
    if (known !== undefined && known.length >= count) return known;
    const { at, buffer } = extend(this.#memory, 4 * count);
    const block = new Int32Array(buffer, at, count);
    if (known !== undefined) block.set(known);
    this.#blocks.set(place, block);
    this.#put(place, at);
    return block;
  }

  /** What is asked at each access from here on. */
  ask(parts: readonly CompiledPart[]): void {
    for (const { asks, places: what } of parts) {
      if (this.#told.has(asks)) continue;
      this.#told.add(asks);
      for (const { flag, test } of what) this.#mark(flag, test);
    }
    this.#put(
      places.ASKED,
      parts.reduce((asked, { asks }) => asked | asks, 0),
    );
  }

  #mark(flag: number, test: (frame: Frame) => boolean): void {
    const at = places.FUNCTIONS >> 2;
    this.#functions.forEach((frame, i) => {
      if (test(frame)) this.#words[at + i] = (this.#words[at + i] as number) | flag;
    });
  }

  /** The moves that were made by `run`, a word each. */
  readonly moves: Int32Array;

  /** The move that was chosen and not made; -1 for none. */
  get chosen(): number {
    return this.#get(places.CHOSEN);
  }

  /**
   * Steps a CPU that can go on, and on as long as it alone can or `choice` says who is next, `most` steps at most, until somebody
   * has to be told of what is about to be done: how many were made. Throws MachineFault, and STEP says of which step.
   */
  run(cpu: number, most: number, choice: Choice | undefined): number {
    const machine = this.machine;
    this.#put(places.READY_CPUS, machine.ready);
    this.#put(places.LOOKED_AT_CPUS, machine.lookedAt);
    this.#begin(choice);
    try {
      const made = this.#stretch(cpu, Math.min(most, places.MOST_MOVES));
      machine.sorted(this.#get(places.READY_CPUS), this.#get(places.LOOKED_AT_CPUS));
      return made;
    } finally {
      this.#end(choice);
    }
  }

  #begin(choice: Choice | undefined): void {
    if (choice === undefined) this.#put(places.CHOICE, places.CHOICE_NONE);
    else if (choice.kind === 'any') {
      this.#put(places.CHOICE, places.CHOICE_ANY);
      choice.random.save(this.#random);
    } else {
      this.#put(places.CHOICE, places.CHOICE_HIGHEST);
      this.#words.set(choice.priorities, places.PRIORITIES >> 2);
      this.#put(places.ROW_CPU, choice.patience.cpu);
      this.#put(places.ROW, choice.patience.row);
      this.#put(places.ROW_LIMIT, Math.min(choice.patience.limit, 0x7fffffff));
    }
  }

  #end(choice: Choice | undefined): void {
    if (choice?.kind === 'any') choice.random.load(this.#random);
    else choice?.patience.goOn(this.#get(places.ROW_CPU), this.#get(places.ROW));
  }
}
