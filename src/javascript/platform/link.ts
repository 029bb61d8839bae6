/**
 * Modules fit together, or none of them runs: whatever one imports by name another exports, and in one way only. It is
 * asked before the first of them is evaluated, as Node does, of all that they import in their texts.
 */
import { JavascriptError } from '../error.ts';
import type { Stars } from '../language/modules.ts';
import type { Links, Wanted } from '../transform/links.ts';
import { codeError } from '../world/clone.ts';
import { perProgram } from './marks.ts';
import { type Program, programOf } from './programs.ts';
import { type Target, targetOf } from './targets.ts';

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Fault extends Place {
  readonly error: () => Error;
}

/** Where a name is defined: `*` is no name, and stands for a module as a whole. */
type Found = { readonly key: string; readonly name: string } | 'none' | 'ambiguous' | 'circle';

/** Modules that fit, with all that they import. */
const fitting = perProgram(() => new Set<string>());

/**
 * Throws when the module does not fit with what it imports: what Node throws, or, of the file that everything begins with,
 * JavascriptError.
 */
export function link(url: string, isFirst: boolean, text?: string): void {
  const program = programOf(url, text);
  if (program.links === undefined || fitting().has(url)) return;
  const seen = new Set<string>();
  const fault = faultBelow(url, program, seen);
  if (fault === undefined) {
    if (text === undefined) for (const one of seen) fitting().add(one);
    return;
  }
  const { file, line, column } = fault;
  const error = fault.error();
  if (isFirst) throw new JavascriptError(file, line, column, `${error.name}: ${error.message}`);
  error.stack = `${error.name}: ${error.message}\n    at ${file}:${line}:${column}`;
  throw error;
}

/** The first fault, of what is imported first. */
function faultBelow(url: string, program: Program, seen: Set<string>): Fault | undefined {
  seen.add(url);
  const { links, file } = program;
  if (links === undefined) return undefined;
  for (const { specifier, type, line, column } of links.asked) {
    const target = targetOf(specifier, url);
    if (target.kind === 'json' && type !== 'json' && !links.isTypeScript)
      return { file, line, column, error: () => typeMissing(target.key) };
    if (target.kind !== 'module' || fitting().has(target.key) || seen.has(target.key)) continue;
    const fault = faultBelow(target.key, target.program, seen);
    if (fault !== undefined) return fault;
  }
  for (const wanted of links.wanted) {
    const target = targetOf(wanted.specifier, url);
    const found = find(target, wanted.name, links.isTypeScript);
    if (typeof found === 'object') continue;
    const { line, column } = wanted;
    return { file, line, column, error: () => new SyntaxError(faultText(wanted, target, found, links)) };
  }
  return undefined;
}

function typeMissing(url: string): Error {
  const text = `Module "${url}" needs an import attribute of type "json"`;
  return codeError(TypeError, 'ERR_IMPORT_ASSERTION_TYPE_MISSING', text);
}

/** As Node words it. */
function faultText({ specifier, name }: Wanted, target: Target, found: string, links: Links): string {
  if (found === 'ambiguous')
    return `The requested module '${specifier}' contains conflicting star exports for name '${name}'`;
  if (found === 'circle') return `Detected cycle while resolving name '${name}' in '${specifier}'`;
  if (target.kind === 'script') {
    return (
      `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support ` +
      'all module.exports as named exports.\nCommonJS modules can always be imported via the default export, for example ' +
      `using:\n\nimport pkg from '${specifier}';\n`
    );
  }
  const advice = links.isTypeScript ? '; a type is imported with `import type`, and exported with `export type`' : '';
  return `The requested module '${specifier}' does not provide an export named '${name}'${advice}`;
}

/** ResolveExport of the language. `types`: names of types count too. */
function find(target: Target, name: string, types: boolean, seen = new Set<string>()): Found {
  const { key } = target;
  if (target.kind === 'open') return { key, name };
  if (target.kind !== 'module') return target.names.has(name) ? { key, name } : 'none';
  const links = target.program.links as Links;
  const asked = `${key}\0${name}`;
  if (seen.has(asked)) return 'circle';
  seen.add(asked);
  const own = links.exports.get(name);
  if (own !== undefined) return find(targetOf(own.specifier, key), own.name, types, seen);
  if (links.exports.has(name) || (types && links.types.has(name))) return { key, name };
  if (name === 'default') return 'none';
  let only: { readonly key: string; readonly name: string } | 'none' = 'none';
  for (const specifier of links.stars) {
    const found = find(targetOf(specifier, key), name, types, seen);
    if (found === 'ambiguous') return found;
    if (found === 'none' || found === 'circle') continue;
    if (only !== 'none' && (found.key !== only.key || found.name !== only.name)) return 'ambiguous';
    only = found;
  }
  return only;
}

interface Names {
  readonly names: readonly string[];
  readonly stars: Stars;
}

const namesKnown = new WeakMap<Program, Names>();

/** A module's names, in Node's order, and which of them its stars bring. */
export function namesOf(url: string, program: Program): Names {
  let known = namesKnown.get(program);
  if (known === undefined) namesKnown.set(program, (known = findNames(url, program)));
  return known;
}

function findNames(url: string, program: Program): Names {
  const links = program.links as Links;
  const self: Target = { kind: 'module', key: url, program };
  const stars = new Map<string, string[]>();
  const names = new Set([...links.exports.keys()].filter((name) => typeof find(self, name, false) === 'object'));
  for (const specifier of links.stars) {
    const brought: string[] = [];
    for (const name of exportedNames(targetOf(specifier, url), new Set([url]))) {
      if (name === 'default' || names.has(name) || links.exports.has(name)) continue;
      if (typeof find(self, name, false) !== 'object') continue;
      names.add(name);
      brought.push(name);
    }
    stars.set(specifier, [...(stars.get(specifier) ?? []), ...brought]);
  }
  return { names: [...names].sort(), stars };
}

/** GetExportedNames of the language. */
function exportedNames(target: Target, seen: Set<string>): readonly string[] {
  if (target.kind === 'open' || seen.has(target.key)) return [];
  if (target.kind !== 'module') return [...target.names];
  seen.add(target.key);
  const { exports, stars } = target.program.links as Links;
  const below = stars.flatMap((specifier) =>
    exportedNames(targetOf(specifier, target.key), seen).filter((name) => name !== 'default'),
  );
  return [...exports.keys(), ...below];
}
