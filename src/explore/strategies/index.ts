/** The strategies by name, with what a person has to know to choose one. */
import type { Chances, Strategy } from './strategy.ts';
import type { Subject } from '../subject/subject.ts';
import { DepthFirst } from './dfs.ts';
import { Dpor } from './dpor.ts';
import type { Root } from './root.ts';
import { Pct } from './pct.ts';
import { patienceOf } from './patience.ts';
import { PartialOrderSampling } from './pos.ts';
import { RandomWalk } from './random.ts';

export interface StrategyOptions {
  readonly seed: number;
  /** Ordering constraints of pct, and whether more are tried the longer it takes. */
  readonly depth: number;
  readonly rising: boolean;
  /** Most preemptions of dfs; Infinity for all interleavings. */
  readonly preemptions: number;
  /** The same of delays, in place of preemptions. */
  readonly delays?: number | undefined;
  /** Length of an execution that pct assumes (length.ts). */
  readonly steps: number;
  /** The part of an exhaustive search to do (dpor). */
  readonly root?: Root | undefined;
  /** Chances that hold for all executions, where they are drawn. */
  readonly asked?: Partial<Chances> | undefined;
}

export interface StrategyKind {
  readonly name: string;
  readonly about: string;
  /** Tries everything within its bound and then ends by itself. */
  readonly exhaustive: boolean;
  create(subject: Subject, options: StrategyOptions): Strategy;
}

/** What is said in place of a strategy's name where several take turns (search/portfolio.ts). */
export const PORTFOLIO = 'portfolio';

/** Whether a strategy of that name tries everything within its bound and then ends by itself. */
export const isExhaustive = (name: string): boolean => strategies.some((one) => one.name === name && one.exhaustive);

export const strategies: readonly StrategyKind[] = [
  {
    name: 'random',
    about: 'random walk: any CPU at every step, with equal chances',
    exhaustive: false,
    create: (_, { seed, asked }) => new RandomWalk(seed, asked),
  },
  {
    name: 'pct',
    about: 'random priorities with --depth d - 1 change points; finds a bug of depth d with a stated chance',
    exhaustive: false,
    create: ({ cpus, stepBound }, { seed, depth, rising, steps, asked }) =>
      new Pct({ seed, depth, rising, cpus, steps, asked, patience: patienceOf(stepBound) }),
  },
  {
    name: 'pos',
    about: 'partial order sampling: a random priority for each access, drawn anew after a race',
    exhaustive: false,
    create: (subject, { seed, asked }) =>
      new PartialOrderSampling(
        seed,
        subject.cpus,
        subject.footprints(subject.watched),
        asked,
        patienceOf(subject.stepBound),
      ),
  },
  {
    name: 'dfs',
    about: 'every interleaving with at most --preemptions n or --delays n, fewest first; without a bound all',
    exhaustive: true,
    create: (_, { preemptions, delays }) =>
      delays === undefined ? new DepthFirst(preemptions) : new DepthFirst(delays, 'delays'),
  },
  {
    name: 'dpor',
    about: 'exhaustive: one execution for each order of the accesses that depend on each other (DPOR)',
    exhaustive: true,
    create: (subject, { root }) => new Dpor(subject.machine, subject.cpus, subject.footprints(subject.watched), root),
  },
];
