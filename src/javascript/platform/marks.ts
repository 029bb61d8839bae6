/** What a recording holds of each file that a program was run with, or has looked at: whether it is still the same. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** The file that the program begins with for which something is done; the empty text outside of any. */
let program = '';

/**
 * What follows is done for the program that begins with this file. What is known of files is known to each by itself:
 * that one of them has read a file is nothing of another's recording.
 */
export function enterProgram(main: string): void {
  program = main;
}

/** Something that each program has of its own, for as long as the process lives: gives that of the one that was entered, or that is named. */
export function perProgram<T>(make: () => T): (of?: string) => T {
  const all = new Map<string, T>();
  let last: { readonly program: string; readonly own: T } | undefined;
  return (of = program) => {
    if (last?.program === of) return last.own;
    if (!all.has(of)) all.set(of, make());
    last = { program: of, own: all.get(of) as T };
    return last.own;
  };
}

/** By file, of the program. */
export const filesRead = perProgram(() => new Map<string, string>());

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Stand for what is no file: no text is likely to have one of them. */
export const ABSENT = hashOf('there is nothing');
const FOLDER = hashOf('there is a folder');

/** Of a package.json: what a name that leads to it means, and what its files are. Its version and scripts may change. */
export const NAMES = ' (how names resolve)';
const DECIDING = ['name', 'type', 'main', 'exports', 'imports'];

export function markOf(file: string): string {
  if (file.endsWith(NAMES)) return namesMark(file.slice(0, -NAMES.length));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return ABSENT;
  return found.isFile() ? hashOf(readFileSync(file, 'utf8')) : FOLDER;
}

function namesMark(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) return ABSENT;
  const text = readFileSync(file, 'utf8');
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    return hashOf(JSON.stringify(DECIDING.map((key) => json[key])));
  } catch {
    return hashOf(text);
  }
}

/** What a package.json decides, also that it is not there, belongs to the recording. */
export const notedNames = (file: string): void => noted(`${file}${NAMES}`);

/** A file's text; it belongs to the recording. */
export function readText(file: string): string {
  const text = readFileSync(file, 'utf8');
  filesRead().set(file, hashOf(text));
  return text;
}

/** Whether it is there, and as what, belongs to the recording. */
export function noted(file: string): void {
  const files = filesRead();
  if (!files.has(file)) files.set(file, markOf(file));
}
