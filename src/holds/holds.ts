/** Whether something holds under all interleavings, as a call: `tasklock explore` of a file, and what it came to. */
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './command.ts';
import { HoldsError } from './holds-error.ts';
import { commandOptions, type HoldsOptions } from './options.ts';
import { type HoldsResult, outcomeOf } from './outcome.ts';

/** A file of agents or a module for the bus: its path as seen from the working directory, or its URL. */
export type HoldsTarget = string | URL;

/** URLs are known by what they have: a test environment brings a class of its own. */
function urlOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target.startsWith('file:') ? target : undefined;
  const href = typeof target === 'object' && target !== null && 'href' in target ? target.href : undefined;
  return typeof href === 'string' ? href : undefined;
}

/** As a person would type it: below the working directory without what leads there. */
function nameOf(target: unknown): string {
  const url = urlOf(target);
  if (url !== undefined && !url.startsWith('file:')) throw new HoldsError(`${url} is no file`);
  const path = url === undefined ? target : fileURLToPath(url);
  if (typeof path === 'string' && path !== '') {
    const below = isAbsolute(path) ? relative(process.cwd(), path) : path;
    return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
  }
  const why =
    typeof path === 'function' ? ': each agent runs in modules of its own, which no function can be moved to' : '';
  throw new HoldsError(`what is explored is a file, by its path or URL, not ${describe(path)}${why}`);
}

const describe = (value: unknown): string =>
  typeof value === 'function' ? 'a function' : value === '' ? 'an empty path' : value === null ? 'null' : typeof value;

/**
 * Searches the interleavings of a file as `tasklock explore` does, by default with the same strategies for as long, and
 * records what it finds. It runs in a process of its own. Rejects with HoldsError when nothing can be said: an option that
 * is wrong, a file that is refused, a search that is interrupted, gives no sign or does not come to its work.
 */
export async function holds(target: HoldsTarget, options: HoldsOptions = {}): Promise<HoldsResult> {
  const name = nameOf(target);
  const args = ['explore', '--json', '--text', '--quiet', ...commandOptions(options), '--', name];
  return outcomeOf(name, await command(args, options.signal));
}
