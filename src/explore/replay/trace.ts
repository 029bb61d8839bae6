/** All moves of an execution, told one by one. */
import { cpuOf } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { Subject } from '../subject/subject.ts';
import { telling } from './flow.ts';
import type { SourceLine } from './source-lines.ts';
import { tellMove, type ToldMove } from './told-move.ts';

/** Which moves: first and last number, from 1, and the CPU that makes them; all CPUs when it is undefined. */
export interface TraceRange {
  readonly from: number;
  readonly to: number;
  readonly cpu: number | undefined;
}

/** Performs the moves again. */
export function traceOf(
  subject: Subject,
  moves: Uint16Array,
  sourceLine: SourceLine,
  { from, to, cpu }: TraceRange,
): ToldMove[] {
  const told: ToldMove[] = [];
  let last: ToldMove | undefined;
  const performed = (): void => {
    if (last?.access) last.access.after = subject.wordAt(last.access.address);
    last = undefined;
  };
  const strategy = telling(moves, (move, step) => {
    performed();
    if (step + 1 < from || step + 1 > to || (cpu !== undefined && cpuOf(move) !== cpu)) return;
    last = tellMove(subject, step, move, sourceLine);
    told.push(last);
  });
  new Runner(subject, []).run(strategy, 0);
  performed();
  return told;
}
