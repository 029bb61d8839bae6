/**
 * Memory that a module asks for and gives back, while it is explored: each is a step of the stepped machine, which has the
 * heap (stepped/heap.ts). Real threads have none for modules.
 */
import { MachineFault } from './fault.ts';

/** Address of a block of so many bytes, all 0. */
export function alloc(bytes: number): number {
  throw new MachineFault('assert', 'alloc where nothing is explored', bytes);
}

/** Gives a block back; address 0 is none. */
export function free(address: number): void {
  throw new MachineFault('assert', 'free where nothing is explored', address);
}
