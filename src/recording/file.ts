/** Recordings on disk. A file is written once and never changed; its name is the kind of bug and a part of its hash. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, readFileBytes } from '../base/input.ts';
import { createFile } from '../base/whole-file.ts';
import { decodeRecording, encodeRecording, type Recording } from './format.ts';
import { MAX_BYTES } from './limits.ts';
import { RecordingError } from './recording-error.ts';
import { decodeToken, looksLikeToken } from './token.ts';

const EXTENSION = '.rec';
/** Where recordings go when nobody says where. */
export const RECORDINGS = '.tasklock';

/** Whether that is a token itself and no path. */
export const isToken = (pathOrToken: string): boolean => looksLikeToken(pathOrToken) && !existsSync(pathOrToken);

/** Reads a recording: a `.rec` file, a text file with a token, or the token itself. Throws RecordingError. */
export function readRecording(pathOrToken: string): Recording {
  if (isToken(pathOrToken)) return decodeToken(pathOrToken);
  const bytes = readBytes(pathOrToken);
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (looksLikeToken(head)) return decodeToken(Buffer.from(bytes).toString('latin1'));
  return decodeRecording(bytes, pathOrToken);
}

/** A recording on disk: where, and whether it came there now. */
export interface Written {
  readonly path: string;
  readonly isNew: boolean;
}

/** Writes a recording into a directory as saveRecording does; the path. */
export function writeRecording(recording: Recording, directory: string): string {
  return saveRecording(recording, directory).path;
}

/**
 * Writes a recording into a directory. The file is there whole or not at all; one with the same content stays as it is,
 * one with other content is never replaced. Throws FileError.
 */
export function saveRecording(recording: Recording, directory: string): Written {
  const bytes = encodeRecording(recording);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const kind = recording.verdict?.kind ?? 'pass';
  for (const digits of [8, 16, 64]) {
    const path = join(directory, `${kind}-${hash.slice(0, digits)}${EXTENSION}`);
    if (createFile(path, bytes)) return { path, isNew: true };
    if (isSame(path, bytes)) return { path, isNew: false };
  }
  throw new RecordingError('wrong', `${join(directory, kind)}-${hash}${EXTENSION} is there with other content`);
}

function isSame(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileBytes(path, MAX_BYTES).equals(bytes);
  } catch {
    return false;
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileBytes(path, MAX_BYTES);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new RecordingError('missing', error.missing ? `${error.message}, and it is no token (TL1.…)` : error.message);
  }
}

/** As many as are enough to tell a few files apart. */
const DIGITS = /^[0-9a-f]{4,64}$/;

/**
 * The path of a recording that is called by the digits in its name, as `559de774` or the first of them, in the folder of
 * recordings or in this one; undefined when it is no such name. Throws RecordingError when several are called so.
 */
export function pathByDigits(name: string): string | undefined {
  if (!DIGITS.test(name) || existsSync(name)) return undefined;
  const found = [RECORDINGS, '.'].flatMap((directory) =>
    entriesOf(directory)
      .filter((file) => file.endsWith(EXTENSION) && file.slice(file.lastIndexOf('-') + 1).startsWith(name))
      .map((file) => join(directory, file)),
  );
  if (found.length > 1) throw new RecordingError('wrong', `${name} is ${found.sort().join(' or ')}: name the file`);
  return found[0];
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
