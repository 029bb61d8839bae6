/**
 * Who gets a turn when nobody can go on (spin.ts). A CPU that waits at the head of a loop whose turns show others something
 * goes round once more, behind everybody else: it steps only while no other CPU can. If nobody has stepped by the time it
 * waits again, its turn was in vain, and it gets no other until somebody does.
 *
 * Part of a machine's state, as sets of CPUs in bits.
 */
export class Late {
  /** Words that `save` writes. */
  static readonly words = 4;
  /** CPUs on such a turn, those of them during whose turn others have stepped, and those whose turn was in vain. */
  #running = 0;
  #followed = 0;
  #vain = 0;
  /** The one that began last. */
  #latest = 0;

  get vain(): number {
    return this.#vain;
  }

  /** Whether a CPU is on such a turn. */
  isRunning(cpu: number): boolean {
    return (this.#running & (1 << cpu)) !== 0;
  }

  /** Of those that could step, as bits, the ones that come first: the others, then who has been on such a turn for longer. */
  first(able: number): number {
    return able & ~this.#running || able & ~this.#latest || able;
  }

  /** A CPU steps; `late` when only because nobody else could. */
  step(cpu: number, late: boolean): void {
    const bit = 1 << cpu;
    if (late) {
      this.#running |= bit;
      this.#latest = bit;
    }
    if ((this.#running & bit) !== 0) return;
    this.#vain = 0;
    this.#followed |= this.#running;
  }

  /** The CPU waits at the head of a loop again, or is done. */
  over(cpu: number, waits: boolean): void {
    const bit = 1 << cpu;
    if ((this.#running & bit) === 0) return;
    if (waits && (this.#followed & bit) === 0) this.#vain |= bit;
    this.#running &= ~bit;
    this.#followed &= ~bit;
    if (this.#latest === bit) this.#latest = 0;
  }

  /** Calls for every set, unless all are empty. */
  forEach(visit: (set: number) => void): void {
    if ((this.#running | this.#vain) === 0) return;
    for (const set of [this.#running, this.#followed, this.#vain, this.#latest]) visit(set);
  }

  /** Writes it into the first words of a copy. */
  save(into: Int32Array): void {
    into[0] = this.#running;
    into[1] = this.#followed;
    into[2] = this.#vain;
    into[3] = this.#latest;
  }

  load(from: Int32Array): void {
    this.#running = from[0] as number;
    this.#followed = from[1] as number;
    this.#vain = from[2] as number;
    this.#latest = from[3] as number;
  }
}
