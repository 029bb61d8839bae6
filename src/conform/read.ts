/** Reads a recording of a real kernel and tells by its content what it is. */
import * as v from 'valibot';
import { InputError, readFileText } from '../base/input.ts';
import { parseJson } from '../base/json.ts';
import { shapeProblems } from '../base/shape.ts';
import {
  type CloneTable,
  cloneTable,
  type Portable,
  portable,
  type RecordedProgram,
  recordedProgram,
  type UnshareTable,
  unshareTable,
} from './recording-types.ts';

/** A file that cannot be used; the message is for the person. */
export class ConformError extends Error {}

export type Content =
  | { readonly kind: 'clone'; readonly table: CloneTable }
  | { readonly kind: 'unshare'; readonly table: UnshareTable }
  | { readonly kind: 'programs'; readonly programs: readonly RecordedProgram[] }
  | { readonly kind: 'portable'; readonly portable: Portable };

/** Bytes of a recording. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Throws ConformError for a file that cannot be read, is no recording, or has no case. */
export function readContent(file: string): Content {
  const content = contentOf(file, readText(file));
  if (countOf(content) === 0) throw new ConformError(`${file} has no cases`);
  return content;
}

function readText(file: string): string {
  try {
    return readFileText(file, MOST_BYTES);
  } catch (error) {
    throw error instanceof InputError ? new ConformError(error.message) : error;
  }
}

function contentOf(file: string, text: string): Content {
  const lines = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [{ line, number: i + 1 }]));
  const [first, ...more] = lines;
  if (first === undefined) throw new ConformError(`${file} is empty`);
  // One document, or one program a line.
  const isLine = more.length > 0 && tryParse(first.line) !== undefined;
  const document = isLine ? tryParse(first.line) : parse(`${file}:${first.number}`, text);
  if (!isRecord(document)) throw new ConformError(`${file} is no recording: expected an object`);
  if ('ops' in document) {
    const programs = isLine ? lines : [{ line: text, number: first.number }];
    return {
      kind: 'programs',
      programs: programs.map(({ line, number }) => {
        const where = `${file}:${number}`;
        return shaped(where, recordedProgram, parse(where, line));
      }),
    };
  }
  if ('cases' in document) return { kind: 'clone', table: shaped(file, cloneTable, document) };
  if ('groups' in document) return { kind: 'unshare', table: shaped(file, unshareTable, document) };
  if ('P16' in document || 'P05' in document) return { kind: 'portable', portable: shaped(file, portable, document) };
  throw new ConformError(`${file} is no recording: expected "ops", "cases", "groups" or "P16" at its top level`);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function tryParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function parse(where: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ConformError(`${where}: ${(error as Error).message}`);
  }
}

/** The value itself, in the order of its own fields, which is compared as text. */
function shaped<Schema extends v.GenericSchema>(where: string, schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return value as v.InferOutput<Schema>;
  throw new ConformError(`${where}: ${shapeProblems(result.issues)}`);
}

/** How many comparisons it asks for; of what only narrows others, 1. */
function countOf(content: Content): number {
  switch (content.kind) {
    case 'clone':
      return content.table.cases.length + content.table.extra.length;
    case 'unshare': {
      const { groups, single_bits, extra } = content.table;
      const inGroups = [...groups, ...single_bits].map(({ results }) => Object.keys(results).length);
      return inGroups.reduce((sum, one) => sum + one, extra.length);
    }
    case 'programs':
      return content.programs.length;
    default:
      return 1;
  }
}
