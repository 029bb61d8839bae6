import type { Engine } from '../../machine/engine.ts';
import type { Root } from '../strategies/root.ts';
import type { Target } from '../subject/targets.ts';

/** Everything that decides what is explored; plain data. */
export interface ExploreOptions {
  readonly target: Target;
  readonly strategy: string;
  readonly seed: number;
  readonly depth: number;
  /** Whether pct tries greater depths as well, the longer it takes. */
  readonly rising?: boolean | undefined;
  readonly preemptions: number;
  /** Most delays of dfs (cost.ts), in place of preemptions. */
  readonly delays?: number | undefined;
  readonly checkers: readonly string[];
  /** Numbers of the executions: from `first` up to below `last`. */
  readonly first: number;
  readonly last: number;
  readonly durationMs?: number | undefined;
  /** Whether a state met before is not gone on from (stateful.ts): for dfs without a bound and dpor, of modules. */
  readonly stateful?: boolean | undefined;
  /** `js`: nothing runs inside WebAssembly. What comes out is the same. */
  readonly engine?: Engine | undefined;
  /** Words that invariant() is known to read; by default they are learned (watched.ts). */
  readonly watched?: readonly number[] | undefined;
  /** Steps of an execution that the strategy chooses; all of the subject's bound by default, or see deepening.ts. */
  readonly stepBound?: number | undefined;
  /** Whether the first bug ends the search. */
  readonly stopAtFirst?: boolean | undefined;
  /** Length of an execution that pct assumes; by default it is measured (length.ts). */
  readonly length?: number | undefined;
  /** The part of an exhaustive search to do. */
  readonly root?: Root | undefined;
}
