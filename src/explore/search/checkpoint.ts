/**
 * A search that can be interrupted and taken up again: the parts that are done, in a file that is whole at any moment.
 * It belongs to one search of one build; another one is refused, for its parts would be others.
 *
 * Two lines of JSON: the schema with a checksum over every byte that follows, then what is kept. Nothing is looked at
 * before the checksum is right.
 */
import { readFileSync, statSync } from 'node:fs';
import * as v from 'valibot';
import { replaceFile } from '../../base/whole-file.ts';
import type { Subject } from '../subject/subject.ts';
import { firstDifference, type Identity, identityShape } from './identity.ts';
import { revived, saved, savedParts } from './saved-result.ts';
import { checksumOf } from './seal.ts';
import type { SearchResult } from './result.ts';

const SCHEMA = 'tasklock.checkpoint/3';
const SAVE_EVERY_MS = 1_000;
const ANY_SCHEMA = /^\{"schema":"tasklock\.checkpoint\/(\d+)"/;
const LONGEST_HEAD = 200;

/** The file is no checkpoint, or of another search: one line that says what to do. */
export class CheckpointError extends Error {}

/** Puts a text in the place of what a file holds. Throws FileError. */
export type Write = (file: string, text: string) => void;

/** What is searched. */
type Searched = Pick<Subject, 'profile' | 'changed'>;

const contentShape = v.object({ search: identityShape, parts: savedParts });

export class Checkpoint {
  readonly #file: string;
  readonly #search: Identity;
  readonly #write: Write;
  readonly #parts = new Map<number, SearchResult>();
  #savedAt = 0;

  /** Opens the file, or begins one. Throws CheckpointError. */
  constructor(file: string, search: Identity, subject: Searched, write: Write = replaceFile) {
    this.#file = file;
    this.#search = search;
    this.#write = write;
    const bytes = readBytes(file);
    if (bytes === undefined) return;
    const kept = readKept(file, bytes);
    // A search that was given another time to run is still the same search.
    const difference = firstDifference(kept.search, search, ['durationMs']);
    if (difference !== undefined) {
      const { what, one, other } = difference;
      fail(
        `${file} is of another search: its ${what} is ${one}, here it is ${other}`,
        'delete it, or name another file',
      );
    }
    for (const [part, result] of kept.parts) {
      // Of files that only some executions come to the identity knows nothing.
      const [changed] = subject.changed?.(result.files ?? {}) ?? [];
      if (changed !== undefined) fail(`${file} is of other files: ${changed} was changed`, 'delete it to begin anew');
      this.#parts.set(part, revived(result, subject.profile));
    }
  }

  /** Parts that are done. */
  get done(): ReadonlyMap<number, SearchResult> {
    return this.#parts;
  }

  /** Keeps the result of a part; writes the file now and then. Throws FileError when that fails; the part is kept for the next time. */
  add(part: number, result: SearchResult): void {
    this.#parts.set(part, result);
    if (performance.now() - this.#savedAt >= SAVE_EVERY_MS) this.save();
  }

  /** Throws FileError. */
  save(): void {
    this.#savedAt = performance.now();
    const parts = [...this.#parts].map(([part, result]) => [part, saved(result)] as const);
    const content = `${JSON.stringify({ search: this.#search, parts })}\n`;
    this.#write(this.#file, `${headOf(content)}\n${content}`);
  }
}

const headOf = (content: string | Uint8Array): string =>
  JSON.stringify({ schema: SCHEMA, checksum: checksumOf(content) });

function fail(what: string, advice: string): never {
  throw new CheckpointError(`${what}: ${advice}`);
}

/** What is in the file; undefined when there is none. */
function readBytes(file: string): Buffer | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (stat.isFile()) return readFileSync(file);
  } catch (error) {
    return fail(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'name another file');
  }
  return fail(`--checkpoint ${file} is not a file`, 'name another one');
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined;
  }
}

function readKept(file: string, bytes: Buffer): v.InferOutput<typeof contentShape> {
  const end = bytes.subarray(0, LONGEST_HEAD).indexOf('\n');
  const head = bytes.toString('latin1', 0, end < 0 ? Math.min(bytes.length, LONGEST_HEAD) : end);
  const schema = ANY_SCHEMA.exec(head);
  if (schema === null) fail(`${file} is no checkpoint, or is damaged`, 'delete it to begin anew, or name another file');
  const content = bytes.subarray(end + 1);
  if (head !== headOf(content)) {
    const isOther = `tasklock.checkpoint/${schema[1]}` !== SCHEMA;
    const what = isOther
      ? 'was made by another version of tasklock, or is damaged'
      : 'is damaged, was cut off or changed';
    fail(`${file} ${what}`, 'delete it to begin anew');
  }
  const kept = v.safeParse(contentShape, parsed(content));
  const numbers = kept.success ? kept.output.parts.map(([part]) => part) : [];
  if (kept.success && new Set(numbers).size === numbers.length) return kept.output;
  return fail(`${file} holds no results of a search`, 'delete it to begin anew');
}
