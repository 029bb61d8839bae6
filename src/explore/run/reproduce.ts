/** Runs an interleaving again, exactly or as a wish, and says what it showed. */
import { isTitled } from '../../check/evidence/finding.ts';
import type { Observer } from '../../check/evidence/observer.ts';
import type { Turn } from '../../recording/turns.ts';
import { hashText } from '../../stepped/state.ts';
import { type Bug, Runner } from './runner.ts';
import { type Divergence, Replay } from '../strategies/replay.ts';
import { Wish } from '../strategies/wish.ts';
import type { Subject } from '../subject/subject.ts';

export interface Reproduction {
  readonly bugs: readonly Bug[];
  readonly steps: number;
  /** The moves, in order. */
  readonly decisions: Uint16Array;
  readonly finalHash: string;
  /** Why an exact replay could not go on. */
  readonly divergence: Divergence | undefined;
}

/**
 * One execution by decisions. `strict`: exactly these, to their end; else as far as they can be followed, and then on to
 * the end of the execution. `observers` are fresh ones each time: what they learn must not come from another execution.
 */
export function reproduce(
  subject: Subject,
  observers: readonly Observer[],
  decisions: Uint16Array,
  strict: boolean,
): Reproduction {
  const runner = new Runner(subject, observers);
  const replay = new Replay(decisions, strict);
  const outcome = runner.run(replay, 0);
  const steps = outcome?.steps ?? 0;
  return {
    bugs: outcome?.bugs ?? [],
    steps,
    decisions: runner.decisions.slice(0, steps),
    finalHash: hashText(subject.machine.hash()),
    divergence: replay.divergence,
  };
}

/** The decisions, as made, that lead to a bug of this title; undefined when it does not show. */
export function bugAfter(
  subject: Subject,
  observers: readonly Observer[],
  title: string,
  wish: readonly Turn[],
): { readonly bug: Bug; readonly decisions: Uint16Array } | undefined {
  const runner = new Runner(subject, observers);
  const bug = runner.run(new Wish(wish), 0, title)?.bugs.find((one) => isTitled(one, title));
  return bug === undefined ? undefined : { bug, decisions: runner.decisions.slice(0, bug.step) };
}
