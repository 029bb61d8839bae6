/** What a loop is told, and what it leaves behind. */
import type { TurnLog } from './turn-log.ts';

export interface Turns {
  readonly cpu: number;
  /** Turns of cpu_delay with the lock held and after it. */
  readonly inside: number;
  readonly outside: number;
  /** Lines written, or read, with the lock held. */
  readonly touch: number;
  /** Of 1000 turns, those for writing. */
  readonly writes: number;
  readonly seed: number;
  turns: number;
  writesDone: number;
  /** What was read, so that reading is not left out. */
  sum: number;
}

export interface TimedTurns extends Turns {
  readonly log: TurnLog;
  /** One double in RAM: when the lock was last released, on the clock of the run; and what to add to this thread's. */
  readonly lastRelease: Float64Array;
  readonly offset: number;
}
