/**
 * Which moves of an execution a person is shown: in each turn a few of those that matter (conflicts.ts), and the last move of
 * all, at which the bug shows. Those on the object that the bug is about come first, then the latest: they are next to the
 * switch. Of a kernel the scheduler meets itself everywhere; it is left out but for that object.
 */
import type { Turn } from '../../recording/turns.ts';
import { EVERYTHING } from '../strategies/footprint.ts';
import { inMeetings, type Meeting } from './conflicts.ts';
import type { Flow } from './flow.ts';

/** First and last address that a bug is about. */
export type Extent = readonly [number, number];

const MOST = 8;
/** Of those that have nothing to do with the object that is known. */
const MOST_OTHERS = 3;

/** Numbers of the moves, from 0. */
export function chosenMoves(
  flow: Flow,
  turns: readonly Turn[],
  meetings: readonly Meeting[],
  about: Extent | undefined,
): Set<number> {
  const matters = inMeetings(meetings);
  const chosen = new Set<number>();
  let first = 0;
  for (const { length } of turns) {
    const end = Math.min(first + length, flow.moves.length);
    const [close, others]: [number[], number[]] = [[], []];
    for (let step = end - 1; step >= first; step--) {
      if (!matters.has(step)) continue;
      if (about !== undefined && touches(flow, step, about)) close.push(step);
      else if (flow.isOwn[step] === true) others.push(step);
    }
    const left = MOST - Math.min(MOST, close.length);
    const most = about === undefined ? left : Math.min(left, MOST_OTHERS);
    for (const step of [...close.slice(0, MOST), ...others.slice(0, most)]) chosen.add(step);
    first = end;
  }
  if (flow.moves.length > 0) chosen.add(flow.moves.length - 1);
  return chosen;
}

function touches({ footprints }: Flow, step: number, [from, to]: Extent): boolean {
  const footprint = footprints[step];
  if (footprint === undefined || footprint === EVERYTHING) return false;
  return footprint.some((key) => key >> 1 >= from >> 2 && key >> 1 <= to >> 2);
}
