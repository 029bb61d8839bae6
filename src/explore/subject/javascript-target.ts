/**
 * Whether a file is ordinary JavaScript to be explored, and no module on the bus: it names agents, or a program, or has
 * operations by name, where a module lists them.
 */
import { basename, resolve } from 'node:path';
import type { Target, Timeouts } from './targets.ts';

/** What such a file exports, one of them. */
const EXPORTED = /^\s*export\s+(?:const|let|var|async\s+function|function)\s*\*?\s*(?:agents|program)\b/m;
/** What a module on the bus cannot be without. */
const MODULE = /^\s*export\s+(?:const|let)\s+(?:cpus|operations)\b/m;

const OPERATIONS = /^\s*export\s+(?:const|let|var)\s+operations\b[^=]*=\s*(?:\{|Object\b)/m;

const saysOperations = (text: string): boolean => OPERATIONS.test(text) && !EXPORTED.test(text);

export const isJavascript = (text: string): boolean =>
  saysOperations(text) || (EXPORTED.test(text) && !MODULE.test(text));

/** The target of a file; `text`: what is in it, where that is at hand. */
export function javascriptTarget(path: string, timeouts: Timeouts, text = ''): Target {
  const extra = saysOperations(text) ? { hasOperations: true } : {};
  return { kind: 'javascript', name: basename(path), path: resolve(path), timeouts, ...extra };
}
