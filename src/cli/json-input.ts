/** JSON documents that a command is given: bounded, or one message. What they hold is for the reader to check (base/shape.ts). */
import { parseJson } from '../base/json.ts';
import { readInput, UsageError } from './usage.ts';

/** Bytes of a document. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The value in a file. Throws UsageError; `hint` says how to make such a file. */
export function readJson(file: string, hint: string): unknown {
  try {
    return parseJson(readInput(file, MOST_BYTES));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file} is no JSON document (${error.message}); ${hint}`);
    throw error;
  }
}
