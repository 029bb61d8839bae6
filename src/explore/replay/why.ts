/**
 * Why a bug shows: which order of two accesses decides it. Nothing is concluded from the one execution that is known: each
 * order that could be the other way round (reversals.ts) is turned, run to its end and looked at. What is said of an order is
 * what came up in the execution in which it was turned; what was not run is not spoken of. The same of values that were
 * chosen: each that is not 0 is chosen to be 0, all else being kept as far as that goes.
 */
import { isTitled } from '../../check/evidence/finding.ts';
import { createObservers } from '../../check/observers/checkers.ts';
import { CHOICE, choiceOf, cpuOf, kindOf, type Move, valueOf } from '../../stepped/move.ts';
import { fewestCheckers } from '../run/fewest-checkers.ts';
import { type Bug, Runner } from '../run/runner.ts';
import type { Subject } from '../subject/subject.ts';
import { type Flow, flowOf, telling } from './flow.ts';
import { type Reversal, reversalsOf } from './reversals.ts';
import type { SourceLine } from './source-lines.ts';
import { tellMove, type ToldMove } from './told-move.ts';
import { performTurned } from './turned.ts';
import { type Waiting, waitingOf } from './waiting.ts';

/** An order that decides: with the later first the bug does not show. */
export interface Decisive {
  readonly earlier: ToldMove;
  /** Its step is that behind all others when it was about to be made and was not. */
  readonly later: ToldMove;
  readonly isMade: boolean;
  /** Whether who came first was let go on behind it, instead of the order of all else being kept. */
  readonly isFree: boolean;
  /** What else goes wrong then; empty when nothing does. Of a kernel always empty: it goes on after a warning. */
  readonly titles: readonly string[];
}

/** A choice that decides: with 0 in place of its value the bug does not show. */
export interface DecisiveChoice extends Pick<Decisive, 'isFree' | 'titles'> {
  readonly choice: ToldMove;
}

export interface Why {
  /** Orders that were turned round and run, and how many of them decide. */
  readonly tried: number;
  readonly decide: number;
  /** Whether all were tried that could be. */
  readonly all: boolean;
  /** The latest of those that decide; where nothing goes wrong first. */
  readonly decisive: readonly Decisive[];
  /** The same of choices of another value than 0. */
  readonly choicesTried: number;
  readonly choices: readonly DecisiveChoice[];
  /** At a deadlock: who waits for what. */
  readonly waiting: readonly Waiting[];
}

export interface WhyOptions {
  readonly moves: Uint16Array;
  readonly bug: Pick<Bug, 'title' | 'object'>;
  /** Those that were asked when it was found. */
  readonly checkers: readonly string[];
  readonly sourceLine: SourceLine;
  readonly stopped?: (() => boolean) | undefined;
}

const MOST_SHOWN = 2;
const MOST_TRIED = 200;
const MOST_CHOICES = 20;
/** Steps that may go into one bug. */
const MOST_STEPS = 100_000;

/** Leaves the machine where some execution ended. */
export function whyOf(subject: Subject, options: WhyOptions): Why {
  const { bug, moves } = options;
  // Of a kernel nothing is said of other bugs.
  const isKernel = subject.profile !== null;
  const checkers = isKernel ? fewestCheckers(subject, options.checkers, bug.title, moves) : options.checkers;
  const flow = flowOf(subject, moves);
  const waiting = waitingOf(subject, flow, options.sourceLine);
  const shows = (bugs: readonly Bug[]): boolean => bugs.some((one) => isTitled(one, bug.title));
  const counts = relevance(subject, flow, bug.object);
  let [tried, steps, all] = [0, 0, true];
  const found: (Pick<Decisive, 'isFree' | 'titles'> & { readonly reversal: Reversal })[] = [];
  for (const reversal of reversalsOf(flow, counts)) {
    if (tried >= MOST_TRIED || steps >= MOST_STEPS || options.stopped?.() === true) {
      all = false;
      break;
    }
    const wanted = wantedOf(flow, reversal.later);
    const perform = (one: Reversal): readonly Bug[] | undefined => {
      const turned = performTurned(subject, createObservers(checkers), one, wanted);
      steps += turned.steps;
      return turned.bugs;
    };
    const bugs = perform(reversal);
    if (bugs === undefined) continue;
    tried++;
    // What was left may bring about the same in another place: then who was let in front is let go on as well.
    const isFree = shows(bugs);
    const then = isFree ? perform({ ...reversal, rest: [] }) : bugs;
    if (then !== undefined && !shows(then))
      found.push({ reversal, isFree, titles: isKernel ? [] : then.map(({ title }) => title) });
  }
  const choices = choicesOf(subject, flow, (choice) => {
    if (steps >= MOST_STEPS || options.stopped?.() === true) return undefined;
    const perform = (one: Pick<Reversal, 'first' | 'rest'>): readonly Bug[] | undefined => {
      const turned = performTurned(subject, createObservers(checkers), one, wantedOf(flow, choice.at));
      steps += turned.steps;
      return turned.bugs;
    };
    const bugs = perform(choice);
    const isFree = bugs !== undefined && shows(bugs);
    const then = isFree ? perform({ ...choice, rest: [] }) : bugs;
    if (then === undefined) return undefined;
    return { at: choice.at, isFree, decides: !shows(then), titles: then.map(({ title }) => title) };
  });
  const best = found.sort((a, b) => rankOf(a) - rankOf(b));
  const shown = best.slice(0, MOST_SHOWN);
  const needed = choices.filter(({ decides }) => decides);
  const wantedMoves = [...shown.flatMap(({ reversal: r }) => [r.earlier, r.later]), ...needed.map(({ at }) => at)];
  const told = tellMoves(subject, flow, new Set(wantedMoves), options);
  const decisive = shown.map(({ reversal, isFree, titles }) => ({
    earlier: told.get(reversal.earlier) as ToldMove,
    later: told.get(reversal.later) as ToldMove,
    isMade: reversal.later < flow.moves.length,
    isFree,
    titles,
  }));
  const chosen = needed.map(({ at, isFree, titles }) => ({ choice: told.get(at) as ToldMove, isFree, titles }));
  return { tried, decide: found.length, all, decisive, choicesTried: choices.length, choices: chosen, waiting };
}

interface OtherChoice extends Pick<Reversal, 'first' | 'rest'> {
  /** Its number among the moves, from 0. */
  readonly at: number;
}

interface TriedChoice extends Pick<Decisive, 'isFree' | 'titles'> {
  readonly at: number;
  readonly decides: boolean;
}

/** What `attempt` says of each value that was chosen and is not 0, the latest first; of a few. */
function choicesOf(
  { profile }: Subject,
  { moves }: Flow,
  attempt: (other: OtherChoice) => TriedChoice | undefined,
): TriedChoice[] {
  if (profile !== null) return [];
  const steps = [...moves.keys()].filter(
    (at) => kindOf(moves[at] as Move) === CHOICE && valueOf(moves[at] as Move) > 0,
  );
  return steps
    .toReversed()
    .slice(0, MOST_CHOICES)
    .flatMap((at) => {
      const first = [...moves.subarray(0, at), choiceOf(cpuOf(moves[at] as Move), 0)];
      return attempt({ at, first, rest: [...moves.subarray(at + 1)] }) ?? [];
    });
}

/** Nothing goes wrong before something else does, all else kept before not. */
const rankOf = ({ titles, isFree }: Pick<Decisive, 'isFree' | 'titles'>): number =>
  (titles.length > 0 ? 2 : 0) + (isFree ? 1 : 0);

/** Which words an order has to be about: of a kernel those of the bug's object, or for which somebody waits. */
function relevance(subject: Subject, flow: Flow, object: number): (words: readonly number[]) => boolean {
  if (!flow.isKernel) return () => true;
  const [from, to] = object === 0 ? [1, 0] : subject.extent(object).map((address) => address >> 2);
  const isAbout = (word: number): boolean => word >= (from ?? 1) && word <= (to ?? 0);
  return (words) => words.some((word) => isAbout(word) || flow.awaited.has(word));
}

function wantedOf({ moves, kinds, addresses, pending }: Flow, at: number): { kind: number; address: number } {
  const one = pending[at - moves.length];
  if (at >= moves.length && one !== undefined) return one;
  return { kind: kinds[at] as number, address: addresses[at] as number };
}

/** Tells moves by their numbers, those that were not made as the CPUs stand in the end. */
function tellMoves(
  subject: Subject,
  { moves, pending }: Flow,
  wanted: ReadonlySet<number>,
  { sourceLine }: WhyOptions,
): Map<number, ToldMove> {
  const told = new Map<number, ToldMove>();
  if (wanted.size === 0) return told;
  const strategy = telling(moves, (move, step) => {
    if (wanted.has(step)) told.set(step, tellMove(subject, step, move, sourceLine));
  });
  new Runner(subject, []).run(strategy, 0);
  pending.forEach(({ cpu }, i) => {
    const at = moves.length + i;
    if (wanted.has(at)) told.set(at, tellMove(subject, at, cpuOf(cpu), sourceLine));
  });
  return told;
}
