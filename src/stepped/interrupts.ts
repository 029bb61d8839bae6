/**
 * Interrupts of a stepped machine. A CPU is interrupted in front of its pending access: the handler runs on top of its
 * stack, and when it returns the CPU stands in front of the same access again.
 *
 * Where an interrupt is one of those that a search chooses, the CPU comes to a question in front of the access: INTERRUPT, a
 * choice of 0 (none comes) or 1. So there is nothing that a strategy, a reduction or a recording has to know of interrupts
 * but choices. Why it loses nothing to ask once, as the CPU comes to the access, and never again while it stands there: what
 * the interrupt does first to memory is a step of its own, which may come as much later as one likes; all before it is the
 * CPU's own, and so is all that the question depends on. A CPU that is to wait is asked before it does. In front of what
 * touches no memory nobody is asked, since the next question is as good.
 *
 * Besides, time passes: when no CPU can go on and some wait for time, one of them is interrupted, in turn. That is a move
 * of its own (TICK in move.ts), the only one there is, and comes behind everything that has been.
 *
 * Behind a CPU's region lie the words that its interrupt puts back, and the handler's frames. It is not interrupted again
 * before it has put them back, as with a local APIC before its end of interrupt.
 */
import { IDLE, INTERRUPT, NOTHING } from '../machine/access.ts';
import { TOUCHES } from '../machine/access-kinds.ts';
import { CALLER, FIRST_SLOT, FUNCTION, KIND, RESULT, RESUME, TOP } from './frames.ts';
import { CHOICE, kindOf, type Move, TICK, valueOf } from './move.ts';
import type { Performing } from './performing.ts';

/** What the machine asks of whoever knows its CPUs. */
export interface InterruptSource {
  /** Number of the handler's entry. */
  readonly handler: number;
  /** Whether questions come at all; else only time passes. */
  readonly chosen: boolean;
  /** Whether a CPU has interrupts on. */
  isOpen(cpu: number): boolean;
  /** Whether an interrupt may be chosen here for one that has: this must depend on what is the CPU's own, and nothing else. */
  mayCome(cpu: number): boolean;
  /** Of a CPU that waits for time how late it comes in turn, from 0; -1 of one that does not. */
  turn(cpu: number): number;
}

/** Words behind a region: the top frame that was interrupted, 0 for none, then the words of the header from KIND to RESULT. */
const KEPT = RESULT - KIND + 1;
export const SAVED_WORDS = 1 + KEPT;

export class Interrupts {
  readonly source: InterruptSource;
  /** CPUs in a handler. */
  inside = 0;
  readonly #frames: Int32Array;
  /** Where the words to put back lie in a region, and the handler's first frame. */
  readonly #saved: number;
  readonly #base: number;

  /** `words`: of a region without its interrupts. */
  constructor(source: InterruptSource, frames: Int32Array, words: number) {
    this.source = source;
    this.#frames = frames;
    this.#saved = words;
    this.#base = words + SAVED_WORDS;
  }

  /**
   * Makes a move of a machine that has interrupts. `resume` runs a region on to its next access, or to the end of what is on
   * top of its stack.
   */
  step(cpu: number, region: number, move: Move, resume: (region: number) => void, performing: Performing): void {
    const isAsked = this.#frames[region + KIND] === INTERRUPT;
    if (isAsked) this.#answer(region);
    const comes = isAsked ? valueOf(move) === 1 : kindOf(move) === TICK;
    if (comes) this.#begin(region, isAsked ? 1 : 0);
    // Without one it stands where it stood.
    else if (isAsked) return;
    else if (kindOf(move) === CHOICE) performing.give(valueOf(move));
    resume(region);
    this.arrive(cpu, region);
  }

  /** A CPU has run on to where it stands: a handler that is done is left, and the question asked where one comes. */
  arrive(cpu: number, region: number): void {
    const frames = this.#frames;
    const saved = region + this.#saved;
    if (frames[saved] !== 0) {
      if (frames[region + KIND] !== IDLE) return;
      frames[region + TOP] = frames[saved] as number;
      frames.copyWithin(region + KIND, saved + 1, saved + SAVED_WORDS);
      frames.fill(0, saved, saved + SAVED_WORDS);
      this.inside--;
    }
    const kind = frames[region + KIND] as number;
    const { source } = this;
    if (!source.chosen || kind === IDLE || TOUCHES[kind] === NOTHING) return;
    if (!source.isOpen(cpu) || !source.mayCome(cpu)) return;
    frames.copyWithin(saved + 1, region + KIND, region + KIND + KEPT);
    frames[region + KIND] = INTERRUPT;
    // Among so many values.
    frames[region + KIND + 1] = 2;
  }

  /** The question is answered: the access stands there again. */
  #answer(region: number): void {
    const saved = region + this.#saved;
    this.#frames.copyWithin(region + KIND, saved + 1, saved + SAVED_WORDS);
    this.#frames.fill(0, saved, saved + SAVED_WORDS);
  }

  /** Puts the handler on top of a CPU's stack; `chosen` is what it is given. */
  #begin(region: number, chosen: number): void {
    const frames = this.#frames;
    const saved = region + this.#saved;
    const frame = region + this.#base;
    frames[saved] = frames[region + TOP] as number;
    frames.copyWithin(saved + 1, region + KIND, region + KIND + KEPT);
    frames[frame + FUNCTION] = this.source.handler;
    frames[frame + RESUME] = 0;
    frames[frame + CALLER] = 0;
    frames[frame + FIRST_SLOT] = chosen;
    frames[region + TOP] = frame;
    frames[region + RESULT] = 0;
    this.inside++;
  }

  /** The frame below one of a CPU, that of the function which was interrupted below a handler's; 0 for none. */
  callerOf(region: number, frame: number): number {
    const caller = this.#frames[frame + CALLER] as number;
    return caller === 0 && frame === region + this.#base ? (this.#frames[region + this.#saved] as number) : caller;
  }

  /** The CPU for which time passes, of a machine in which no CPU can go on; -1 for none. */
  nextInTime(cpus: number, words: number): number {
    const { source } = this;
    let [first, least] = [-1, Number.POSITIVE_INFINITY];
    for (let cpu = 0; cpu < cpus; cpu++) {
      if (this.#frames[cpu * words + this.#saved] !== 0 || !source.isOpen(cpu)) continue;
      const turn = source.turn(cpu);
      if (turn >= 0 && turn < least) [first, least] = [cpu, turn];
    }
    return first;
  }

  /** Looks again who is in a handler: the frames have been put back. */
  restored(cpus: number, words: number): void {
    this.inside = 0;
    for (let cpu = 0; cpu < cpus; cpu++) if (this.#frames[cpu * words + this.#saved] !== 0) this.inside++;
  }
}
