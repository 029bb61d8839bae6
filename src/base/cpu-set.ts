/** A set of up to 64 CPUs, as the bits of two words. */
import { bitCount, lowestBit, nthBit } from './bits.ts';

export class CpuSet {
  /** CPUs 0 to 31, and 32 to 63. */
  low = 0;
  high = 0;

  get isEmpty(): boolean {
    return (this.low | this.high) === 0;
  }

  get size(): number {
    return bitCount(this.low) + bitCount(this.high);
  }

  has(cpu: number): boolean {
    return ((cpu < 32 ? this.low : this.high) & (1 << cpu)) !== 0;
  }

  add(cpu: number): void {
    if (cpu < 32) this.low |= 1 << cpu;
    else this.high |= 1 << cpu;
  }

  delete(cpu: number): void {
    if (cpu < 32) this.low &= ~(1 << cpu);
    else this.high &= ~(1 << cpu);
  }

  clear(): void {
    this.low = 0;
    this.high = 0;
  }

  /** Becomes the same as another. */
  copy(other: Pick<CpuSet, 'low' | 'high'>): void {
    this.low = other.low;
    this.high = other.high;
  }

  equals(other: CpuSet): boolean {
    return this.low === other.low && this.high === other.high;
  }

  /** Adds what is in another; takes it out; takes out what is not. */
  include(other: CpuSet): void {
    this.low |= other.low;
    this.high |= other.high;
  }

  remove(other: CpuSet): void {
    this.low &= ~other.low;
    this.high &= ~other.high;
  }

  retain(other: CpuSet): void {
    this.low &= other.low;
    this.high &= other.high;
  }

  /** Whether it has a CPU that another has not. */
  exceeds(other: CpuSet): boolean {
    return ((this.low & ~other.low) | (this.high & ~other.high)) !== 0;
  }

  /** The lowest CPU above `cpu`, -1 for none: from -1 on, one after the other, all of them. */
  next(cpu: number): number {
    const low = above(this.low, cpu);
    if (low !== 0) return lowestBit(low);
    const high = above(this.high, cpu - 32);
    return high === 0 ? -1 : 32 + lowestBit(high);
  }

  /** The n-th lowest CPU of a set that has more than n. */
  nth(n: number): number {
    const low = bitCount(this.low);
    return n < low ? nthBit(this.low, n) : 32 + nthBit(this.high, n - low);
  }
}

/** The bits of a word above the one at `index`. */
function above(word: number, index: number): number {
  if (index < 0) return word;
  return index > 31 ? 0 : word & (-2 << index);
}
