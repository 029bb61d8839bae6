/**
 * Whether a file is ordinary JavaScript to be explored, and no module on the bus: it names agents, or a program, or has
 * operations by name, where a module lists them.
 */
import { basename, resolve } from 'node:path';
import type { Target, Timeouts } from './targets.ts';

/** What such a file exports, one of them; a CommonJS module in its own way. */
const EXPORTED =
  /(?:^|[;}]|\*\/)\s*export(?:\s+(?:const|let|var|async\s+function|function)\s*\*?\s*|\s*\{[^}]*\b)(?:agents|program)\b/m;
const SCRIPT =
  /(?:^|[;}]|\*\/)\s*(?:module\.)?exports(?:\.(?:agents|program)\s*=|\s*=\s*\{[^]*\b(?:agents|program)\b)/m;
/** What a module on the bus cannot be without. */
const MODULE = /^\s*export\s+(?:const|let)\s+(?:cpus|operations)\b/m;

const OPERATIONS = /(?:^|[;}]|\*\/)\s*export\s+(?:const|let|var)\s+operations\b[^=]*=\s*(?:\{|Object\b)/m;
const SCRIPT_OPERATIONS = /(?:^|[;}]|\*\/)\s*(?:module\.)?exports(?:\.operations\s*=|\s*=\s*\{[^]*\boperations\b)/m;

const saysAgents = (text: string): boolean => EXPORTED.test(text) || SCRIPT.test(text);
const saysOperations = (text: string): boolean =>
  (OPERATIONS.test(text) || SCRIPT_OPERATIONS.test(text)) && !saysAgents(text);

export const isJavascript = (text: string): boolean => saysOperations(text) || (saysAgents(text) && !MODULE.test(text));

/** Names that no module on the bus has. */
const OF_JAVASCRIPT = /\.[cm][jt]s$/;

/** What is missing in a file that is neither; undefined for one that is, or that may be meant to be a module on the bus. */
export function missingIn(name: string, text: string): string | undefined {
  if (isJavascript(text) || MODULE.test(text)) return undefined;
  if (!OF_JAVASCRIPT.test(name) && text.trim() !== '') return undefined;
  return `${name} exports no agents, program or operations (docs/javascript.md), and no cpus (docs/modules.md)`;
}

/** The target of a file; `text`: what is in it, where that is at hand. */
export function javascriptTarget(path: string, timeouts: Timeouts, text = ''): Target {
  const extra = saysOperations(text) ? { hasOperations: true } : {};
  return { kind: 'javascript', name: basename(path), path: resolve(path), timeouts, ...extra };
}
