/** One exploration from options as data: makes subject, strategy and observers, and searches. */
import { chanceOf } from '../../boot/faults.ts';
import { tickChanceOf } from '../../boot/ticks.ts';
import { createObservers } from '../../check/observers/checkers.ts';
import type { SearchControl } from './control.ts';
import { deepening } from './deepening.ts';
import type { ExploreOptions } from './options.ts';
import { strategies, type StrategyKind } from '../strategies/index.ts';
import type { Chances } from '../strategies/strategy.ts';
import { lengthOf } from './length.ts';
import { reproduce } from '../run/reproduce.ts';
import { search, type SearchOptions } from './search.ts';
import type { FoundBug, SearchResult } from './result.ts';
import { type StateBug, StatefulSearch } from './stateful.ts';
import { searchStatesInside } from './states-inside.ts';
import type { Subject } from '../subject/subject.ts';
import { subjectOf, type Target } from '../subject/targets.ts';
import { grownBy, learnWatched } from '../run/watched.ts';

export type ExploreControl = Omit<SearchControl, 'durationMs'>;

/** The strategy of that name. Throws RangeError when there is none. */
export function strategyKind(name: string): StrategyKind {
  const kind = strategies.find((one) => one.name === name);
  if (kind === undefined) throw new RangeError(`there is no strategy ${name}`);
  return kind;
}

export async function explore(options: ExploreOptions, control: ExploreControl = {}): Promise<SearchResult> {
  return await exploreSubject(await subjectOf(options.target, options.engine), options, control);
}

/** The same where the subject is made already. */
export async function exploreSubject(
  subject: Subject,
  options: ExploreOptions,
  control: ExploreControl,
): Promise<SearchResult> {
  const startedAt = performance.now();
  if (options.root !== undefined) return await exploreKnowing(subject, options, control);
  return await deepening(options, subject.stepBound, async (bounded) => {
    return await exploreKnowing(subject, withTimeLeft(bounded, startedAt), control);
  });
}

/** Begins again with what invariant() was seen to read, until nothing is new. */
async function exploreKnowing(
  subject: Subject,
  options: ExploreOptions,
  control: ExploreControl,
): Promise<SearchResult> {
  const startedAt = performance.now();
  let watched = options.watched ?? learnWatched(subject);
  for (;;) {
    subject.watch(watched);
    const result = await exploreOnce(subject, withTimeLeft(options, startedAt), control);
    const grown = options.strategy === 'dpor' ? grownBy(subject, watched) : [];
    if (grown.length === 0) return result;
    if (options.root !== undefined || result.end !== 'exhausted') return { ...result, grown };
    watched = [...watched, ...grown];
  }
}

/** The time limit is one of the whole search. */
export function withTimeLeft(options: ExploreOptions, startedAt: number): ExploreOptions {
  if (options.durationMs === undefined) return options;
  return { ...options, durationMs: Math.max(1, options.durationMs - (performance.now() - startedAt)) };
}

async function exploreOnce(subject: Subject, options: ExploreOptions, control: ExploreControl): Promise<SearchResult> {
  if (options.stateful === true) return await exploreStates(subject, options, control);
  return withWhatItMet(subject, await search(searchOf(subject, options, control)));
}

/** With what a subject says of all its executions. */
export function withWhatItMet(subject: Subject, result: SearchResult): SearchResult {
  const withheld = subject.withheld?.() ?? [];
  const nothingJudged = subject.nothingJudged?.() === true;
  return {
    ...result,
    ...(withheld.length === 0 ? {} : { withheld }),
    ...(nothingJudged ? { nothingJudged } : {}),
    ...(subject.files === undefined ? {} : { files: subject.files }),
  };
}

/** The chances that the settings name. */
function chancesAsked(target: Target): Partial<Chances> {
  if (target.kind !== 'scenario') return {};
  const fails = target.faults === undefined ? undefined : chanceOf(target.faults);
  const ticks = target.ticks === undefined ? undefined : tickChanceOf(target.ticks);
  return { ...(fails === undefined ? {} : { fails }), ...(ticks === undefined ? {} : { ticks }) };
}

/** What a search of executions is made of. */
export function searchOf(subject: Subject, options: ExploreOptions, control: ExploreControl): SearchOptions {
  const { strategy: name, seed, depth, preemptions, delays, checkers, root } = options;
  const { first, last, durationMs, stepBound, stopAtFirst, engine } = options;
  const kind = strategyKind(name);
  const steps = kind.name === 'pct' ? (options.length ?? lengthOf(subject, seed, depth)) : 0;
  const rising = options.rising === true;
  const asked = chancesAsked(options.target);
  const strategy = kind.create(subject, { seed, depth, rising, preemptions, delays, steps, root, asked });
  const observers = createObservers(checkers);
  const countStates = subject.profile === null;
  const bounds = { first, last, stepBound, durationMs, stopAtFirst, engine };
  return { subject, strategy, name, observers, countStates, ...bounds, ...control };
}

/** The same by states: executions are the ends that were met, steps the transitions between states. */
async function exploreStates(
  subject: Subject,
  options: ExploreOptions,
  control: ExploreControl,
): Promise<SearchResult> {
  const { strategy, durationMs, stopAtFirst, engine } = options;
  const reduce = strategy === 'dpor';
  if (subject.profile !== null) throw new RangeError('a kernel has too many states: --stateful is for modules');
  const foundBug = ({ bug, decisions, times }: StateBug): FoundBug => {
    const { finalHash } = reproduce(subject, [], decisions, true);
    const moment = subject.moment(bug);
    return { ...bug, strategy, decisions, times, finalHash, moment, execution: null, known: undefined };
  };
  const states = new StatefulSearch(subject, reduce, (one) => control.onBug?.(foundBug(one)));
  const proved = reduce || engine === 'js' ? undefined : await searchStatesInside(subject, { durationMs, ...control });
  const found = proved ?? (await states.run({ durationMs, stopAtFirst, ...control }));
  const bugs = found.bugs.map(foundBug);
  const collision = found.states ** 2 / 2 ** 65;
  return {
    executions: found.ends,
    redundant: 0,
    repeated: 0,
    bounded: 0,
    stepBound: subject.stepBound,
    cutAt: [],
    steps: found.transitions,
    syscalls: 0,
    states: new Set([...found.finalStates, ...found.failedStates]),
    bugs,
    end: found.end,
    facts: { states: found.states, transitions: found.transitions, 'chance that one was missed, at most': collision },
  };
}
