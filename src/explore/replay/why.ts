/**
 * Why a bug shows: which order of two accesses decides it. Nothing is concluded from the one execution that is known: each
 * order that could be the other way round (reversals.ts) is turned, run to its end and looked at. What is said of an order is
 * what came up in the execution in which it was turned; what was not run is not spoken of.
 */
import type { Observer } from '../../check/evidence/observer.ts';
import { cpuOf } from '../../stepped/move.ts';
import { Runner } from '../run/runner.ts';
import type { Bug } from '../run/runner.ts';
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
  /** Its step is null when it was about to be made and was not. */
  readonly later: ToldMove;
  readonly isMade: boolean;
  /** What else goes wrong then; empty when nothing does. */
  readonly titles: readonly string[];
}

export interface Why {
  /** Orders that were turned round and run, and how many of them decide. */
  readonly tried: number;
  readonly decide: number;
  /** Whether all were tried that could be. */
  readonly all: boolean;
  /** The latest of those that decide; where nothing goes wrong first. */
  readonly decisive: readonly Decisive[];
  /** At a deadlock: who waits for what. */
  readonly waiting: readonly Waiting[];
}

export interface WhyOptions {
  readonly moves: Uint16Array;
  readonly bug: Pick<Bug, 'title' | 'object' | 'kind'>;
  /** Fresh ones for each execution. */
  readonly observers: () => readonly Observer[];
  readonly sourceLine: SourceLine;
  readonly stopped?: (() => boolean) | undefined;
}

const MOST_SHOWN = 2;
const MOST_TRIED = 200;
/** Steps that may go into one bug. */
const MOST_STEPS = 150_000;

/** Leaves the machine where some execution ended. */
export function whyOf(subject: Subject, options: WhyOptions): Why {
  const flow = flowOf(subject, options.moves);
  const waiting = waitingOf(subject, flow, options.sourceLine);
  const counts = relevance(subject, flow, options.bug.object);
  let [tried, steps, all] = [0, 0, true];
  const found: { readonly reversal: Reversal; readonly titles: readonly string[] }[] = [];
  for (const reversal of reversalsOf(flow, counts)) {
    if (tried >= MOST_TRIED || steps >= MOST_STEPS || options.stopped?.() === true) {
      all = false;
      break;
    }
    const turned = performTurned(subject, options.observers(), reversal, wantedOf(flow, reversal.later));
    steps += turned.steps;
    if (turned.titles === undefined) continue;
    tried++;
    if (!turned.titles.includes(options.bug.title)) found.push({ reversal, titles: turned.titles });
  }
  const best = [...found.filter(({ titles }) => titles.length === 0), ...found.filter(({ titles }) => titles.length > 0)];
  const shown = best.slice(0, MOST_SHOWN);
  const told = tellMoves(subject, flow, new Set(shown.flatMap(({ reversal: r }) => [r.earlier, r.later])), options);
  const decisive = shown.map(({ reversal, titles }) => ({
    earlier: told.get(reversal.earlier) as ToldMove,
    later: told.get(reversal.later) as ToldMove,
    isMade: reversal.later < flow.moves.length,
    titles,
  }));
  return { tried, decide: found.length, all, decisive, waiting };
}

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
