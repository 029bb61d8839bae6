/** What an import means: which module, and which names it has before anything of it has run. */
import { extname } from 'node:path';
import { createRequire, isBuiltin } from 'node:module';
import { pathToFileURL } from 'node:url';
import { initSync, parse } from 'cjs-module-lexer';
import { nodeModuleName } from './node-modules.ts';
import { perProgram, readText } from './marks.ts';
import { type Program, programOf } from './programs.ts';
import { resolveImport, resolveRequire } from './resolve.ts';

export type Target =
  | { readonly kind: 'module'; readonly key: string; readonly program: Program }
  /** A script, a module of Node, JSON. */
  | { readonly kind: 'script' | 'built-in' | 'json'; readonly key: string; readonly names: ReadonlySet<string> }
  /** Nobody knows its names, or it is refused when its turn comes. */
  | { readonly kind: 'open'; readonly key: string };

const require = createRequire(import.meta.url);
const targets = perProgram(() => new Map<string, Target>());

/** Throws what Node throws for one that is not there, and JavascriptError for a text that is no program. */
export function targetOf(specifier: string, from: string): Target {
  const builtin = nodeModuleName(specifier);
  const key = builtin === undefined ? fileTarget(specifier, from) : `node:${builtin}`;
  const known = targets();
  let found = known.get(key);
  if (found === undefined) known.set(key, (found = targetAt(key)));
  return found;
}

const fileTarget = (specifier: string, from: string): string =>
  specifier === 'real-require' ? specifier : resolveImport(specifier, from);

function targetAt(key: string): Target {
  if (key.startsWith('node:')) return builtInTarget(key);
  if (key.endsWith('.json')) return { kind: 'json', key, names: new Set(['default']) };
  if (!isCode(key)) return { kind: 'open', key };
  const program = programOf(key);
  return program.isModule
    ? { kind: 'module', key, program }
    : { kind: 'script', key, names: new Set(['default', ...scriptNames(program.file)]) };
}

/** Whether a URL is of a file that can be code. */
export const isCode = (url: string): boolean => url.startsWith('data:') || /\.[cm]?[jt]s$|\/[^./]+$/.test(url);

function builtInTarget(key: string): Target {
  const names = builtInNames(key.slice('node:'.length));
  return names === undefined ? { kind: 'open', key } : { kind: 'built-in', key, names };
}

const builtIns = new Map<string, ReadonlySet<string>>();

/** Names that a module of Node exports; undefined of one that this Node does not have. */
export function builtInNames(name: string): ReadonlySet<string> | undefined {
  const found = builtIns.get(name);
  if (found !== undefined || !isBuiltin(`node:${name}`)) return found;
  const names = new Set(['default', ...Object.keys(require(`node:${name}`) as object)]);
  builtIns.set(name, names);
  return names;
}

const scripts = perProgram(() => new Map<string, ReadonlySet<string>>());

/** Names that Node sees in a script's text without running it, `default` left out of those that it takes from others. */
export function scriptNames(file: string): ReadonlySet<string> {
  const known = scripts().get(file);
  if (known !== undefined) return known;
  const names = new Set<string>();
  // Scripts may require each other in a circle.
  scripts().set(file, names);
  const { exports, reexports } = lexed(file);
  for (const name of exports) names.add(name);
  for (const specifier of reexports) {
    const from = required(specifier, file);
    if (from !== undefined) for (const name of scriptNames(from)) names.add(name);
  }
  return names;
}

function lexed(file: string): { readonly exports: readonly string[]; readonly reexports: readonly string[] } {
  initSync();
  try {
    return parse(readText(file));
  } catch {
    return { exports: [], reexports: [] };
  }
}

/** The script that it requires; undefined of what is none, or not there. */
function required(specifier: string, file: string): string | undefined {
  if (nodeModuleName(specifier) !== undefined) return undefined;
  try {
    const found = resolveRequire(specifier, file);
    return ['.json', '.node'].includes(extname(found)) || programOf(pathToFileURL(found).href).isModule
      ? undefined
      : found;
  } catch {
    return undefined;
  }
}
