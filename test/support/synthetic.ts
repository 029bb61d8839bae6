/** A machine for minimiser tests: CPUs that count their steps, waits, and a bug that is a condition on the counts. */
import { Random } from '../../dist/src/base/random.js';
import { Wish } from '../../dist/src/explore/strategies/wish.js';
import type { Turn } from '../../dist/src/recording/turns.js';

export interface Synthetic {
  /** Steps of each CPU. */
  readonly lengths: readonly number[];
  /** Whether a CPU has to wait, by the steps that each has performed. */
  readonly waits?: (cpu: number, done: readonly number[]) => boolean;
  /**
   * Conditions that have to come true one after the other, each right after a step; the last is the bug. A condition
   * sees what each CPU has performed.
   */
  readonly stages: readonly ((done: readonly number[], cpu: number) => boolean)[];
  /** A state from which the bug can no longer happen. */
  readonly spoilt?: (done: readonly number[], stage: number) => boolean;
}

/** Performs as the runner does: the decisions up to the bug, or undefined when there is none. */
export function perform(machine: Synthetic, choose: (enabled: readonly number[]) => number): Uint16Array | undefined {
  const done = machine.lengths.map(() => 0);
  const decisions: number[] = [];
  let stage = 0;
  for (;;) {
    const enabled = [...done.keys()].filter(
      (cpu) => (done[cpu] ?? 0) < (machine.lengths[cpu] ?? 0) && machine.waits?.(cpu, done) !== true,
    );
    if (enabled.length === 0) return undefined;
    const cpu = choose(enabled);
    decisions.push(cpu);
    done[cpu] = (done[cpu] ?? 0) + 1;
    if (machine.spoilt?.(done, stage) === true) return undefined;
    if (machine.stages[stage]?.(done, cpu) === true) stage++;
    if (stage === machine.stages.length) return Uint16Array.from(decisions);
  }
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
      return perform(machine, (enabled) => wish.choose(enabled.reduce((mask, cpu) => mask | (1 << cpu), 0)));
    },
  };
  return predicate;
}

/** The first random walk that shows the bug. */
export function findBug(machine: Synthetic, seed: number): Uint16Array {
  const random = new Random(seed);
  for (let execution = 0; execution < 100_000; execution++) {
    const found = perform(machine, (enabled) => random.pick(enabled));
    if (found !== undefined) return found;
  }
  throw new Error('a random walk does not find the bug');
}
