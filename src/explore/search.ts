/**
 * A search: executions of one subject under one strategy, one after the other, until the strategy has none left, the
 * budget is used up, or the caller says stop. Bugs are told apart by title; of each the first execution is kept.
 *
 * Executions are numbered from 0, and a random strategy's execution depends on nothing but seed and number, so a search
 * may take any part of the numbers: parts put together give what one search of all gives.
 *
 * The 1st, 2nd, 4th, 8th, ... execution and every one that ends in a new bug run a second time by their decisions; another
 * end than the first time is our own defect.
 */
import { type KnownFinding, knownFinding } from '../check/known-findings.ts';
import type { Observer } from '../check/observer.ts';
import type { ProfileName } from '../scenario/ast.ts';
import { hashText, stateNumber } from '../stepper/state.ts';
import { type SearchControl, type SearchCounts, searchBreather } from './breath.ts';
import { type Bug, type Outcome, Runner } from './runner.ts';
import { Replay } from './strategies/replay.ts';
import type { Facts, Strategy } from './strategy.ts';
import type { Subject } from './subject.ts';

/** A bug and the first execution that showed it. */
export interface FoundBug extends Bug {
  /** Number of that execution, and how many showed the bug. */
  readonly execution: number;
  times: number;
  /** CPUs in the order they stepped. */
  readonly decisions: Uint8Array;
  /** Fingerprint of the state it ended in, 16 hexadecimal digits. */
  readonly finalHash: string;
  /** What every CPU was doing, and the object it is about. */
  readonly moment: readonly string[];
  /** The entry of the profile's list, for a finding that is known. */
  readonly known: KnownFinding | undefined;
}

/** Why a search ended: nothing left, the number of executions or the time was up, or the caller said so. */
export type SearchEnd = 'exhausted' | 'executions' | 'duration' | 'stopped';

export interface SearchResult {
  readonly executions: number;
  /** Executions given up as seen before: of a reduction that is not optimal. */
  readonly redundant: number;
  /** Executions that met the step bound. */
  readonly bounded: number;
  readonly steps: number;
  readonly syscalls: number;
  /** Distinct states that executions ended in, if they were counted. */
  readonly states: ReadonlySet<number>;
  readonly bugs: readonly FoundBug[];
  readonly end: SearchEnd;
  readonly facts: Facts;
  /** Words that invariant() was found to read and the search did not know of: it may have left something out. */
  readonly grown?: readonly number[];
}

export interface SearchOptions extends SearchControl {
  readonly subject: Subject;
  readonly strategy: Strategy;
  readonly observers: readonly Observer[];
  /** Whether to tell final states apart: for a large machine that takes as long as an execution. */
  readonly countStates: boolean;
  /** Numbers of the executions to run: from `first` up to below `last`. */
  readonly first?: number;
  readonly last: number;
}

/** An execution did not end the same when it was run again: our own defect. */
export class NotDeterministic extends Error {}

export async function search(options: SearchOptions): Promise<SearchResult> {
  const run = new Search(options);
  const breathe = searchBreather(options, () => run.counts());
  for (let turn = 0; ; turn++) {
    const end = run.next();
    if (end !== undefined) return run.result(end);
    // A look at the clock costs as much as a short execution, and so does waiting for nothing.
    if ((turn & 63) !== 0 && run.meanSteps < 1000) continue;
    const over = await breathe();
    if (over !== undefined) return run.result(over);
  }
}

class Search {
  readonly #options: SearchOptions;
  readonly #runner: Runner;
  /** Runs decisions again: without observers, which may remember. */
  readonly #plain: Runner;
  readonly #states = new Set<number>();
  readonly #bugs = new Map<string, FoundBug>();
  #index: number;
  #executions = 0;
  #redundant = 0;
  #bounded = 0;
  #steps = 0;
  #syscalls = 0;
  #checkAt = 1;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#runner = new Runner(options.subject, options.observers);
    this.#plain = new Runner(options.subject, []);
    this.#index = options.first ?? 0;
  }

  get meanSteps(): number {
    return this.#steps / Math.max(1, this.#executions + this.#redundant);
  }

  counts(): SearchCounts {
    return { executions: this.#executions, steps: this.#steps, bugs: this.#bugs.size };
  }

  /** One execution; the reason when there is none left to run. */
  next(): SearchEnd | undefined {
    const { strategy, subject, last } = this.#options;
    if (this.#index >= last) return 'executions';
    const outcome = this.#runner.run(strategy, this.#index);
    if (outcome === undefined) return 'exhausted';
    this.#steps += outcome.steps;
    if (outcome.ending === 'cut') this.#redundant++;
    else {
      this.#executions++;
      if (outcome.ending === 'bound') this.#bounded++;
      this.#syscalls += subject.syscalls();
      this.#take(outcome);
    }
    this.#index++;
    return undefined;
  }

  #take(outcome: Outcome): void {
    const { subject, countStates } = this.#options;
    const { machine, profile } = subject;
    if (countStates) this.#states.add(stateNumber(machine.hash()));
    const fresh: Bug[] = [];
    for (const bug of outcome.bugs) {
      const before = this.#bugs.get(bug.title);
      if (before === undefined) fresh.push(bug);
      else before.times++;
    }
    const checked = this.#executions === this.#checkAt;
    if (checked) this.#checkAt *= 2;
    if (fresh.length === 0 && !checked) return;
    const decisions = this.#runner.decisions.slice(0, outcome.steps);
    if (checked || fresh.some((bug) => bug.step === outcome.steps)) {
      this.#again(decisions, outcome, hashText(machine.hash()));
    }
    for (const bug of fresh) this.#keep(bug, decisions.slice(0, bug.step), profile);
  }

  /** Goes to the state that showed the bug, and keeps what there is to see. */
  #keep(bug: Bug, decisions: Uint8Array, profile: ProfileName | null): void {
    const { subject } = this.#options;
    this.#plain.run(new Replay(decisions, true), 0);
    const finalHash = hashText(subject.machine.hash());
    const moment = subject.moment(bug);
    const known = profile === null ? undefined : knownFinding(profile, bug.title, moment);
    this.#bugs.set(bug.title, { ...bug, execution: this.#index, times: 1, decisions, finalHash, known, moment });
  }

  /** The same execution once more, which must end the same. */
  #again(decisions: Uint8Array, { steps }: Outcome, finalHash: string): void {
    const again = this.#plain.run(new Replay(decisions, true), 0);
    const hash = hashText(this.#options.subject.machine.hash());
    if (again?.steps === steps && hash === finalHash) return;
    throw new NotDeterministic(
      `execution ${this.#index} ended after ${steps} steps in state ${finalHash}, ` +
        `and when run again after ${again?.steps} steps in state ${hash}`,
    );
  }

  result(end: SearchEnd): SearchResult {
    return {
      executions: this.#executions,
      redundant: this.#redundant,
      bounded: this.#bounded,
      steps: this.#steps,
      syscalls: this.#syscalls,
      states: this.#states,
      bugs: [...this.#bugs.values()],
      end: this.#options.strategy.exhausted ? 'exhausted' : end,
      facts: this.#options.strategy.facts(),
    };
  }
}
