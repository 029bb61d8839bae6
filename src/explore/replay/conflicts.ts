/**
 * Which accesses of an execution matter: those in which one CPU meets another. Of all accesses to a word, one that the
 * nearest access before or behind it with which it does not commute is another CPU's. So of what a CPU does to a word in
 * a row there is left what it found there and what it left behind.
 *
 * A *meeting* is such a pair, the earlier first: the order in which the two came is what another interleaving may turn.
 */
import { cpuOf } from '../../stepped/move.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { EVERYTHING } from '../subject/footprint.ts';
import type { Flow } from './flow.ts';

export interface Meeting {
  /** Numbers of the moves, from 0. */
  readonly earlier: number;
  readonly later: number;
  /** The word of RAM on which they meet; 0 for the queue of a futex. */
  readonly word: number;
}

/** What is known of a word while the moves are gone through. */
interface Word {
  /** The last move that wrote it, -1 for none, and by CPU the last that read it since. */
  writer: number;
  readonly readers: Map<number, number>;
}

/** All meetings, by their later moves. */
export function meetingsOf({ moves, footprints }: Flow): Meeting[] {
  const words = new Map<number, Word>();
  const found: Meeting[] = [];
  footprints.forEach((footprint, step) => {
    if (footprint === EVERYTHING) return;
    const cpu = cpuOf(moves[step] as number);
    const meet = (earlier: number, key: number): void => {
      if (earlier < 0 || cpuOf(moves[earlier] as number) === cpu) return;
      const word = key >= FIRST_WORD ? key : 0;
      if (found.at(-1)?.earlier === earlier && found.at(-1)?.later === step) return;
      found.push({ earlier, later: step, word });
    };
    for (const key of footprint) {
      const known = words.get(key >> 1) ?? { writer: -1, readers: new Map<number, number>() };
      words.set(key >> 1, known);
      if ((key & 1) === 0) {
        meet(known.writer, key >> 1);
        known.readers.set(cpu, step);
        continue;
      }
      if (known.readers.size === 0) meet(known.writer, key >> 1);
      else for (const reader of known.readers.values()) meet(reader, key >> 1);
      known.readers.clear();
      known.writer = step;
    }
  });
  return found;
}

/** The moves of all meetings, and those on words for which somebody waits at the end. */
export function mattering(flow: Flow, meetings: readonly Meeting[]): Set<number> {
  const matters = new Set(meetings.flatMap(({ earlier, later }) => [earlier, later]));
  flow.footprints.forEach((footprint, step) => {
    if (footprint.some((key) => flow.awaited.has(key >> 1))) matters.add(step);
  });
  return matters;
}
