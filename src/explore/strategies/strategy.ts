import type { Sampled } from '../inside/sampler.ts';
import type { Random } from '../../base/random.ts';
import { choiceOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import type { Choice } from '../subject/compiled-checks.ts';

/**
 * Who chooses the next move. A strategy is asked before every step and knows what each CPU is about to do; it keeps no
 * state in the machine. Executions are numbered, and number i of a random strategy follows from the seed and i alone, so
 * they can be spread over processes in any way.
 */
export interface Strategy {
  /** Begins execution `index` on a machine that stands at its beginning. False when there is nothing left to try. */
  begin(index: number): boolean;
  /** So many steps are those of the execution before: of them `choose` does not look at what moves there are. */
  readonly repeats?: number;
  /**
   * The move that is made next, one of `moves`, which are those of this moment: not to be kept. -1 gives the execution up
   * as one seen before.
   */
  choose(moves: Moves, step: number): Move;
  /**
   * Of one that has nothing to choose where one CPU alone can go on: so many steps, the one just chosen among them, may be made
   * before it has to be asked again, as long as no other CPU can, or it is known how it chooses.
   */
  unasked?(step: number): number;
  /** How it chooses where several CPUs can go on and none is at a choice, for compiled code to do the same. */
  readonly choice?: Choice;
  /** Of one that has none: so many steps of a CPU that alone could go on were not chosen, behind the one that was. */
  made?(cpu: number, steps: number): void;
  /** The step bound is met: from here on others choose. The machine stands behind the last step that was chosen. */
  bound?(): void;
  /**
   * The execution is over after so many steps; `failed` when the last of them showed a bug. False when it was one that
   * had been tried before.
   */
  end(steps: number, failed: boolean): boolean;
  /**
   * Moves in an order of the execution just run that does not depend on how a search came to it, for a strategy that tries
   * one order of several that cannot be told apart; undefined when there is none.
   */
  leastOrder?(): Uint16Array | undefined;
  /** The part that is done of what is known to be tried, for a strategy that comes upon more as it goes on: 0 to 1. */
  done?(): number;
  /** Of one whose executions can run inside WebAssembly as well (explore/inside). */
  readonly inside?: Sampled;
  /** True once every execution within the strategy's bound has been tried. */
  readonly exhausted: boolean;
  /** Facts for the report: bounds, counts, what is left. */
  facts(): Facts;
}

export type Facts = Readonly<Record<string, number | string>>;

/** The CPU that has a move and the highest priority; of equal ones the lowest. */
export function highestPriority({ cpus }: Moves, priorities: ArrayLike<number>): number {
  let best = -1;
  for (let cpu = 0; cpu < priorities.length; cpu++) {
    if (!cpus.has(cpu)) continue;
    if (best < 0 || (priorities[cpu] as number) > (priorities[best] as number)) best = cpu;
  }
  return best;
}

/** Chances of what a strategy draws at a choice that asks for one: that what may fail does, that an interrupt comes. */
export interface Chances {
  readonly fails: number;
  readonly ticks: number;
}

const FAILURES: readonly number[] = [1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64];
const TICKS: readonly number[] = [1 / 8, 1 / 32, 1 / 64, 1 / 128, 1 / 256, 1 / 512, 1 / 1024];

/**
 * The chances in an execution of this number, which go round: some bugs need a failure early in a call and others one behind
 * many that succeed; and since a CPU is given few interrupts, it is the chance that says where. `asked`: chances that hold
 * for all of them.
 */
export const chancesOf = (index: number, asked: Partial<Chances> = {}): Chances => ({
  fails: asked.fails ?? (FAILURES[index % FAILURES.length] as number),
  ticks: asked.ticks ?? (TICKS[index % TICKS.length] as number),
});

/** The move of a CPU that has one: at a choice any value, with equal chances, but for those that ask for another. */
export function randomMoveOf(moves: Moves, cpu: number, random: Random, { fails, ticks }: Chances): Move {
  if (!moves.choosing.has(cpu)) return moves.firstOf(cpu);
  const chance = moves.isFault(cpu) ? fails : moves.isInterrupt(cpu) ? ticks : undefined;
  if (chance === undefined) return choiceOf(cpu, random.small(moves.values(cpu)));
  return choiceOf(cpu, random.next() < chance * 2 ** 32 ? 1 : 0);
}
