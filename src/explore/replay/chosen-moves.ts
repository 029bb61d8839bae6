/**
 * Which moves of an execution a person is shown: in each turn a few of those that matter (conflicts.ts), and the last move of
 * all, at which the bug shows. First come those on the word that the bug is about, or for which somebody waits at the end,
 * then the rest of its object, locked accesses and writes before reads; then the latest, which are next to the switch. Of a
 * kernel the scheduler meets itself everywhere: what is not in a program's call is left out but for that object.
 */
import type { Turn } from '../../recording/turns.ts';
import { EVERYTHING } from '../strategies/footprint.ts';
import type { Flow } from './flow.ts';

/** What a bug is about: the word, and the first and last address of the object that it lies in. */
export interface About {
  readonly word: number;
  readonly object: readonly [number, number];
}

const MOST = 8;
/** Of a kernel, whose turns are long; and of those that have nothing to do with the object that is known. */
const MOST_OF_KERNEL = 5;
const MOST_OTHERS = 2;
/** How much a move tells, highest first. */
const ON_WORD = 4;
const LOCKED = 2;
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
  let first = 0;
  for (const { length } of turns) {
    const end = Math.min(first + length, flow.moves.length);
    const steps: { readonly step: number; readonly weight: number }[] = [];
    for (let step = end - 1; step >= first; step--) {
      const weight = matters.has(step) ? weightOf(flow, step, about) : -1;
      if (weight >= ON_OBJECT || (weight >= 0 && flow.isOwn[step] === true)) steps.push({ step, weight });
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

/** A single move between two that are shown takes no more room than saying that it is there. */
function fillGaps(chosen: Set<number>, first: number, end: number): void {
  const isShown = (step: number): boolean => step < first || step >= end || chosen.has(step);
  for (let step = first; step < end; step++) if (isShown(step - 1) && isShown(step + 1)) chosen.add(step);
}

function weightOf({ footprints, awaited }: Flow, step: number, about: About | undefined): number {
  const footprint = footprints[step] ?? [];
  if (footprint === EVERYTHING) return 0;
  const words = footprint.map((key) => key >> 1);
  const writes = footprint.some((key) => (key & 1) === 1);
  let weight = writes ? (footprint.length === 1 ? LOCKED : 1) : 0;
  if (words.some((word) => awaited.has(word))) weight += ON_OBJECT + ON_WORD;
  if (about === undefined) return weight;
  const [from, to] = about.object.map((address) => address >> 2) as [number, number];
  if (words.includes(about.word >> 2)) weight += ON_WORD;
  return words.some((word) => word >= from && word <= to) ? weight + ON_OBJECT : weight;
}
