/** The search behind `tasklock explore` for a module that declares operations: the scenarios, the first that fails, its report. */
import type { Write } from '../explore/search/checkpoint.ts';
import type { FoundBug, SearchResult } from '../explore/search/result.ts';
import type { Identity } from '../explore/search/identity.ts';
import {
  type FailedScenario,
  type OperationsOptions,
  searchOperations,
  type SizeResult,
} from '../explore/search/operations.ts';
import { shrunkScenario } from '../explore/minimize/minimize-scenario.ts';
import type { OperationsTarget } from '../explore/subject/operations-target.ts';
import type { Subject } from '../explore/subject/subject.ts';
import type { Target } from '../explore/subject/targets.ts';
import { isExhaustive, PORTFOLIO } from '../explore/strategies/index.ts';
import type { ExploreReport, ShownBug, TargetReport } from '../report/explore-report.ts';
import { sizeText } from '../report/scenario-sizes.ts';
import { grouped } from '../report/table.ts';
import { openCheckpoint, saver } from './checkpoints.ts';
import { Budget } from './explore-budget.ts';
import { EXIT_DEFECT } from './exit-codes.ts';
import { exitCode, type Form, reportText } from './explore-ending.ts';
import { Found } from './explore-found.ts';
import type { Keeper } from './keeper.ts';
import { ProgressLine } from './progress.ts';
import { keep, stopped, warn } from './thread.ts';

export interface OperationsRunOptions {
  readonly module: OperationsTarget;
  readonly search: OperationsOptions;
  readonly checkpoint: string | undefined;
  /** Who writes it, where the process may not. */
  readonly write: Write | undefined;
  readonly identity: Identity;
  /** The command as it was typed, but for strategy and budget. */
  readonly again: string;
  readonly minimize: boolean;
  readonly form: Form;
  readonly quiet: boolean;
}

/** Of the time that is left, for making the scenario smaller; the rest is for the interleaving. */
const SHRINK_SHARE = 1 / 2;

export class OperationsRun {
  readonly #options: OperationsRunOptions;
  readonly #keeper: Keeper;
  readonly #progress: ProgressLine;
  readonly #startedAt = performance.now();
  readonly #budget: Budget;
  #sizes: readonly SizeResult[] = [];
  #found: Found | undefined;

  constructor(options: OperationsRunOptions, keeper: Keeper) {
    this.#options = options;
    this.#keeper = keeper;
    this.#progress = new ProgressLine(options.quiet);
    this.#budget = new Budget(options.search.explore.durationMs, true);
  }

  /** Everything that was asked for, or until a signal: what there is to print, and the exit code. */
  async run(): Promise<{ readonly text: string; readonly code: number }> {
    const { module, search } = this.#options;
    const { explore, size } = search;
    this.#budget.next(1);
    this.#tellNotes();
    this.#progress.start(`${explore.target.name}, ${explore.strategy}, seed ${explore.seed}`);
    const { checkpoint: file, identity, write } = this.#options;
    const checkpoint = openCheckpoint(file, identity, module.subjectOf([[0]]), write);
    const save = saver();
    const onPart = checkpoint && ((part: number, result: SearchResult) => save(() => checkpoint.add(part, result)));
    const parts = checkpoint === undefined ? {} : { done: checkpoint.done, onPart };
    const { sizes, failed } = await searchOperations(
      module,
      { ...search, ...parts },
      {
        stopped,
        onProgress: ({ seconds, executions }) =>
          this.#progress.update(seconds, () => {
            return `${grouped(executions)} executions  ${sizeText(this.#sizes.at(-1) ?? size)}`;
          }),
        onBug: (bug, target, subject) => this.#meet(bug, target, subject),
        onSize: (all) => {
          this.#sizes = all;
          this.#keepSoFar();
        },
      },
    ).finally(() => this.#progress.end());
    if (checkpoint !== undefined) save(() => checkpoint.save());
    this.#sizes = sizes;
    if (failed !== undefined) await this.#finish(failed);
    const report = this.#report(stopped());
    return {
      text: reportText(report, this.#options.form),
      code: this.#found?.failed === true ? EXIT_DEFECT : exitCode(report, false),
    };
  }

  #tellNotes(): void {
    for (const note of this.#options.module.subjectOf([[0]]).notes ?? []) warn(`note: ${note}`);
  }

  #meet(bug: FoundBug, target: Target, subject: Subject): void {
    this.#found ??= this.#foundIn(target, subject);
    this.#found.add(bug);
  }

  #foundIn(target: Target, subject: Subject): Found {
    const { explore } = this.#options.search;
    return new Found({ ...explore, target }, subject, this.#keeper, () => this.#keepSoFar());
  }

  /** The scenario made small, then the interleaving. */
  async #finish(failed: FailedScenario): Promise<void> {
    const { module, search, minimize } = this.#options;
    const [first] = failed.bugs;
    if (first === undefined) return;
    const now = performance.now();
    const until = this.#budget.simplifyUntil(1);
    const isLate = (): boolean => stopped() || performance.now() >= now + SHRINK_SHARE * (until - now);
    const onAttempt = (tried: number): void =>
      this.#progress.update((performance.now() - now) / 1000, () => `making it simpler  ${grouped(tried)} tried`);
    const control = { stopped: isLate, onAttempt };
    const small = minimize ? await shrunkScenario(module, failed, first.title, search.explore, control) : failed;
    const found = this.#foundIn(small.target, small.subject);
    for (const bug of small.bugs.filter(({ title }) => title === first.title)) {
      await found.finish(bug, minimize, { until, onAttempt });
    }
    this.#found = found;
    this.#progress.end();
  }

  #keepSoFar(): void {
    const report = this.#report(true);
    keep(reportText(report, this.#options.form), exitCode(report, false));
  }

  #report(interrupted: boolean): ExploreReport {
    const { search, identity, again } = this.#options;
    const { strategy, seed } = search.explore;
    const bugs = this.#found?.shown ?? [];
    const targets = this.#sizes.map((size, i) => this.#sizeReport(size, i === this.#sizes.length - 1 ? bugs : []));
    return {
      identity,
      again,
      exhaustive: isExhaustive(strategy),
      seed,
      targets,
      left: 0,
      interrupted,
      seconds: (performance.now() - this.#startedAt) / 1000,
    };
  }

  #sizeReport(size: SizeResult, bugs: readonly ShownBug[]): TargetReport {
    const { cpus, scenarios, covered, resumed, result, proofs, byStates, seconds } = size;
    const { strategy: asked } = this.#options.search.explore;
    const strategy = asked === PORTFOLIO ? 'dpor' : asked;
    const proof = scenarios === covered ? { strategy, stateful: byStates, result: proofs, seconds } : undefined;
    return {
      scenario: sizeText(size),
      cpus,
      profile: null,
      mutant: null,
      bugs,
      result: { ...result, bugs: result.bugs.length === 0 ? bugs : result.bugs, proof },
      statesCounted: true,
      resumed,
      seconds,
      size,
    };
  }
}
