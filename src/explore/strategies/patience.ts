/**
 * How long a strategy that goes by priorities lets one CPU step while others could. Who goes round a loop waits (spin.ts), unless
 * it changes something on its way, as a program does that yields in a loop: the kernel's counters go on, and no state comes
 * again. Only a switch ends such a loop, so one comes when the CPU has stepped this often in a row. What is shorter is left to
 * the priorities alone.
 */
import type { Moves } from '../../stepped/moves.ts';

/** Of the step bound: so many such loops can end, one behind the other, before it is met. */
const SHARE = 8;

export const patienceOf = (stepBound: number): number => Math.floor(stepBound / SHARE);

export class Patience {
  readonly limit: number;
  #cpu = -1;
  #row = 0;

  /** `limit`: steps in a row; Infinity for a patience without end. */
  constructor(limit: number) {
    this.limit = limit;
  }

  begin(): void {
    this.#cpu = -1;
    this.#row = 0;
  }

  /** Whose steps in a row are counted, and how many there were: to go on elsewhere, and back. */
  get cpu(): number {
    return this.#cpu;
  }

  get row(): number {
    return this.#row;
  }

  goOn(cpu: number, row: number): void {
    this.#cpu = cpu;
    this.#row = row;
  }

  /** A CPU has stepped while no other could. */
  alone(cpu: number): void {
    this.#row = 0;
    this.#cpu = cpu;
  }

  /** Whether the CPU that would step next has done so long enough; it is asked before each step, and then begins anew. */
  isOver({ cpus }: Moves, cpu: number): boolean {
    const alone = cpus.next(cpus.next(-1)) < 0;
    this.#row = alone || cpu !== this.#cpu ? 0 : this.#row + 1;
    this.#cpu = cpu;
    if (this.#row < this.limit) return false;
    this.begin();
    return true;
  }
}
