/** Reasons for which compiled code stops the machine by itself: numbers in its text, faults here. */
import { MachineFault } from '../machine/fault.ts';

export const STACK_FULL = 1;
export const NO_END = 2;
export const NO_ELEMENT = 3;
export const NO_WORD = 4;

/** Turns of loops and calls of functions that a CPU may make between two accesses. */
export const MOST_TURNS = 100_000;

/** The fault of a reason. */
export function stopFault(reason: number): MachineFault {
  switch (reason) {
    case STACK_FULL:
      return new MachineFault('assert', 'calls nested too deep', 0);
    case NO_END:
      return new MachineFault('livelock', 'loop without end', 0);
    case NO_WORD:
      return new MachineFault('assert', 'no such word of scratch', 0);
    default:
      return new MachineFault('assert', 'no such element of a table', 0);
  }
}
