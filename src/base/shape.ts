/** What is wrong with data that does not have the shape it should have, in one line for people. */
import * as v from 'valibot';
import { oneLine } from './visible.ts';

const MOST = 3;

/** A title or a name: what is shown of it stays on its line. */
export const line = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\n'), 'a text of one line'),
);

/** The first fields that are otherwise: what is expected and what was found. */
export function shapeProblems(issues: ReadonlyArray<v.BaseIssue<unknown>>): string {
  const shown = issues.slice(0, MOST).map(issueText);
  const more = issues.length - MOST;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** Schemas give messages of what they expect; the others are valibot's own. */
function issueText(issue: v.BaseIssue<unknown>): string {
  const field = oneLine(v.getDotPath(issue) ?? 'the document', 100);
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${field}: unknown field`;
  if (issue.input === undefined) return `${field}: missing`;
  const wanted = issue.message.startsWith('Invalid ') ? (issue.expected ?? 'another value') : issue.message;
  return `${field}: expected ${oneLine(wanted, 200)}, found ${show(issue.input)}`;
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return oneLine(JSON.stringify(value) ?? String(value), 40);
}
