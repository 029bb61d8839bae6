/**
 * A search: executions of one subject under one strategy, one after the other, until the strategy has none left, the
 * budget is used up, or the caller says stop. Bugs are told apart by title; of each the first execution is kept.
 *
 * Executions are numbered from 0 (people are told one more), and a random strategy's execution depends on nothing but seed and number, so a search
 * may take any part of the numbers: parts put together give what one search of all gives.
 *
 * The 1st, 2nd, 4th, 8th, ... execution and every one that ends in a new bug run a second time by their decisions; another
 * end than the first time is our own defect.
 */
import { isBug, knownOf, outranks } from '../../check/evidence/ledger.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import { hashText, stateNumber } from '../../stepped/state.ts';
import { type SearchControl, type SearchCounts, searchBreather } from './control.ts';
import type { FoundBug, SearchEnd, SearchResult } from './result.ts';
import type { Engine } from '../../machine/engine.ts';
import { type Ended, Reference } from './reference.ts';
import { Sprint } from './sprint.ts';
import { isLess } from '../strategies/least-order.ts';
import { type Bug, type Outcome, Runner } from '../run/runner.ts';
import { Replay } from '../strategies/replay.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Subject } from '../subject/subject.ts';

export interface SearchOptions extends SearchControl {
  readonly subject: Subject;
  readonly strategy: Strategy;
  /** What bugs say that found them. */
  readonly name?: string;
  readonly observers: readonly Observer[];
  /** Whether to tell final states apart: for a large machine that takes as long as an execution. */
  readonly countStates: boolean;
  /** Numbers of the executions to count: from `first` up to below `last`. */
  readonly first?: number;
  readonly last: number;
  /** Steps that the strategy chooses; see Runner. */
  readonly stepBound?: number | undefined;
  /** Whether the first bug ends the search. */
  readonly stopAtFirst?: boolean | undefined;
  /** `js`: nothing runs inside WebAssembly. */
  readonly engine?: Engine | undefined;
}

/** Places that are named where executions met the step bound. */
export const MOST_PLACES = 3;

/** An execution did not end the same when it was run again: our own defect. */
export class NotDeterministic extends Error {}

export async function search(options: SearchOptions): Promise<SearchResult> {
  const run = new Search(options);
  const end = await run.go(
    Number.POSITIVE_INFINITY,
    searchBreather(options, () => run.counts()),
  );
  return run.result(end ?? 'executions');
}

/** What is kept of a bug besides what the runner says of it. */
type Kept = Pick<FoundBug, 'execution' | 'times' | 'order'> & { readonly decisions: Uint16Array };

/** Where orders tell executions apart: whether one comes before the one that is kept. */
function isBetter(order: Uint16Array | undefined, kept: Uint16Array | undefined): boolean {
  return order !== undefined && (kept === undefined || isLess(order, kept));
}

/** A search that can be left after any execution and gone on with. */
export class Search {
  readonly #options: SearchOptions;
  readonly #runner: Runner;
  /** Runs decisions from the beginning on, and with those of the opening in front of the others. */
  readonly #whole: Runner;
  /** Runs decisions again: without observers, which may remember. */
  readonly #plain: Runner;
  readonly #states = new Set<number>();
  readonly #bugs = new Map<string, FoundBug>();
  readonly #first: number;
  readonly #sprint: Sprint;
  readonly #reference: Reference | undefined;
  /** An execution that is to be compared with the reference. */
  #toCompare: Ended | undefined;
  #executions = 0;
  #redundant = 0;
  #repeated = 0;
  #bounded = 0;
  readonly #cutAt = new Set<string>();
  #steps = 0;
  #syscalls = 0;
  #failures = 0;
  #failing = 0;
  #checkAt = 1;
  #hasBug = false;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#runner = new Runner(options.subject, options.observers, options.stepBound, true);
    this.#whole = new Runner(options.subject, options.observers);
    this.#plain = new Runner(options.subject, []);
    this.#first = options.first ?? 0;
    this.#reference = Reference.of(options.subject);
    this.#sprint = new Sprint({ ...options, bound: options.stepBound ?? options.subject.stepBound });
  }

  /** Executions run so far, those that do not count among them. */
  get runs(): number {
    return this.#executions + this.#redundant + this.#repeated;
  }

  /** Goes on until so many executions were run in all; why it ended before that, if it did. */
  async go(runs: number, breathe: () => Promise<SearchEnd | undefined>): Promise<SearchEnd | undefined> {
    while (this.runs < runs) {
      if (this.#options.more !== undefined && this.#isSpent()) {
        await this.#options.more();
        if (this.#options.stopped?.() === true) return 'stopped';
      }
      const hasRun = this.#inside(runs);
      const end = this.#next();
      if (end !== undefined) return end;
      if (this.#toCompare !== undefined) await this.#compare(this.#toCompare);
      if (this.#options.stopAtFirst === true && this.#hasBug) return 'found';
      // A look at the clock costs as much as a short execution, and so does waiting for nothing.
      if (!hasRun && (this.runs & 63) !== 1 && this.#steps < 1000 * this.runs) continue;
      const over = await breathe();
      if (over !== undefined) return over;
    }
    return undefined;
  }

  /** Runs executions inside up to one that is for the machine; whether there were many. */
  #inside(runs: number): boolean {
    if (this.#sprint.isOver) return false;
    const { last, strategy } = this.#options;
    const made = this.#executions;
    const from = this.#first + made;
    const most = Math.min(last - from, runs - 1 - this.runs, Sprint.ahead(made));
    const slice = this.#sprint.run(from, from + most, (state) => this.#states.add(state));
    if (slice === undefined || slice.next === from) return false;
    this.#executions += slice.next - from;
    this.#steps += slice.steps;
    strategy.end(slice.longest, false);
    return true;
  }

  async #compare(ended: Ended): Promise<void> {
    this.#toCompare = undefined;
    await this.#reference?.compare(ended);
  }

  counts(): SearchCounts {
    return { executions: this.#executions, steps: this.#steps, bugs: this.#bugs.size, about: this.#about() };
  }

  #about(): number | undefined {
    const done = this.#options.strategy.done?.() ?? 0;
    return done > 0 && done < 1 ? Math.max(this.#executions, Math.round(this.#executions / done)) : undefined;
  }

  /** One execution; the reason when there is none left to run. */
  #next(): SearchEnd | undefined {
    const { strategy, subject, last } = this.#options;
    const index = this.#first + this.#executions;
    // With as many as there are, nothing is left.
    if (index >= last || !this.#takeOne()) return strategy.begin(index) ? 'executions' : 'exhausted';
    const outcome = this.#runner.run(strategy, index);
    if (outcome === undefined || outcome.ending === 'cut' || outcome.ending === 'again') this.#giveBack();
    if (outcome === undefined) return 'exhausted';
    this.#steps += outcome.steps;
    if (outcome.ending === 'cut') this.#redundant++;
    else if (outcome.ending === 'again') this.#repeated++;
    else {
      this.#executions++;
      if (outcome.ending === 'bound') this.#meetBound(outcome.cutAt);
      this.#syscalls += subject.syscalls();
      this.#countFailures(subject.failures?.() ?? 0);
      this.#take(outcome, index);
    }
    return undefined;
  }

  #countFailures(failures: number): void {
    this.#failures += failures;
    if (failures > 0) this.#failing++;
  }

  /** Whether this part and the others together have run as many as they may. */
  #isSpent(): boolean {
    return this.#options.left !== undefined && Atomics.load(this.#options.left, 0) <= 0;
  }

  /** Takes one of the executions that parts may run together, before it is run: two must not run the last one. */
  #takeOne(): boolean {
    const { left } = this.#options;
    if (left === undefined || Atomics.sub(left, 0, 1) > 0) return true;
    this.#giveBack();
    return false;
  }

  #giveBack(): void {
    const { left } = this.#options;
    if (left !== undefined) Atomics.add(left, 0, 1);
  }

  #meetBound(place: string): void {
    this.#bounded++;
    if (this.#cutAt.size < MOST_PLACES) this.#cutAt.add(place);
  }

  #take(outcome: Outcome, index: number): void {
    const { subject, strategy, countStates } = this.#options;
    const { machine } = subject;
    if (countStates) this.#states.add(stateNumber(machine.hash()));
    const least = outcome.bugs.length > 0 ? strategy.leastOrder?.() : undefined;
    const order = least && this.#runner.fromBeginning(least);
    const better: Bug[] = [];
    for (const bug of outcome.bugs) {
      const before = this.#bugs.get(bug.title);
      if (before !== undefined) before.times++;
      if (before === undefined || !isBug(before) || isBetter(order, before.order)) better.push(bug);
    }
    const checked = this.#executions === this.#checkAt;
    if (checked) this.#checkAt *= 2;
    if (Sprint.compares(this.#executions)) this.#sprint.compare(index, outcome, () => machine.hash());
    const compared = this.#reference?.counts() === true;
    if (better.length === 0 && !checked && !compared) return;
    const decisions = this.#runner.decisions.slice(0, outcome.steps);
    if (compared) this.#toCompare = { ...outcome, index, decisions, hash: hashText(machine.hash()) };
    const isNew = better.some((bug) => bug.step === outcome.steps && !this.#bugs.has(bug.title));
    if (checked || isNew) this.#again(decisions, outcome, index, hashText(machine.hash()));
    for (const bug of better) {
      const before = this.#bugs.get(bug.title);
      if (before !== undefined && !this.#replaces(bug, before, decisions, order)) continue;
      const times = before?.times ?? 1;
      const execution = strategy.leastOrder === undefined ? index : null;
      const shown = order === undefined ? undefined : this.#inOrder(bug, order, outcome.steps);
      this.#keep(shown ?? bug, { execution, times, order, decisions: shown && order ? order : decisions });
    }
  }

  /** A bug hides behind no known finding of the same title; of two that are alike in that the least order is kept. */
  #replaces(bug: Bug, before: FoundBug, decisions: Uint16Array, order: Uint16Array | undefined): boolean {
    const { subject } = this.#options;
    if (subject.profile === null) return true;
    this.#plain.run(new Replay(decisions.slice(0, bug.step), true), 0);
    const known = knownOf(subject.profile, bug.title, subject.moment(bug));
    return outranks({ known }, before) ?? isBetter(order, before.order);
  }

  /** The bug as the least order of its execution shows it; undefined when what an observer saw does not show there. */
  #inOrder(bug: Bug, order: Uint16Array, steps: number): Bug | undefined {
    if (bug.step === steps) return bug;
    const again = this.#whole.run(new Replay(order, false), 0, bug.title);
    return again?.bugs.find(({ title }) => title === bug.title);
  }

  /** Goes to the state that showed the bug, and keeps what there is to see. */
  #keep(bug: Bug, { decisions: all, ...rest }: Kept): void {
    const { subject } = this.#options;
    const decisions = all.slice(0, bug.step);
    this.#plain.run(new Replay(decisions, true), 0);
    const finalHash = hashText(subject.machine.hash());
    const moment = subject.moment(bug);
    const known = knownOf(subject.profile, bug.title, moment);
    const strategy = this.#options.name ?? 'a strategy of its own';
    const files = subject.files === undefined ? {} : { files: subject.files };
    const found = { ...bug, ...rest, strategy, decisions, finalHash, known, moment, ...files };
    this.#hasBug ||= isBug(found);
    const isNew = !this.#bugs.has(bug.title);
    this.#bugs.set(bug.title, found);
    if (isNew) this.#options.onBug?.(found);
  }

  /** The same execution once more, which must end the same. */
  #again(decisions: Uint16Array, { steps }: Outcome, index: number, finalHash: string): void {
    const again = this.#plain.run(new Replay(decisions, true), 0);
    const hash = hashText(this.#options.subject.machine.hash());
    if (again?.steps === steps && hash === finalHash) return;
    throw new NotDeterministic(
      `execution ${index + 1} ended after ${steps} steps in state ${finalHash}, ` +
        `and when run again after ${again?.steps} steps in state ${hash}`,
    );
  }

  result(end: SearchEnd): SearchResult {
    const about = this.#options.strategy.exhausted ? undefined : this.#about();
    return {
      ...(about === undefined ? {} : { about }),
      executions: this.#executions,
      redundant: this.#redundant,
      repeated: this.#repeated,
      bounded: this.#bounded,
      stepBound: this.#options.stepBound ?? this.#options.subject.stepBound,
      cutAt: [...this.#cutAt],
      steps: this.#steps,
      syscalls: this.#syscalls,
      ...(this.#failures > 0 ? { failures: this.#failures, failing: this.#failing } : {}),
      states: this.#states,
      bugs: [...this.#bugs.values()],
      end: this.#options.strategy.exhausted ? 'exhausted' : end,
      facts: this.#options.strategy.facts(),
    };
  }
}
