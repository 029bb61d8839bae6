/** Recorded against answered: two values are the same when they read the same. */
import type { CaseResult } from './recording-types.ts';

/** The result of a case that is one comparison. */
export function compare(name: string, expected: unknown, got: unknown): CaseResult {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(got)];
  const difference = left === right ? null : { case: name, step: null, expected: left, got: right };
  return { difference, known: null };
}
