/** A recorded bug of JavaScript, on threads of the engine itself (javascript/threads). */
import { type Confirmation, confirm } from '../../javascript/threads/confirm.ts';
import type { Script } from '../../javascript/threads/script.ts';
import { ThreadsError } from '../../javascript/threads/turns.ts';
import type { JavascriptSubject } from '../subject/javascript-subject.ts';
import type { Subject } from '../subject/subject.ts';
import type { Bug } from '../run/runner.ts';

/** What a finding is whose end is of this kind. */
const KINDS: Readonly<Record<Script['end']['kind'], readonly string[]>> = {
  failure: ['assert'],
  wrong: ['assert'],
  stuck: ['deadlock', 'livelock'],
  race: ['data-race'],
  calls: ['spec'],
};

/** What these moves lead to on threads. Throws ThreadsError when they cannot make them. */
export async function onThreads(subject: Subject, moves: Uint16Array, bug: Bug): Promise<Confirmation> {
  return confirm(threadScript(subject, moves, bug));
}

/** `subject`: one of JavaScript, on which these moves have led to the bug. */
export function threadScript(subject: Subject, moves: Uint16Array, { kind, step }: Bug): Script {
  const isRace = kind === 'data-race';
  const script = (subject as JavascriptSubject).script(isRace ? moves.subarray(0, step) : moves, isRace);
  if (!KINDS[script.end.kind].includes(kind)) throw new ThreadsError(`its end is no ${kind}`);
  return script;
}
