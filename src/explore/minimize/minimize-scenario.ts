/**
 * A scenario of operations that shows a bug, made smaller: fewer CPUs, then fewer calls, then smaller arguments, as long as the
 * bug of that title is found again within few executions. What is left is not always the smallest, but nothing can be taken
 * from it alone.
 */
import type { CallText, Scenario } from '../../stepper/module/operations-text.ts';
import { exploreSubject } from '../search/explore.ts';
import type { FailedScenario } from '../search/operations.ts';
import type { ExploreOptions } from '../search/options.ts';
import type { OperationsTarget } from '../subject/operations-target.ts';

const EXECUTIONS = 2_000;

export interface ShrinkControl {
  readonly stopped: () => boolean;
  readonly onAttempt: (tried: number) => void;
}

export async function shrunkScenario(
  module: OperationsTarget,
  failed: FailedScenario,
  title: string,
  explore: ExploreOptions,
  { stopped, onAttempt }: ShrinkControl,
): Promise<FailedScenario> {
  let tried = 0;
  const shows = async (scenario: Scenario): Promise<FailedScenario | undefined> => {
    onAttempt(++tried);
    const [target, subject] = [module.targetOf(scenario), module.subjectOf(scenario)];
    const first = { ...explore, target, strategy: 'dpor', first: 0, last: EXECUTIONS, stopAtFirst: true };
    const { bugs } = await exploreSubject(subject, { ...first, durationMs: undefined }, { stopped });
    return bugs.some((bug) => bug.title === title) ? { scenario, target, subject, bugs } : undefined;
  };
  let best = failed;
  for (let smaller: FailedScenario | undefined = failed; smaller !== undefined; ) {
    best = smaller;
    smaller = undefined;
    for (const scenario of smallerThan(module, best.scenario)) {
      if (stopped()) return best;
      smaller = await shows(scenario);
      if (smaller !== undefined) break;
    }
  }
  return best;
}

/** Scenarios with one thing less, those that lose most first. */
export function smallerThan({ operations }: Pick<OperationsTarget, 'operations'>, scenario: Scenario): Scenario[] {
  const without = scenario.length > 1 ? scenario.map((_, cpu) => scenario.filter((__, other) => other !== cpu)) : [];
  const change = (cpu: number, calls: readonly number[]): Scenario =>
    scenario.map((own, other) => (other === cpu ? calls : own));
  const shorter = scenario.flatMap((calls, cpu) =>
    calls.length > 1 ? calls.map((_, at) => change(cpu, calls.toSpliced(at, 1))) : [],
  );
  const simpler = scenario.flatMap((calls, cpu) =>
    calls.flatMap((one, at) =>
      [...operations.all.keys()]
        .filter((other) => isSmaller(operations.all[other]?.call, operations.all[one]?.call))
        .map((other) => change(cpu, calls.with(at, other))),
    ),
  );
  return [...without, ...shorter, ...simpler];
}

/** The same function with arguments none of which is larger, and one of which is smaller. */
function isSmaller(one: CallText | undefined, other: CallText | undefined): boolean {
  if (one === undefined || other === undefined || one.callee !== other.callee) return false;
  if (one.args.length > 1 || other.args.length > 1) return false;
  const [mine = [], theirs = []] = [one.args[0], other.args[0]];
  const pairs = mine.map((value, i) => [Math.abs(value), Math.abs(theirs[i] ?? 0)] as const);
  return pairs.every(([a, b]) => a <= b) && pairs.some(([a, b]) => a < b);
}
