/**
 * Who gets a turn when nobody can go on (spin.ts). A CPU that waits at the head of a loop whose turns show others something
 * goes round once more, behind everybody else: it steps only while no other CPU can. If nobody has stepped by the time it
 * waits again, its turn was in vain, and it gets no other until somebody does.
 *
 * Part of a machine's state.
 */
import { CpuSet } from '../base/cpu-set.ts';

const NONE = -1;

export class Late {
  /** Words that `save` writes. */
  static readonly words = 7;
  /** CPUs on such a turn, those of them during whose turn others have stepped, and those whose turn was in vain. */
  readonly #running = new CpuSet();
  readonly #followed = new CpuSet();
  readonly #vain = new CpuSet();
  /** The one that began last, if it is on such a turn yet. */
  #latest = NONE;

  /** Whether the last turn of a CPU was in vain. */
  wasVain(cpu: number): boolean {
    return this.#vain.has(cpu);
  }

  /** Whether a CPU is on such a turn. */
  isRunning(cpu: number): boolean {
    return this.#running.has(cpu);
  }

  /** Leaves of those that could step the ones that come first: the others, then who has been on such a turn for longer. */
  retainFirst(able: CpuSet): void {
    if (this.#running.isEmpty) return;
    if (able.exceeds(this.#running)) able.remove(this.#running);
    else if (this.#latest !== NONE && able.size > 1) able.delete(this.#latest);
  }

  /** A CPU steps; `late` when only because nobody else could. */
  step(cpu: number, late: boolean): void {
    if (late) {
      this.#running.add(cpu);
      this.#latest = cpu;
    }
    if (this.#running.has(cpu)) return;
    this.#vain.clear();
    this.#followed.copy(this.#running);
  }

  /** The CPU waits at the head of a loop again, or is done. */
  over(cpu: number, waits: boolean): void {
    if (!this.#running.has(cpu)) return;
    if (waits && !this.#followed.has(cpu)) this.#vain.add(cpu);
    this.#running.delete(cpu);
    this.#followed.delete(cpu);
    if (this.#latest === cpu) this.#latest = NONE;
  }

  /** Calls for every word of it, unless nobody is or was on such a turn. */
  forEach(visit: (word: number) => void): void {
    if (this.#running.isEmpty && this.#vain.isEmpty) return;
    for (const { low, high } of [this.#running, this.#followed, this.#vain]) {
      visit(low);
      visit(high);
    }
    visit(this.#latest);
  }

  /** Writes it into the first words of a copy. */
  save(into: Int32Array): void {
    into[0] = this.#running.low;
    into[1] = this.#running.high;
    into[2] = this.#followed.low;
    into[3] = this.#followed.high;
    into[4] = this.#vain.low;
    into[5] = this.#vain.high;
    into[6] = this.#latest;
  }

  load(from: Int32Array): void {
    this.#running.low = from[0] as number;
    this.#running.high = from[1] as number;
    this.#followed.low = from[2] as number;
    this.#followed.high = from[3] as number;
    this.#vain.low = from[4] as number;
    this.#vain.high = from[5] as number;
    this.#latest = from[6] as number;
  }
}
