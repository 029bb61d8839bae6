/** What those who schedule and judge a world ask of it, besides what can be done next. */
import { errorText, exitText, uncaughtText } from './error-text.ts';
import { isRefusal } from './error.ts';
import { BufferPlace, placeNow, placesNow } from './memory/places.ts';
import { Woken } from './memory/wait.ts';
import { framesOf } from './on-stack.ts';
import type { Place } from './operation.ts';
import type { WorldAgent } from './world/agent.ts';
import { ExitError } from './world/exit.ts';
import { HungError } from './world/hung.ts';
import type { World } from './world/world.ts';

/** What a place holds, there and then. */
export const valueAt = (place: Place, byte: number): number => placeNow(place.id)?.valueAt?.(byte) ?? 0;

/** Shared buffers, by the numbers of their places. */
export function memories(): { readonly id: number; readonly bytes: Uint8Array }[] {
  const found: { readonly id: number; readonly bytes: Uint8Array }[] = [];
  for (const place of placesNow()) if (place instanceof BufferPlace) found.push(place);
  return found.length > 1 ? found.sort((a, b) => a.id - b.id) : found;
}

/** Whether an agent can go on: it is no use that it reads again what it has just read. */
export const canGoOn = (world: World, agent: WorldAgent): boolean => agent.reread === undefined && world.enabled(agent);

/** What an agent that cannot go on waits for. */
export interface Wait {
  readonly site: number;
  readonly text: string;
  /** Whether it sleeps until a word is no longer what it was, and the word is not: somebody should have woken it. */
  readonly isThere: boolean;
  /** Whether it goes round in a loop. */
  readonly spins: boolean;
}

/** Milliseconds of its clock after which an agent is given no more time: most that wait for it again and again never end. */
export const HORIZON = 10_000;

/**
 * Why an agent does not come to its end, where nobody can go on; undefined when it has, when its program is at rest (it is
 * there for messages that nobody sends), or when it waits for time.
 */
export function waitOf(agent: WorldAgent): Wait | undefined {
  const { operation, reread } = agent;
  if (operation === undefined) return undefined;
  const { site } = operation;
  if (reread !== undefined) {
    return { site: reread.site, text: 'goes round in a loop that changes nothing', isThere: false, spins: true };
  }
  if (agent.deadline !== Infinity) return undefined;
  if (operation instanceof Woken) {
    const isThere = !operation.enabled() && !operation.isUnchanged;
    return {
      site,
      text: `${operation.text()}${isThere ? ', and the element is another by now' : ''}`,
      isThere,
      spins: false,
    };
  }
  if (!isUnderWay(agent)) return undefined;
  const text = operation.kind === 'task' ? 'waits for its promise' : operation.text();
  return { site, text, isThere: false, spins: false };
}

/** Whether an agent has not come to its end, nor to where all its code is over and it waits for messages and timers. */
export const isUnderWay = ({ operation, owesEnd, isUnsettled }: WorldAgent): boolean =>
  operation !== undefined && (owesEnd || operation.kind !== 'task' || isUnsettled());

/** Whether a worker sleeps or goes round for ever, and its process with it; one that waits for messages is at rest. */
export const keepsProcess = ({ operation, reread, keepsMaker }: WorldAgent): boolean =>
  keepsMaker() && (reread !== undefined || operation?.kind === 'woken');

/** What ended an execution, for a report. */
export interface FailureText {
  readonly agent: WorldAgent;
  readonly kind: 'assert' | 'livelock';
  readonly what: string;
  /** Number of the place in the source, where that is known; else -1. */
  readonly site: number;
  readonly details: readonly string[];
}

const MOST_STACK = 8;

/** Undefined when nothing has failed. Throws what is no fault of the program: something that cannot be run here. */
export function failureOf(world: World): FailureText | undefined {
  const { failure } = world;
  if (failure === undefined) return undefined;
  const { agent, error, kind } = failure;
  if (isRefusal(error)) throw error;
  if (error instanceof HungError) {
    const what = 'a loop goes round without end and comes to nothing shared';
    return { agent, kind: 'livelock', what, site: error.site, details: [] };
  }
  const what = error instanceof ExitError ? exitText(error.code) : uncaughtText(error, kind);
  const details = framesOf(errorText(error)).slice(0, MOST_STACK);
  return { agent, kind: 'assert', what, site: -1, details };
}
