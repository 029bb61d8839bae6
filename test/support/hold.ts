/** One CPU is held at a function while all others go on as far as they can: a directed interleaving. */
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import type { Move } from '../../dist/src/stepped/move.js';
import type { Moves } from '../../dist/src/stepped/moves.js';

export class Hold implements Strategy {
  exhausted = false;
  readonly #subject: KernelSubject;
  readonly #where: string;
  readonly #task: string;
  readonly #nth: number;
  #last = 0;
  #held = -1;
  #over = false;
  #visits = 0;
  #inside = false;

  /** Holds the CPU of this task of the program when it comes to `where` for the n-th time. */
  constructor(subject: KernelSubject, task: string, where: string, nth = 1) {
    this.#subject = subject;
    this.#task = task;
    this.#where = where;
    this.#nth = nth;
  }

  begin(): boolean {
    this.#last = 0;
    this.#held = -1;
    this.#over = false;
    this.#visits = 0;
    this.#inside = false;
    return !this.exhausted;
  }

  choose({ cpus }: Moves): Move {
    if (this.#held < 0 && !this.#over && cpus.has(this.#last) && this.#comesThere(this.#last)) this.#held = this.#last;
    const first = [this.#last, ...Array.from({ length: this.#subject.cpus }, (_, cpu) => cpu)];
    let next = first.find((cpu) => cpus.has(cpu) && cpu !== this.#held);
    if (next === undefined) {
      next = this.#held;
      this.#held = -1;
      this.#over = true;
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

  /** Whether the CPU of the task is there for the n-th time; it goes in and out by steps of its own. */
  #comesThere(cpu: number): boolean {
    if (!this.#subject.cpuLines(cpu).some((line) => line.includes(` ${this.#task}/`))) return false;
    const inside = this.#subject.stack(cpu).some((frame) => frame.function === this.#where);
    if (inside && !this.#inside) this.#visits++;
    this.#inside = inside;
    return inside && this.#visits === this.#nth;
  }
}
