/** A bug as a search found it, with the fewest context switches that a bounded number of executions comes to. */
import { breather } from './breath.ts';
import type { ExploreOptions } from './explore.ts';
import { minimizeDecisions } from './minimize.ts';
import { bugAfter, checkersFor, reproduce } from './reproduce.ts';
import type { FoundBug } from './search.ts';
import { subjectOf } from './targets.ts';

/** Executions that may go into one bug, in steps: about half a second. */
const MOST_STEPS = 2_500_000;
const MOST_ATTEMPTS = 2_000;

/** The same bug, simpler where that is possible. Only the checker that saw it is asked. */
export async function simplified({ target, checkers }: ExploreOptions, bug: FoundBug): Promise<FoundBug> {
  const needed = await checkersFor(target, checkers, bug.title, bug.decisions);
  const budget = Math.min(MOST_ATTEMPTS, Math.ceil(MOST_STEPS / Math.max(1, bug.decisions.length)));
  const breathe = breather();
  const reproduces = async (wish: Uint8Array): Promise<Uint8Array | undefined> => {
    await breathe();
    return (await bugAfter(target, needed, bug.title, wish))?.decisions;
  };
  const minimized = await minimizeDecisions(bug.decisions, reproduces, { budget });
  if (minimized === undefined) return bug;
  const { decisions } = minimized;
  const shown = (await bugAfter(target, needed, bug.title, decisions))?.bug ?? bug;
  const subject = await subjectOf(target);
  const { finalHash } = reproduce(subject, [], decisions, true);
  return { ...bug, ...shown, decisions, finalHash, moment: subject.moment(shown) };
}
