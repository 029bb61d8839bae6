/** A recorded bug of JavaScript, on threads of the engine itself (javascript/threads). */
import { type Confirmation, confirm } from '../../javascript/threads/confirm.ts';
import { ThreadsError } from '../../javascript/threads/script.ts';
import type { Recording } from '../../recording/format.ts';
import { JavascriptSubject } from '../subject/javascript-subject.ts';
import type { Subject } from '../subject/subject.ts';

/** Of an end of this kind, what a finding of it may be. */
const KINDS = { failure: ['assert'], wrong: ['assert'], stuck: ['deadlock', 'livelock'] };

/** Of a recording that was replayed on this subject, to the same end. Throws ThreadsError. */
export async function onThreads(subject: Subject, { decisions, verdict }: Recording): Promise<Confirmation> {
  const script = (subject as JavascriptSubject).script(decisions);
  const [kind = ''] = verdict?.title.split(':') ?? [];
  if (!KINDS[script.end.kind].includes(kind)) throw new ThreadsError(`its end is no ${kind}`);
  return confirm(script);
}
