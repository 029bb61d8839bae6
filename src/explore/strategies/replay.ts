/**
 * Follows a list of decisions. Strictly: the first one that cannot be followed is a divergence. Or as a wish: a decision
 * that cannot be followed is left out, and behind the last one the CPU that stepped goes on, the lowest one when it cannot.
 */
import { lowestBit } from '../../base/bits.ts';
import type { Facts, Strategy } from './strategy.ts';

export interface Divergence {
  readonly step: number;
  /** The CPU the decision names, -1 when the list is at its end and CPUs could go on. */
  readonly wanted: number;
  /** The CPUs that could step, as bits. */
  readonly enabled: number;
}

export class Replay implements Strategy {
  exhausted = false;
  divergence: Divergence | undefined;
  readonly #decisions: Uint16Array;
  readonly #strict: boolean;
  #at = 0;
  #last = -1;

  constructor(decisions: Uint16Array, strict: boolean) {
    this.#decisions = decisions;
    this.#strict = strict;
  }

  begin(): boolean {
    if (this.exhausted) return false;
    this.exhausted = true;
    return true;
  }

  choose(enabled: number, step: number): number {
    const decisions = this.#decisions;
    if (this.#strict) return this.#exactly(enabled, step);
    while (this.#at < decisions.length) {
      const cpu = decisions[this.#at++] as number;
      if ((enabled & (1 << cpu)) !== 0) return this.#step(cpu);
    }
    if (this.#last >= 0 && (enabled & (1 << this.#last)) !== 0) return this.#last;
    return this.#step(lowestBit(enabled));
  }

  #exactly(enabled: number, step: number): number {
    const cpu = this.#decisions[step] ?? -1;
    if (cpu >= 0 && (enabled & (1 << cpu)) !== 0) return cpu;
    this.divergence = { step: step + 1, wanted: cpu, enabled };
    return -1;
  }

  #step(cpu: number): number {
    this.#last = cpu;
    return cpu;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
