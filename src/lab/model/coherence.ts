/**
 * Caches that are kept coherent by MESI (Papamarcos and Patel, "A low-overhead coherence solution for multiprocessors with
 * private cache memories", ISCA 1984), one state for each line of 64 bytes:
 *
 *   owner >= 0         one CPU has the line for itself (modified or exclusive), nobody else has it
 *   holders, no owner  these CPUs have it to read (shared)
 *   neither            it lies in memory
 *
 * Caches have room for everything: nothing is ever evicted. Requests for a line are served one after the other in the
 * order in which they are made: `busy` is the time until which the line is on its way to somebody, or, where it is only
 * copied, the time in which its home serves nobody else. What a request costs follows from who has the line and how far
 * away that is (parameters.ts). Times are picoseconds.
 */
import type { Costs } from './parameters.ts';

export const LINE_SHIFT = 6;

export class Caches {
  readonly owner: Int16Array;
  /** CPUs that have a line, as bits: two words for each line. */
  readonly holders: Int32Array;
  readonly #busy: Float64Array;
  readonly #socketOf: readonly number[];
  readonly #costs: Costs;
  /** CPUs of a CPU's own socket, as bits. */
  readonly #near: Int32Array;
  /** Lines that came from another CPU or from memory; and those of them from another socket. */
  transfers = 0;
  remoteTransfers = 0;

  /** `socketOf` says the socket of each CPU, at most 64. */
  constructor(bytes: number, socketOf: readonly number[], costs: Costs) {
    const lines = bytes >> LINE_SHIFT;
    this.owner = new Int16Array(lines).fill(-1);
    this.holders = new Int32Array(2 * lines);
    this.#busy = new Float64Array(lines);
    this.#socketOf = socketOf;
    this.#costs = costs;
    this.#near = new Int32Array(2 * socketOf.length);
    socketOf.forEach((socket, cpu) => {
      socketOf.forEach((other, one) => {
        if (other === socket) this.#set(this.#near, 2 * cpu, one);
      });
    });
  }

  #set(bits: Int32Array, at: number, cpu: number): void {
    const word = at + (cpu >> 5);
    bits[word] = (bits[word] as number) | (1 << (cpu & 31));
  }

  /** True when the CPU has the line, to read at least. */
  has(cpu: number, line: number): boolean {
    return (((this.holders[2 * line + (cpu >> 5)] as number) >>> (cpu & 31)) & 1) === 1;
  }

  /** The time at which a read that is made at `now` is done. */
  read(cpu: number, line: number, now: number): number {
    if (this.has(cpu, line)) return now + this.#costs.hit;
    const start = Math.max(now, this.#busy[line] as number);
    const owner = this.owner[line] as number;
    this.transfers++;
    let latency: number;
    let served: number;
    if (owner >= 0) {
      latency = this.#distance(cpu, owner);
      served = latency;
      this.owner[line] = -1;
    } else if (this.#nobody(line)) {
      latency = this.#costs.memory;
      served = latency;
      this.owner[line] = cpu;
    } else {
      latency = this.#someoneNear(cpu, line) ? this.#costs.localShared : this.#remoteShared();
      served = Math.min(latency, this.#costs.occupancy);
    }
    this.#set(this.holders, 2 * line, cpu);
    this.#busy[line] = start + served;
    return start + latency;
  }

  /** The time at which a write that is made at `now` is done: the CPU then has the line for itself. */
  write(cpu: number, line: number, now: number): number {
    const owner = this.owner[line] as number;
    if (owner === cpu) return now + this.#costs.hit;
    const start = Math.max(now, this.#busy[line] as number);
    this.transfers++;
    const latency = owner >= 0 ? this.#distance(cpu, owner) : this.#taking(cpu, line);
    this.owner[line] = cpu;
    this.holders[2 * line] = 0;
    this.holders[2 * line + 1] = 0;
    this.#set(this.holders, 2 * line, cpu);
    this.#busy[line] = start + latency;
    return start + latency;
  }

  #nobody(line: number): boolean {
    return ((this.holders[2 * line] as number) | (this.holders[2 * line + 1] as number)) === 0;
  }

  #someoneNear(cpu: number, line: number): boolean {
    const low = (this.holders[2 * line] as number) & (this.#near[2 * cpu] as number);
    const high = (this.holders[2 * line + 1] as number) & (this.#near[2 * cpu + 1] as number);
    return (low | high) !== 0;
  }

  #distance(cpu: number, other: number): number {
    if (this.#socketOf[cpu] === this.#socketOf[other]) return this.#costs.local;
    this.remoteTransfers++;
    return this.#costs.remote;
  }

  #remoteShared(): number {
    this.remoteTransfers++;
    return this.#costs.remoteShared;
  }

  /** A line that nobody has for himself: the farthest of those who have it decides. */
  #taking(cpu: number, line: number): number {
    if (this.#nobody(line)) return this.#costs.memory;
    const low = (this.holders[2 * line] as number) & ~(this.#near[2 * cpu] as number);
    const high = (this.holders[2 * line + 1] as number) & ~(this.#near[2 * cpu + 1] as number);
    if ((low | high) === 0) return this.#costs.local;
    this.remoteTransfers++;
    return this.#costs.remote;
  }
}
