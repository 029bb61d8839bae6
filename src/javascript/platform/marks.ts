/** What a recording holds of each file that a program was run with, or has looked at: whether it is still the same. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** By file, of this process. */
export const filesRead = new Map<string, string>();

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Stand for what is no file: no text is likely to have one of them. */
export const ABSENT = hashOf('there is nothing');
const FOLDER = hashOf('there is a folder');

export function markOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return ABSENT;
  return found.isFile() ? hashOf(readFileSync(file, 'utf8')) : FOLDER;
}

/** A file's text; it belongs to the recording. */
export function readText(file: string): string {
  const text = readFileSync(file, 'utf8');
  filesRead.set(file, hashOf(text));
  return text;
}

/** Whether it is there, and as what, belongs to the recording. */
export function noted(file: string): void {
  if (!filesRead.has(file)) filesRead.set(file, markOf(file));
}
