/** A bug with the fewest context switches that a bounded number of executions comes to. */
import { createObservers } from '../../check/observers/checkers.ts';
import { type Turn, turnsOf } from '../../recording/turns.ts';
import type { AttemptOptions } from './attempts.ts';
import { breather } from '../run/breath.ts';
import { type Minimized, minimizeDecisions } from './minimize.ts';
import { fewestCheckers } from '../run/fewest-checkers.ts';
import { bugAfter, reproduce } from '../run/reproduce.ts';
import type { FoundBug } from '../search/result.ts';
import type { Subject } from '../subject/subject.ts';

/** An interleaving that shows a bug of this title. */
export interface Shown {
  readonly title: string;
  readonly checkers: readonly string[];
  readonly decisions: Uint16Array;
}

/** The simplest interleaving that shows the same. Only the checker that sees it is asked. undefined when none does. */
export async function simplestInterleaving(
  subject: Subject,
  { title, checkers, decisions }: Shown,
  options: AttemptOptions,
): Promise<Minimized | undefined> {
  const observers = createObservers(fewestCheckers(subject, checkers, title, decisions));
  const breathe = breather();
  const reproduces = async (wish: readonly Turn[]): Promise<Uint16Array | undefined> => {
    await breathe();
    return bugAfter(subject, observers, title, wish)?.decisions;
  };
  return await minimizeDecisions(decisions, reproduces, { ...options, failuresFirst: isSurprised(subject) });
}

/** Whether the values that are chosen are failures and interrupts. */
const isSurprised = ({ faults, ticks }: Subject): boolean => faults !== undefined || ticks !== undefined;

/** Executions that may go into one bug of a search, in steps: about half a second. */
const MOST_STEPS = 2_500_000;
const MOST_ATTEMPTS = 2_000;

/** The bug as a search found it, simpler where that is possible before it is told to stop. */
export async function simplified(
  subject: Subject,
  checkers: readonly string[],
  bug: FoundBug,
  control: Pick<AttemptOptions, 'stopped' | 'onAttempt'>,
): Promise<FoundBug> {
  const { title } = bug;
  const budget = Math.min(MOST_ATTEMPTS, Math.ceil(MOST_STEPS / Math.max(1, bug.decisions.length)));
  const shows = { title, checkers, decisions: bug.decisions };
  const minimized = await simplestInterleaving(subject, shows, { ...control, budget });
  if (minimized === undefined) return bug;
  const { decisions } = minimized;
  const shown = bugAfter(subject, createObservers(checkers), title, turnsOf(decisions))?.bug ?? bug;
  const { finalHash } = reproduce(subject, [], decisions, true);
  return { ...bug, ...shown, decisions, finalHash, moment: subject.moment(shown) };
}
