/**
 * One CPU is held at a function while all others go on as far as they can, or until one of them comes to the next place, and is
 * held there instead: a directed interleaving.
 */
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import type { Move } from '../../dist/src/stepped/move.js';
import type { Moves } from '../../dist/src/stepped/moves.js';

/** A task of the program, and a function of the kernel. */
export type Place = readonly [task: string, where: string];

export class Hold implements Strategy {
  exhausted = false;
  readonly #subject: KernelSubject;
  readonly #places: readonly Place[];
  #next = 0;
  #last = 0;
  #held = -1;

  /** Holds the CPU of each task when it comes to that function for the first time behind the place before. */
  constructor(subject: KernelSubject, ...places: readonly Place[]) {
    this.#subject = subject;
    this.#places = places;
  }

  begin(): boolean {
    this.#last = 0;
    this.#held = -1;
    this.#next = 0;
    return !this.exhausted;
  }

  choose({ cpus }: Moves): Move {
    const place = this.#places[this.#next];
    if (place !== undefined && cpus.has(this.#last) && this.#isThere(this.#last, place)) {
      this.#held = this.#last;
      this.#next++;
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

  #isThere(cpu: number, [task, where]: Place): boolean {
    return (
      this.#subject.stack(cpu).some((frame) => frame.function === where) &&
      this.#subject.cpuLines(cpu).some((line) => line.includes(` ${task}/`))
    );
  }
}
