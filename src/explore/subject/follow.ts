import { MachineFault } from '../../machine/fault.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Subject } from './subject.ts';

/** Makes a move; false when that shows a bug, which ends the execution. */
export function follow(subject: Subject, move: Move): boolean {
  const { machine, lookout } = subject;
  try {
    lookout?.beforeStep(cpuOf(move));
    machine.step(move);
    return lookout?.due !== true || subject.invariant() === undefined;
  } catch (error) {
    if (error instanceof MachineFault) return false;
    throw error;
  }
}
