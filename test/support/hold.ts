/**
 * One CPU is held at a function while all others go on as far as they can, or until one of them comes to the next place, and is
 * held there instead: a directed interleaving.
 */
import { readFileSync } from 'node:fs';
import type { Frame } from '../../dist/src/check/evidence/call-chain.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import type { Move } from '../../dist/src/stepped/move.js';
import type { Moves } from '../../dist/src/stepped/moves.js';
import { inRepository } from './cli-process.ts';

/** Stands for a task where the CPU that runs none is meant. */
export const NO_TASK = '';

/**
 * A task of the program, a function of the kernel, and the how many-th time it comes there, by default the first; or how the
 * line of it begins.
 */
export type Place = readonly [task: string, where: string, at?: number | string];

const lineText = ({ file, line }: Frame): string =>
  (readFileSync(inRepository(file), 'utf8').split('\n')[line - 1] ?? '').trim();

export class Hold implements Strategy {
  exhausted = false;
  /** How many of the places were come to. */
  reached = 0;
  readonly #subject: KernelSubject;
  readonly #places: readonly Place[];
  #last = 0;
  #held = -1;
  #visits = 0;
  #inside = false;

  /** Holds the CPU of each task when it comes to that function behind the place before. */
  constructor(subject: KernelSubject, ...places: readonly Place[]) {
    this.#subject = subject;
    this.#places = places;
  }

  begin(): boolean {
    this.#last = 0;
    this.#held = -1;
    this.#wait(0);
    return !this.exhausted;
  }

  choose({ cpus }: Moves): Move {
    const place = this.#places[this.reached];
    if (place !== undefined && cpus.has(this.#last) && this.#comesThere(this.#last, place)) {
      this.#held = this.#last;
      this.#wait(this.reached + 1);
    }
    const first = [this.#last, ...Array.from({ length: this.#subject.cpus }, (_, cpu) => cpu)];
    let next = first.find((cpu) => cpus.has(cpu) && cpu !== this.#held);
    if (next === undefined) {
      next = this.#held;
      this.#held = -1;
    }
    this.#last = next;
    return next;
  }

  end(): boolean {
    this.exhausted = true;
    return true;
  }

  facts(): Record<string, number> {
    return {};
  }

  #wait(next: number): void {
    this.reached = next;
    this.#visits = 0;
    this.#inside = false;
  }

  /** Whether the CPU of the task is there for the n-th time; it goes in and out by steps of its own. */
  #comesThere(cpu: number, [task, where, at = 1]: Place): boolean {
    const who = task === NO_TASK ? ', no task,' : ` ${task}/`;
    if (!this.#subject.cpuLines(cpu).some((line) => line.includes(who))) return false;
    const isIt = (frame: Frame): boolean =>
      frame.function === where && (typeof at === 'number' || lineText(frame).startsWith(at));
    const inside = this.#subject.stack(cpu).some(isIt);
    if (inside && !this.#inside) this.#visits++;
    this.#inside = inside;
    return inside && this.#visits === (typeof at === 'number' ? at : 1);
  }
}
