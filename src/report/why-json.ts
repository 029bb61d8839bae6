/** Why a bug shows, for tools: what was tried by running it again, and who waits for whom. */
import type { Why } from '../explore/replay/why.ts';
import { fullMoveJson } from './interleaving-json.ts';

export function whyJson(why: Why | undefined) {
  if (why === undefined) return null;
  const { tried, decide, all, decisive, choicesTried, choices, waiting } = why;
  return {
    tried,
    decide,
    all,
    orders: decisive.map(({ earlier, later, isMade, isFree, titles }) => ({
      earlier: fullMoveJson(earlier),
      later: { ...fullMoveJson(later), made: isMade },
      rest: isFree ? 'free' : 'kept',
      titles,
    })),
    choicesTried,
    choices: choices.map(({ choice, isFree, titles }) => ({
      at: fullMoveJson(choice),
      rest: isFree ? 'free' : 'kept',
      titles,
    })),
    waiting: waiting.map(({ cpu, at, what, by, since }) => ({
      cpu,
      for: what,
      at: fullMoveJson(at),
      since,
      by: by === null ? null : fullMoveJson(by),
    })),
  };
}
