/** Whether a file is ordinary JavaScript to be explored, and no module on the bus: it names agents, or a program. */
import { basename, resolve } from 'node:path';
import type { Target, Timeouts } from './targets.ts';

/** What such a file exports, one of them. */
const EXPORTED = /^\s*export\s+(?:const|let|var|async\s+function|function)\s*\*?\s*(?:agents|program)\b/m;
/** What a module on the bus cannot be without. */
const MODULE = /^\s*export\s+(?:const|let)\s+(?:cpus|operations)\b/m;

export const isJavascript = (text: string): boolean => EXPORTED.test(text) && !MODULE.test(text);

export function javascriptTarget(path: string, timeouts: Timeouts): Target {
  return { kind: 'javascript', name: basename(path), path: resolve(path), timeouts };
}
