/** What moves: all that strategies, runner and reports know of the thing whose interleavings are explored. */
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import type { StateHash } from '../../stepped/state.ts';

export interface Explored {
  /** What can be done now. Overwritten by the next question. */
  moves(): Moves;
  /** Makes a move, one of these. Throws MachineFault. */
  step(move: Move): void;
  /** Values of the choice that a CPU is at; 0 when it is at none. */
  choices(cpu: number): number;
  /** Whether a CPU can make its pending access. */
  enabled(cpu: number): boolean;
  /** Whether it is done, or has not begun. */
  isIdle(cpu: number): boolean;
  /** Whether it has its turn only because nobody else could go on, and whether it is on such a turn already. */
  isLate(cpu: number): boolean;
  isOnLateTurn(cpu: number): boolean;
  /** Number of the kind of its pending access (machine/access.ts), and the address: its operand where it has none. */
  kind(cpu: number): number;
  address(cpu: number): number;
  /** Fingerprint of the state. */
  hash(): StateHash;
}
