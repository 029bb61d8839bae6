/** JSON documents that a command is given: bounded, of the shape that is asked for, or one message. */
import * as v from 'valibot';
import { parseJson } from '../base/json.ts';
import { shapeProblems } from '../base/shape.ts';
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

/** The same, held against a schema. Throws UsageError with the first fields that are otherwise. */
export function readShaped<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  hint: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, readJson(file, hint));
  if (result.success) return result.output;
  throw new UsageError(`${file}: ${shapeProblems(result.issues)}; ${hint}`);
}
