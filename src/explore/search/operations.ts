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
import type { MakeRunners } from './part-runners.ts';
import { runPortfolio } from './portfolio.ts';
import { isSlow } from './portfolio-plan.ts';
import type { FoundBug, SearchResult, Share } from './result.ts';
import { isNamed, MOST_DRAWN, scenarioCount, scenariosOf, type Size, sizesUpTo } from './scenarios.ts';

/** Executions that a scenario may take at first: most need fewer. */
const FIRST_EXECUTIONS = 2_000;
/** Of one that is only sampled, when no number is given. */
const SAMPLED_EXECUTIONS = 200;
const KEPT_RESULTS = 64;
/** Of one whose executions take milliseconds, before others help: every scenario is made anew in each of their processes. */
const SLOW_ALONE = 1_000;

/** All of it. */
const WHOLE = { index: 0, of: 1 };

/** A scenario, and the number that its first search goes by; the one behind that is its second's. */
interface Numbered {
  readonly scenario: Scenario;
  readonly part: number;
}

export interface OperationsOptions {
  /** Of the module itself: what is searched is not its target but what is made of it. */
  readonly explore: ExploreOptions;
  /** What is to be covered whole. */
  readonly size: Size;
  /** Larger ones, to be looked at with the time that is left. */
  readonly beyond: Size | undefined;
  readonly jobs: number;
  /** Only scenarios whose number among those of their size leaves this rest. */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
  /** Searches of scenarios that are done already, by number, and who is told of each more. */
  readonly done?: ReadonlyMap<number, SearchResult> | undefined;
  readonly onPart?: ((part: number, result: SearchResult) => void) | undefined;
  /** Who runs parts of a search, where threads must not. */
  readonly runners?: MakeRunners | undefined;
}

/** What came of the scenarios of a size. */
export interface SizeResult extends Size {
  readonly beyond: boolean;
  /** Of a shard its own; whether they were drawn of more than are named. */
  readonly scenarios: number;
  readonly drawn: boolean;
  readonly begun: number;
  readonly covered: number;
  /** Executions that an earlier sitting made. */
  readonly resumed: number;
  readonly result: SearchResult;
  /** Of the searches that covered one whole, and whether some of them went by states. */
  readonly proofs: SearchResult;
  readonly byStates: boolean;
  readonly seconds: number;
}

/** A search of one scenario, and the part of it that left nothing out. */
interface Searched {
  readonly result: SearchResult;
  readonly proof: Pick<Share, 'result' | 'stateful'> | undefined;
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

/** What of a search left nothing out; undefined when it did leave something. */
function proofOf(result: SearchResult, { strategy, preemptions, delays }: ExploreOptions): Searched['proof'] {
  const { end, executions, bounded, grown = [], withheld = [], proof } = result;
  if (strategy !== PORTFOLIO && !isExhaustive(strategy)) return undefined;
  if (strategy === 'dfs' && (Number.isFinite(preemptions) || delays !== undefined)) return undefined;
  if (end !== 'exhausted' || executions === 0 || bounded > 0 || grown.length + withheld.length > 0) return undefined;
  return strategy === PORTFOLIO ? proof : { result, stateful: false };
}

/** Results of many searches as one, put together whenever they have become many. */
class Results {
  #all: SearchResult[] = [];
  #states = 0;

  add(result: SearchResult): void {
    this.#states += Number(result.facts['states'] ?? 0);
    this.#all.push(result);
    if (this.#all.length >= KEPT_RESULTS) this.#all = [mergeResults(this.#all)];
  }

  get merged(): SearchResult {
    const merged = mergeResults(this.#all);
    return this.#states === 0 ? merged : { ...merged, facts: { ...merged.facts, states: this.#states } };
  }
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
  #resumed = 0;

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
    const { shard = WHOLE, explore } = this.#options;
    const count = operations.all.length;
    const startedAt = performance.now();
    let begun = 0;
    let covered = 0;
    let byStates = false;
    const resumedBefore = this.#resumed;
    const [results, proofs] = [new Results(), new Results()];
    const left: Numbered[] = [];
    /** True when it was covered whole. */
    const keep = ({ result, proof }: Searched): boolean => {
      results.add(result);
      if (proof === undefined) return false;
      proofs.add(proof.result);
      byStates ||= proof.stateful;
      covered++;
      return true;
    };
    const all = scenarioCount(count, size, operations.symmetric);
    const scenarios = Math.max(0, Math.ceil((all - shard.index) / shard.of));
    const drawn = !isNamed(all);
    const told = { ...size, beyond, scenarios, drawn };
    const nothing: SearchResult = { ...mergeResults([]), end: 'stopped' };
    const now = { ...told, begun, covered, resumed: 0, result: nothing, proofs: nothing, byStates, seconds: 0 };
    this.#control.onSize([...this.#sizes, now]);
    let i = 0;
    for (const scenario of scenariosOf(count, size, operations.symmetric, explore.seed)) {
      if (this.#isOver) break;
      const one = { scenario, part: 2 * (this.#sizes.length * MOST_DRAWN + i) };
      if (i++ % shard.of !== shard.index) continue;
      begun++;
      if (!keep(await this.#first(one))) left.push(one);
    }
    for (const [n, { scenario, part }] of left.entries()) {
      if (this.#isOver) break;
      keep(await this.#again({ scenario, part: part + 1 }, left.length - n + (beyond ? 1 : 0)));
    }
    const { merged } = results;
    const isWhole = covered === scenarios;
    // One that met a smaller bound of executions first was searched again.
    const end = isWhole ? 'exhausted' : this.#endOf(merged);
    const result: SearchResult = { ...merged, end, ...(isWhole ? { bounded: 0, cutAt: [], grown: [] } : {}) };
    const seconds = (performance.now() - startedAt) / 1000;
    const resumed = this.#resumed - resumedBefore;
    this.#sizes.push({ ...told, begun, covered, resumed, result, proofs: proofs.merged, byStates, seconds });
    this.#control.onSize(this.#sizes);
  }

  #endOf({ end }: SearchResult): SearchResult['end'] {
    if (this.#failed !== undefined) return 'found';
    if (this.#control.stopped?.() === true) return 'stopped';
    if (this.#msLeft <= 0) return 'duration';
    return end === 'exhausted' ? 'executions' : end;
  }

  /** As far as a few executions go. */
  async #first(one: Numbered): Promise<Searched> {
    const { strategy: asked } = this.#options.explore;
    const strategy = asked === PORTFOLIO ? 'dpor' : asked;
    const most = isExhaustive(strategy) ? FIRST_EXECUTIONS : SAMPLED_EXECUTIONS;
    return await this.#searchOrTake(one, strategy, most, this.#msLeft);
  }

  /** What was not over then, and is one of so many. */
  async #again(one: Numbered, of: number): Promise<Searched> {
    const { strategy } = this.#options.explore;
    return await this.#searchOrTake(one, strategy, this.#executionsLeft / of, this.#msLeft / of);
  }

  /** One that is done already is taken as it is; one that came to the end of what it was given, and of no time, is kept. */
  async #searchOrTake({ scenario, part }: Numbered, strategy: string, most: number, ms: number): Promise<Searched> {
    const { explore, done, onPart } = this.#options;
    const kept = done?.get(part);
    if (kept !== undefined) {
      this.#resumed += kept.executions;
      this.#count(kept);
      return { result: kept, proof: proofOf(kept, { ...explore, strategy }) };
    }
    const searched = await this.#search(scenario, strategy, most, ms);
    const { end } = searched.result;
    if (end === 'exhausted' || (end === 'executions' && part % 2 === 0)) onPart?.(part, searched.result);
    return searched;
  }

  async #search(scenario: Scenario, strategy: string, most: number, ms: number): Promise<Searched> {
    const { explore, jobs, runners } = this.#options;
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
        ? await runPortfolio({ explore: one, subject, jobs, runners }, control)
        : jobs > 1 && isExhaustive(strategy)
          ? await runCampaign(
              { explore: one, subject, jobs, runners, alone: isSlow(subject) ? SLOW_ALONE : undefined },
              control,
            )
          : await exploreSubject(subject, one, control);
    this.#count(result);
    if (result.bugs.some(isBug)) this.#failed = { scenario, target, subject, bugs: result.bugs };
    return { result, proof: proofOf(result, one) };
  }

  #count({ executions, steps }: SearchResult): void {
    this.#executions += executions;
    this.#steps += steps;
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
