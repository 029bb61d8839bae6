/**
 * Files that are there whole under their name or not at all, and that take nobody else's name: written under a passing
 * name in the same directory, forced to the disk, and then given their own.
 */
import { existsSync, linkSync, mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inWords, isSystemError, shortPath } from './errno.ts';
import { passing } from './passing.ts';

/** A file that could not be written or read; the message says which and why. */
export class FileError extends Error {
  /** `ENOSPC` */
  readonly code: string;

  constructor(path: string, cause: unknown) {
    super(`${shortPath(path)}: ${inWords(cause)}`, { cause });
    this.name = 'FileError';
    this.code = isSystemError(cause) ? (cause.code ?? '') : '';
  }
}

type Content = string | Uint8Array;

let count = 0;

/** A process without rights (cli/confined.ts) may write to files, and not have them forced to the disk. */
const mayFlush = !('permission' in process);

/** Writes under a passing name, and hands that to `settle`. Nothing stays behind. Throws FileError. */
function written<T>(path: string, content: Content, settle: (temporary: string) => T, flush = mayFlush): T {
  const temporary = join(dirname(path), `.tasklock-${process.pid}-${count++}.tmp`);
  passing.add(temporary);
  try {
    writeFileSync(temporary, content, { flag: 'wx', flush });
    return settle(temporary);
  } catch (error) {
    throw new FileError(path, error);
  } finally {
    remove(temporary);
    passing.delete(temporary);
  }
}

/** Puts the content in the place of what the file held. Throws FileError. */
export function replaceFile(path: string, content: Content): void {
  written(path, content, (temporary) => renameSync(temporary, path));
}

/** Writes a new file; false, and nothing done, when there is one of that name. Throws FileError. */
export function createFile(path: string, content: Content): boolean {
  if (existsSync(path)) return false;
  return written(path, content, (temporary) => {
    try {
      linkSync(temporary, path);
    } catch (error) {
      const code = isSystemError(error) ? error.code : undefined;
      if (code === 'EEXIST') return false;
      // A disk without links: the moment between the look and the renaming is all that another run has.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
      if (existsSync(path)) return false;
      renameSync(temporary, path);
    }
    return true;
  });
}

/**
 * Makes a directory with all above it; one that is there is left as it is. Throws FileError. Step by step, since Node's own
 * way of doing so never ends below /proc, which says of any new name that it is not there.
 */
export function makeDirectory(path: string): void {
  const above = dirname(path);
  if (existsSync(path)) return;
  if (above !== path) makeDirectory(above);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it in between.
    if (!isSystemError(error) || error.code !== 'EEXIST') throw new FileError(path, error);
  }
}

/**
 * Tries to write in a directory, and leaves nothing there: nothing has to come to the disk, which every search would wait for.
 * Throws FileError, which names the directory.
 */
export function tryDirectory(path: string): void {
  try {
    written(join(path, 'probe'), 'x', () => undefined, false);
  } catch (error) {
    throw error instanceof FileError ? new FileError(path, error.cause) : error;
  }
}

/** Takes a file away if it is there and the system lets us: what cannot be taken away is not worth a message. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was renamed, or never came to be.
  }
}
