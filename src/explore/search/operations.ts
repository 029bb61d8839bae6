/**
 * A search of the scenarios of a module that declares operations, from small to large. Each is a module of its own and is
 * searched by itself: first as far as a few executions go, which is the end of most; then, of those that are left, each with a
 * share of the budget. It ends with the first scenario in which something is wrong.
 *
 * What is said of a size: how many scenarios it has, how many were begun, and how many were covered whole, by a search that
 * left nothing out. It is a proof only when these numbers are one.
 */
import { isBug } from '../../check/evidence/ledger.ts';
import type { Scenario } from '../../stepper/module/operations-text.ts';
import type { OperationsTarget } from '../subject/operations-target.ts';
import type { Subject } from '../subject/subject.ts';
import type { Target } from '../subject/targets.ts';
import { isExhaustive, PORTFOLIO } from '../strategies/index.ts';
import { runCampaign } from './campaign.ts';
import type { SearchProgress } from './control.ts';
import { type ExploreControl, exploreSubject } from './explore.ts';
import { mergeResults } from './merge.ts';
import type { ExploreOptions } from './options.ts';
import { runPortfolio } from './portfolio.ts';
import type { FoundBug, SearchResult } from './result.ts';
import { scenarioCount, scenariosOf, type Size, sizesUpTo } from './scenarios.ts';

/** Executions that a scenario may take at first: most need fewer. */
const FIRST_EXECUTIONS = 2_000;
/** Of one that is only sampled, when no number is given. */
const SAMPLED_EXECUTIONS = 200;
const KEPT_RESULTS = 64;

export interface OperationsOptions {
  /** Of the module itself: what is searched is not its target but what is made of it. */
  readonly explore: ExploreOptions;
  /** What is to be covered whole. */
  readonly size: Size;
  /** Larger ones, to be looked at with the time that is left. */
  readonly beyond: Size | undefined;
  readonly jobs: number;
}

/** What came of the scenarios of a size. */
export interface SizeResult extends Size {
  readonly beyond: boolean;
  readonly scenarios: number;
  readonly begun: number;
  readonly covered: number;
  readonly result: SearchResult;
  readonly seconds: number;
}

/** A scenario in which something is wrong. */
export interface FailedScenario {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly subject: Subject;
  readonly bugs: readonly FoundBug[];
}

export interface OperationsResult {
  readonly sizes: readonly SizeResult[];
  readonly failed: FailedScenario | undefined;
}

export interface OperationsControl extends Pick<ExploreControl, 'stopped' | 'onProgress'> {
  /** Told of a bug at once. */
  readonly onBug: (bug: FoundBug, target: Target, subject: Subject) => void;
  /** Told of each size that is begun, and when it is done. */
  readonly onSize: (sizes: readonly SizeResult[]) => void;
}

export async function searchOperations(
  module: OperationsTarget,
  options: OperationsOptions,
  control: OperationsControl,
): Promise<OperationsResult> {
  return await new OperationsSearch(module, options, control).run();
}

/** Whether a search left nothing out. */
function isCovered(
  { end, executions, bounded, grown = [], proof }: SearchResult,
  { strategy, preemptions, delays }: ExploreOptions,
): boolean {
  if (strategy === PORTFOLIO ? proof === undefined : !isExhaustive(strategy)) return false;
  if (strategy === 'dfs' && (Number.isFinite(preemptions) || delays !== undefined)) return false;
  return end === 'exhausted' && executions > 0 && bounded === 0 && grown.length === 0;
}

class OperationsSearch {
  readonly #module: OperationsTarget;
  readonly #options: OperationsOptions;
  readonly #control: OperationsControl;
  readonly #startedAt = performance.now();
  readonly #sizes: SizeResult[] = [];
  #failed: FailedScenario | undefined;
  #executions = 0;
  #steps = 0;

  constructor(module: OperationsTarget, options: OperationsOptions, control: OperationsControl) {
    this.#module = module;
    this.#options = options;
    this.#control = control;
  }

  async run(): Promise<OperationsResult> {
    const { size, beyond } = this.#options;
    const asked = sizesUpTo(size);
    // One that there is no time for is told as one of which nothing is covered.
    for (const one of asked) if (this.#failed === undefined) await this.#searchSize(one, false);
    // What is to be covered whole takes all there is.
    const isCoveredWhole = this.#sizes.every(({ scenarios, covered }) => scenarios === covered);
    const larger = beyond === undefined || !isCoveredWhole ? [] : sizesUpTo(beyond);
    for (const one of larger) {
      if (asked.some(({ cpus, calls }) => cpus === one.cpus && calls === one.calls)) continue;
      if (!this.#isOver) await this.#searchSize(one, true);
    }
    return { sizes: this.#sizes, failed: this.#failed };
  }

  async #searchSize(size: Size, beyond: boolean): Promise<void> {
    const { operations } = this.#module;
    const { seed } = this.#options.explore;
    const count = operations.all.length;
    const startedAt = performance.now();
    let begun = 0;
    let covered = 0;
    let results: SearchResult[] = [];
    const left: Scenario[] = [];
    const keep = (result: SearchResult): void => {
      results.push(result);
      if (results.length >= KEPT_RESULTS) results = [mergeResults(results)];
    };
    const scenarios = scenarioCount(count, size, operations.symmetric);
    const nothing: SearchResult = { ...mergeResults([]), end: 'stopped' };
    const now = { ...size, beyond, scenarios, begun, covered, result: nothing, seconds: 0 };
    this.#control.onSize([...this.#sizes, now]);
    for (const scenario of scenariosOf(count, size, operations.symmetric, seed)) {
      if (this.#isOver) break;
      begun++;
      const { result, isWhole } = await this.#first(scenario);
      keep(result);
      if (isWhole) covered++;
      else left.push(scenario);
    }
    for (const [i, scenario] of left.entries()) {
      if (this.#isOver) break;
      const { result, isWhole } = await this.#again(scenario, left.length - i + (beyond ? 1 : 0));
      keep(result);
      if (isWhole) covered++;
    }
    const merged = mergeResults(results);
    const isWhole = covered === scenarios;
    // One that met a smaller bound of executions first was searched again.
    const end = isWhole ? 'exhausted' : this.#endOf(merged);
    const result: SearchResult = { ...merged, end, ...(isWhole ? { bounded: 0, cutAt: [], grown: [] } : {}) };
    const seconds = (performance.now() - startedAt) / 1000;
    this.#sizes.push({ ...size, beyond, scenarios, begun, covered, result, seconds });
    this.#control.onSize(this.#sizes);
  }

  #endOf({ end }: SearchResult): SearchResult['end'] {
    if (this.#failed !== undefined) return 'found';
    if (this.#control.stopped?.() === true) return 'stopped';
    if (this.#msLeft <= 0) return 'duration';
    return end === 'exhausted' ? 'executions' : end;
  }

  /** As far as a few executions go. */
  async #first(scenario: Scenario): Promise<{ readonly result: SearchResult; readonly isWhole: boolean }> {
    const { strategy: asked } = this.#options.explore;
    const strategy = asked === PORTFOLIO ? 'dpor' : asked;
    const most = isExhaustive(strategy) ? FIRST_EXECUTIONS : SAMPLED_EXECUTIONS;
    return await this.#search(scenario, strategy, most, this.#msLeft);
  }

  /** What was not over then, and is one of so many. */
  async #again(scenario: Scenario, of: number): Promise<{ readonly result: SearchResult; readonly isWhole: boolean }> {
    const { strategy } = this.#options.explore;
    const { result, isWhole } = await this.#search(scenario, strategy, this.#executionsLeft / of, this.#msLeft / of);
    return { result, isWhole };
  }

  async #search(
    scenario: Scenario,
    strategy: string,
    most: number,
    ms: number,
  ): Promise<{ readonly result: SearchResult; readonly isWhole: boolean }> {
    const { explore, jobs } = this.#options;
    const [target, subject] = [this.#module.targetOf(scenario), this.#module.subjectOf(scenario)];
    const last = Math.max(1, Math.min(most, this.#executionsLeft, Number.MAX_SAFE_INTEGER));
    const one: ExploreOptions = {
      ...explore,
      target,
      strategy,
      first: 0,
      last: Math.ceil(last),
      durationMs: Number.isFinite(ms) ? Math.max(1, ms) : undefined,
      stopAtFirst: true,
    };
    const control: ExploreControl = {
      stopped: this.#control.stopped,
      onProgress: (now) => this.#tell(now),
      onBug: (bug) => this.#control.onBug(bug, target, subject),
    };
    const result =
      strategy === PORTFOLIO
        ? await runPortfolio({ explore: one, subject, jobs }, control)
        : jobs > 1 && isExhaustive(strategy)
          ? await runCampaign({ explore: one, subject, jobs }, control)
          : await exploreSubject(subject, one, control);
    this.#executions += result.executions;
    this.#steps += result.steps;
    if (result.bugs.some(isBug)) this.#failed = { scenario, target, subject, bugs: result.bugs };
    return { result, isWhole: isCovered(result, one) };
  }

  #tell({ executions, steps }: SearchProgress): void {
    this.#control.onProgress?.({
      executions: this.#executions + executions,
      steps: this.#steps + steps,
      bugs: 0,
      seconds: (performance.now() - this.#startedAt) / 1000,
    });
  }

  get #msLeft(): number {
    const { durationMs = Number.POSITIVE_INFINITY } = this.#options.explore;
    return durationMs - (performance.now() - this.#startedAt);
  }

  get #executionsLeft(): number {
    const { last } = this.#options.explore;
    return last < Number.MAX_SAFE_INTEGER ? last - this.#executions : Number.POSITIVE_INFINITY;
  }

  get #isOver(): boolean {
    if (this.#failed !== undefined || this.#control.stopped?.() === true) return true;
    return this.#msLeft <= 0 || this.#executionsLeft <= 0;
  }
}
