/** The fewest checkers that show a bug: watching is what most of the time of a kernel's execution goes into. */
import { isTitled } from '../../check/evidence/finding.ts';
import { createObservers } from '../../check/observers/checkers.ts';
import type { Subject } from '../subject/subject.ts';
import { reproduce } from './reproduce.ts';

/** Names: none for what the kernel notices itself, one for what one of them does, else all of these. */
export function fewestCheckers(
  subject: Subject,
  checkers: readonly string[],
  title: string,
  moves: Uint16Array,
): readonly string[] {
  const shows = (some: readonly string[]): boolean =>
    reproduce(subject, createObservers(some), moves, true).bugs.some((bug) => isTitled(bug, title));
  return [[], ...checkers.map((one) => [one])].find(shows) ?? checkers;
}
