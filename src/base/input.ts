/**
 * Files that a person names, read whole: regular ones of a bounded size. Pipes and devices would never end, files of
 * /proc are no files, and a name may lead anywhere; each is one message.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { oneLine } from './visible.ts';

/** Why the file cannot be used. The message is one line for people, with the file's name. */
export class InputError extends Error {
  /** True when there is no such file. */
  readonly missing: boolean;
  constructor(message: string, missing = false) {
    super(message);
    this.name = 'InputError';
    this.missing = missing;
  }
}

/** The bytes of a file of at most `most` bytes; `name` is how messages call it. Throws InputError. */
export function readFileBytes(path: string, most: number, name = path): Buffer {
  const shown = oneLine(name);
  if (path.includes('\0')) throw new InputError(`${shown} is no name of a file`, true);
  let file: number;
  try {
    // Opening a pipe would wait for its other end.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw inputError(error, shown);
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new InputError(`${shown} is not a file`);
    if (status.size > most) throw new InputError(`${shown} has ${status.size} bytes; at most ${most} are read`);
    const bytes = Buffer.alloc(status.size + 1);
    const length = fill(file, bytes);
    // What has no size and yet bytes is made up by the system as it is read.
    if (length > status.size) throw new InputError(`${shown} is not a file that stays as it is`);
    return bytes.subarray(0, length);
  } catch (error) {
    throw error instanceof InputError ? error : inputError(error, shown);
  } finally {
    closeSync(file);
  }
}

/** The same as text. Throws InputError, also for bytes that are no UTF-8. */
export function readFileText(path: string, most: number, name = path): string {
  const bytes = readFileBytes(path, most, name);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InputError(`${oneLine(name)} is no text in UTF-8`);
  }
}

function fill(file: number, bytes: Buffer): number {
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function inputError(error: unknown, name: string): InputError {
  const { code, errno } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new InputError(`there is no file ${name}`, true);
  const [, text] = getSystemErrorMap().get(errno ?? 0) ?? ['', code ?? 'unknown error'];
  return new InputError(`${name} cannot be read: ${text}`);
}
