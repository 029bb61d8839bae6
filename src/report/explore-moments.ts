/** At which moments the invariants of a kernel were looked at: what was broken between them only, nobody has seen. */
import type { ExploreReport } from './explore-report.ts';

/** What is fixed (explore/subject/opening.ts) is covered by no proof. */
const BEGINS = 'executions begin where all CPUs but one have come to rest, in one order that is not searched';

/** Lines for a search of kernel programs; none for one of modules, whose invariant is asked after every step. */
export function lookedAtLines({ targets, identity }: ExploreReport): string[] {
  if (targets.every((target) => target.profile === null)) return [];
  return [
    ...(identity.subjects.some(({ cpus, ticks }) => cpus > 1 && ticks === undefined) ? [BEGINS] : []),
    'always: after every step that writes what it reads; expect: when it is executed',
    'structures: when their locks are released and calls return; counts: with no CPU in the kernel; leaks: at the end',
    ...(identity.strategy === 'dpor'
      ? ['dpor orders only what always reads: structures and what polydir asks were seen in the orders it tried']
      : []),
  ];
}
