/**
 * Which moves of an execution a person is shown: in each turn a few of those that matter (conflicts.ts), and the last move of
 * all, at which the bug shows. First come those on the word that the bug is about, or for which somebody waits at the end,
 * then the rest of its object, locked accesses and writes before reads; then the latest, which are next to the switch. Of a
 * kernel the scheduler meets itself everywhere: what is not in a program's call is left out but for that object.
 */
import { FAIL, INTERRUPT } from '../../machine/access.ts';
import { isAtomic, LOCK, WRITES } from '../../machine/access-kinds.ts';
import type { Turn } from '../../recording/turns.ts';
import { EVERYTHING } from '../subject/footprint.ts';
import { kindOf, type Move, STEP, valueOf } from '../../stepped/move.ts';
import type { Flow } from './flow.ts';

/** What a bug is about: the word, and the first and last address of the object that it lies in. */
export interface About {
  readonly word: number;
  readonly object: readonly [number, number];
}

const MOST = 8;
/** An execution of a module of so many moves is shown whole. */
const SHORT = 12;
/** Of a kernel, whose turns are long; and of those that have nothing to do with the object that is known. */
const MOST_OF_KERNEL = 4;
const MOST_OTHERS = 2;
/** How much a move tells, highest first. */
const NOTHING = -1;
const READS = 0;
const LOCKS = 1;
const WRITES_PLAIN = 2;
const WRITES_LOCKED = 3;
const ON_WORD = 4;
const ON_OBJECT = 8;

/** Numbers of the moves, from 0, of those that matter. */
export function chosenMoves(
  flow: Flow,
  turns: readonly Turn[],
  matters: ReadonlySet<number>,
  about: About | undefined,
): Set<number> {
  const chosen = new Set<number>();
  const most = flow.isKernel ? MOST_OF_KERNEL : MOST;
  if (!flow.isKernel && flow.moves.length <= SHORT) return new Set(flow.moves.keys());
  let first = 0;
  for (const { length } of turns) {
    const end = Math.min(first + length, flow.moves.length);
    const steps: { readonly step: number; readonly weight: number }[] = [];
    for (let step = end - 1; step >= first; step--) {
      const move = flow.moves[step] as Move;
      if (kindOf(move) !== STEP && (!isQuiet(flow.kinds[step]) || valueOf(move) > 0)) chosen.add(step);
      const weight = matters.has(step) ? weightOf(flow, step, about) : NOTHING;
      if (weight >= ON_OBJECT || (weight > NOTHING && flow.isOwn[step] === true)) steps.push({ step, weight });
    }
    const sorted = steps.sort((a, b) => b.weight - a.weight || b.step - a.step).slice(0, most);
    let others = 0;
    for (const { step, weight } of sorted) {
      if (about !== undefined && flow.isKernel && weight < ON_OBJECT && ++others > MOST_OTHERS) continue;
      chosen.add(step);
    }
    if (!flow.isKernel) fillGaps(chosen, first, end);
    first = end;
  }
  if (flow.moves.length > 0) chosen.add(flow.moves.length - 1);
  return chosen;
}

/** What may fail mostly does not, and interrupts mostly do not come: then it is no choice to speak of. */
export const isQuiet = (kind: number | undefined): boolean => kind === FAIL || kind === INTERRUPT;

/** A single move between two that are shown takes no more room than saying that it is there. */
function fillGaps(chosen: Set<number>, first: number, end: number): void {
  const isShown = (step: number): boolean => step < first || step >= end || chosen.has(step);
  for (let step = first; step < end; step++) if (isShown(step - 1) && isShown(step + 1)) chosen.add(step);
}

function weightOf(flow: Flow, step: number, about: About | undefined): number {
  const footprint = flow.footprints[step] ?? [];
  if (footprint === EVERYTHING) return READS;
  const words = footprint.map((key) => key >> 1);
  const does = doesOf(flow.kinds[step] as number);
  if (words.some((word) => flow.awaited.has(word))) return ON_OBJECT + ON_WORD + does;
  if (about === undefined) return does;
  const [from, to] = about.object.map((address) => address >> 2) as [number, number];
  if (words.includes(about.word >> 2)) return ON_OBJECT + ON_WORD + does;
  // What a kernel only looks at is little help but in the word itself.
  if (flow.isKernel && does === READS) return NOTHING;
  return words.some((word) => word >= from && word <= to) ? ON_OBJECT + does : does;
}

function doesOf(kind: number): number {
  if (LOCK[kind] !== 0) return LOCKS;
  if (WRITES[kind] === 0) return READS;
  return isAtomic(kind) ? WRITES_LOCKED : WRITES_PLAIN;
}
