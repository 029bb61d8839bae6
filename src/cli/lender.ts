/**
 * Executions that parts of a search may run together, where they have no memory in common: lent to each a few at a time. A
 * part that comes for more when all are lent waits until another gives some back, or waits as well: so as many are run as
 * were asked for, and never more.
 */
const MOST_LENT = 64;
/** Nobody is lent more than one of so many shares, or the others would wait for what he has. */
const SHARES = 4;

export class Lender {
  readonly #left: Int32Array;
  readonly #jobs: number;
  /** Who has something that was lent, and who waits for more. */
  readonly #busy = new Set<number>();
  readonly #waiting = new Map<number, (count: number) => void>();

  /** `left`: how many there are; what is lent is taken off it at once. */
  constructor(left: Int32Array, jobs: number) {
    this.#left = left;
    this.#jobs = jobs;
  }

  /** Tells `lend` how many may be run, now or when it is known; 0 when none are left. */
  ask(part: number, lend: (count: number) => void): void {
    this.#busy.delete(part);
    this.#waiting.set(part, lend);
    this.#settle();
  }

  /** A part is over, and so many of its executions were not run. */
  giveBack(part: number, unused: number): void {
    this.#busy.delete(part);
    this.#waiting.delete(part);
    Atomics.add(this.#left, 0, unused);
    this.#settle();
  }

  #settle(): void {
    for (const [part, lend] of this.#waiting) {
      const left = Math.max(0, Atomics.load(this.#left, 0));
      if (left === 0 && this.#busy.size > 0) return;
      const count = Math.min(left, MOST_LENT, Math.max(1, Math.ceil(left / (SHARES * this.#jobs))));
      Atomics.sub(this.#left, 0, count);
      this.#waiting.delete(part);
      if (count > 0) this.#busy.add(part);
      lend(count);
    }
  }
}
