/** Recorded against answered: two values are the same when they read the same. */
import { ConformError } from './read.ts';
import type { CaseResult } from './recording-types.ts';

/** The result of a case that is one comparison. A fault of the model's kernel is a difference like any other. */
export function compare(name: string, expected: unknown, answer: () => unknown): CaseResult {
  const [left, right] = [JSON.stringify(expected), answered(answer)];
  const difference = left === right ? null : { case: name, step: null, expected: left, got: right };
  return { difference, known: null };
}

function answered(answer: () => unknown): string {
  try {
    return JSON.stringify(answer());
  } catch (error) {
    if (error instanceof ConformError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}
