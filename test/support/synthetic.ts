/** A machine for minimiser tests: CPUs that count their moves, waits, choices, and a bug that is a condition on the counts. */
import { Random } from '../../dist/src/base/random.js';
import { Wish } from '../../dist/src/explore/strategies/wish.js';
import { type Turn, valuesOf } from '../../dist/src/recording/turns.js';
import { ADDRESS, HEADER_WORDS } from '../../dist/src/stepped/frames.js';
import { cpuOf, type Move } from '../../dist/src/stepped/move.js';
import { Moves } from '../../dist/src/stepped/moves.js';

export interface Synthetic {
  /** Moves of each CPU. */
  readonly lengths: readonly number[];
  /** Whether a CPU has to wait, by the moves that each has made. */
  readonly waits?: (cpu: number, done: readonly number[]) => boolean;
  /** Among how many values a CPU chooses next; 0 where it only steps. */
  readonly choices?: (cpu: number, done: readonly number[]) => number;
  /**
   * Conditions that have to come true one after the other, each right after a move; the last is the bug. A condition
   * sees what each CPU has done, and the values chosen, in order.
   */
  readonly stages: readonly ((done: readonly number[], cpu: number, values: readonly number[]) => boolean)[];
  /** A state from which the bug can no longer happen. */
  readonly spoilt?: (done: readonly number[], stage: number) => boolean;
}

/** Performs as the runner does: the moves up to the bug, or undefined when there is none. */
export function perform(machine: Synthetic, choose: (moves: Moves) => Move): Uint16Array | undefined {
  const done = machine.lengths.map(() => 0);
  const decisions: Move[] = [];
  let stage = 0;
  for (;;) {
    const moves = movesOf(machine, done);
    if (moves.isEmpty) return undefined;
    const move = choose(moves);
    if (!moves.has(move)) throw new Error(`move ${move} cannot be made`);
    const cpu = cpuOf(move);
    decisions.push(move);
    done[cpu] = (done[cpu] ?? 0) + 1;
    if (machine.spoilt?.(done, stage) === true) return undefined;
    if (machine.stages[stage]?.(done, cpu, valuesOf(decisions)) === true) stage++;
    if (stage === machine.stages.length) return Uint16Array.from(decisions);
  }
}

function movesOf({ lengths, waits, choices }: Synthetic, done: readonly number[]): Moves {
  const frames = new Int32Array(lengths.length * HEADER_WORDS);
  const moves = new Moves(frames, HEADER_WORDS);
  for (const [cpu, length] of lengths.entries()) {
    if ((done[cpu] ?? 0) >= length || waits?.(cpu, done) === true) continue;
    moves.cpus.add(cpu);
    const values = choices?.(cpu, done) ?? 0;
    if (values === 0) continue;
    moves.choosing.add(cpu);
    frames[cpu * HEADER_WORDS + ADDRESS] = values;
  }
  moves.settle();
  return moves;
}

/** The predicate of the minimiser, counting how often it is asked. */
export function predicateOf(machine: Synthetic): {
  asked: number;
  reproduces(wish: readonly Turn[]): Promise<Uint16Array | undefined>;
} {
  const predicate = {
    asked: 0,
    reproduces: async (turns: readonly Turn[]): Promise<Uint16Array | undefined> => {
      predicate.asked++;
      const wish = new Wish(turns);
      return perform(machine, (moves) => wish.choose(moves));
    },
  };
  return predicate;
}

/** The first random walk that shows the bug. */
export function findBug(machine: Synthetic, seed: number): Uint16Array {
  const random = new Random(seed);
  for (let execution = 0; execution < 100_000; execution++) {
    const found = perform(machine, (moves) => random.pick(moves.list()));
    if (found !== undefined) return found;
  }
  throw new Error('a random walk does not find the bug');
}
