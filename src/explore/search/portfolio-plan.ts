/**
 * Which strategies a portfolio is made of, and what each may take. Shares were chosen by measurement (docs/explore.md).
 *
 * A module is small: reduction often tries all of it in seconds, and where it does not, a search by states may. A kernel
 * program has thousands of steps an execution, and no end of either; few of its bugs need more than one preemption. With
 * many CPUs a bug may need all of them to stand somewhere else, which few delays say and chance does not. Ordinary JavaScript
 * is small too, and slow: it has shorter turns, and reduction half of the time, since nothing goes by its states.
 */
import type { ExploreOptions } from './options.ts';
import type { Subject } from '../subject/subject.ts';
import type { Target } from '../subject/targets.ts';

/** A search that may leave nothing out, and the part of the whole budget by whose end it has to be over. */
export interface Exhaustive {
  readonly strategy: string;
  readonly stateful: boolean;
  readonly until: number;
}

export interface Plan {
  /** One after the other, until one comes to its end. What one leaves of its share is the next one's. */
  readonly exhaustive: readonly Exhaustive[];
  /** In turns, for whatever is left. */
  readonly lanes: readonly ExploreOptions[];
}

/** Preemptions or delays of dfs, which begins anew with one more as long as it is given turns. */
const MOST_BOUND = 1_000;
/** With more of them the executions without any preemption are too many, and those with few delays are not. */
const FEW_CPUS = 4;
const DPOR: Exhaustive = { strategy: 'dpor', stateful: false, until: 1 / 4 };
const DPOR_ALONE: Exhaustive = { ...DPOR, until: 1 / 2 };
const STATES: Exhaustive = { strategy: 'dpor', stateful: true, until: 1 / 2 };

/** Whether something of it happens by a chance that is named. */
const isDrawn = (target: Target): boolean =>
  target.kind === 'scenario' && [target.faults?.setting, target.ticks].some((one) => one?.startsWith('rate:') === true);

/** States are told apart without anybody watching executions: where somebody must, there is no search of them. */
export function planOf(subject: Subject, options: ExploreOptions): Plan {
  const bound = subject.cpus > FEW_CPUS ? { delays: MOST_BOUND } : { preemptions: MOST_BOUND };
  const lane = (strategy: string): ExploreOptions => ({ ...options, ...bound, strategy });
  if (subject.profile !== null) {
    // A chance says nothing to a search that tries everything.
    const drawn = isDrawn(options.target);
    return { exhaustive: [], lanes: (drawn ? ['pct', 'pos', 'random'] : ['pct', 'pos', 'dfs', 'random']).map(lane) };
  }
  const isWatched = options.checkers.length > 0 || subject.standing.length > 0 || subject.stepped === undefined;
  // Its work is not measured in executions: only time bounds it.
  const states = isWatched || options.durationMs === undefined ? [] : [STATES];
  const many = subject.cpus > FEW_CPUS ? ['dfs'] : [];
  return {
    exhaustive: isSlow(subject) ? [DPOR_ALONE] : [DPOR, ...states],
    lanes: ['random', 'pct', 'pos', ...many].map(lane),
  };
}

/** Of what is asked for in executions, the part of each lane's first turn at most, and that of dpor. */
export const FIRST_TURN = 1 / 16;

/** Whether every execution begins from nothing, with the program read anew. */
export const isSlow = ({ profile, stepped }: Pick<Subject, 'profile' | 'stepped'>): boolean =>
  profile === null && stepped === undefined;

/** Steps of a turn: first, and as many at most when turns have doubled. */
const FIRST_STEPS = 20_000;
const FIRST_SLOW_STEPS = 4_000;
const MOST_STEPS = 256_000;

/** Executions of a turn, of so many steps each: strategies have equal work and not equal numbers. */
export function turnOf(subject: Subject, round: number, steps: number): number {
  const first = isSlow(subject) ? FIRST_SLOW_STEPS : FIRST_STEPS;
  return Math.max(2, Math.ceil(Math.min(MOST_STEPS, first * 2 ** round) / steps));
}

/** States that are kept, at most: each takes some 32 bytes. */
export const MOST_STATES = 16_000_000;
