/** Which file a name means, as Node resolves it: for require, by Node itself; for import, by its rules of packages. */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { codeError } from '../world/clone.ts';
import { notedNames, perProgram } from './marks.ts';
import { refuse } from './refused.ts';

const CONDITIONS = new Set(['node', 'import', 'module-sync', 'node-addons']);

/** What was found; files do not come and go while programs are explored. */
const resolved = perProgram(() => new Map<string, string>());

function remembered(kind: string, specifier: string, from: string, find: () => string): string {
  const key = `${kind} ${specifier} ${from}`;
  const all = resolved();
  let found = all.get(key);
  if (found === undefined) all.set(key, (found = find()));
  return found;
}

/** The URL that `specifier` in an import of the module at `from` means. */
export function resolveImport(specifier: string, from: string): string {
  return remembered('import', specifier, from, () => findImport(specifier, from));
}

function findImport(specifier: string, from: string): string {
  if (/^(file|data):/.test(specifier)) return specifier;
  if (/^\w{2,}:/.test(specifier)) refuse(`${specifier} cannot be imported: explored code opens no network`);
  if (/^\.{0,2}\//.test(specifier)) return realUrl(typed(new URL(specifier, from).href, from), from);
  if (specifier.startsWith('#')) return own(specifier, from);
  const parts = nameParts(specifier);
  if (parts === undefined) throw notFound(specifier, from);
  const [name, rest = ''] = parts;
  // Packages are looked for from where a file really is, as Node does it, though it was named by a link.
  for (let folder = dirname(realpathSync(fileURLToPath(from))); ; folder = dirname(folder)) {
    const self = packageOf(folder);
    if (self?.json.name === name && self.folder === folder && self.json.exports !== undefined)
      return exported(self, `.${rest}`, from);
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return inPackage(found, rest, from);
    if (folder === dirname(folder)) throw notFound(specifier, from);
  }
}

/** The file that `specifier` in a require of the file means. */
export function resolveRequire(specifier: string, from: string): string {
  return remembered('require', specifier, from, () => {
    noteRequire(specifier, from);
    return createRequire(from).resolve(specifier);
  });
}

/** Node reads them itself: what there is of a package.json on the way. */
function noteRequire(specifier: string, from: string): void {
  packageOf(dirname(from));
  if (/^\.{0,2}(?:\/|$)/.test(specifier)) {
    notePackage(resolve(dirname(from), specifier));
    return;
  }
  const [name = '', rest] = nameParts(specifier) ?? [];
  for (let folder = dirname(existsSync(from) ? realpathSync(from) : from); ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) {
      notePackage(found);
      if (rest !== undefined) notePackage(join(found, rest));
    }
    if (folder === dirname(folder)) return;
  }
}

function notePackage(folder: string): void {
  if (existsSync(join(folder, 'package.json'))) packageOf(folder);
}

function nameParts(specifier: string): [name: string, rest: string | undefined] | undefined {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
  return name === undefined ? undefined : [name, rest];
}

interface Package {
  readonly folder: string;
  readonly json: {
    readonly name?: string;
    readonly type?: string;
    readonly main?: string;
    readonly exports?: unknown;
    readonly imports?: Record<string, unknown>;
  };
}

const packages = perProgram(() => new Map<string, Package | undefined>());

/** What the package that a folder is in says of its files; that there is none, or none nearer, belongs to the recording. */
export function typeIn(folder: string): string | undefined {
  const found = packageOf(folder);
  for (let at = folder; at !== found?.folder && !isOutside(at); at = dirname(at)) notedNames(join(at, 'package.json'));
  return found?.json.type;
}

/** No package is looked for here, nor above. */
const isOutside = (folder: string): boolean => folder === dirname(folder) || basename(folder) === 'node_modules';

/** The package that a folder is in. */
export function packageOf(folder: string): Package | undefined {
  const known = packages();
  if (known.has(folder)) return known.get(folder);
  const file = join(folder, 'package.json');
  let found: Package | undefined;
  if (basename(folder) !== 'node_modules' && existsSync(file)) {
    notedNames(file);
    found = { folder, json: JSON.parse(readFileSync(file, 'utf8')) as Package['json'] };
  } else if (!isOutside(folder)) found = packageOf(dirname(folder));
  known.set(folder, found);
  return found;
}

function inPackage(folder: string, rest: string, from: string): string {
  // Without a package.json it is a folder as any other, whatever package that is in.
  const above = packageOf(folder);
  const found = above?.folder === folder ? above : { folder, json: {} };
  if (found.json.exports !== undefined) return exported(found, `.${rest}`, from);
  if (rest !== '') return realUrl(pathToFileURL(join(folder, rest)).href, from);
  const main = found.json.main ?? 'index.js';
  for (const tried of [main, `${main}.js`, `${main}.json`, join(main, 'index.js'), 'index.js']) {
    const file = join(folder, tried);
    if (existsSync(file) && statSync(file).isFile()) return pathToFileURL(realpathSync(file)).href;
  }
  throw notFound(folder, from);
}

function exported({ folder, json }: Package, key: string, from: string): string {
  const { exports } = json;
  const isTable =
    typeof exports === 'object' && exports !== null && Object.keys(exports).some((one) => one.startsWith('.'));
  const table = (isTable ? exports : { '.': exports }) as Record<string, unknown>;
  const target = matched(table, key);
  if (target !== undefined) return realUrl(pathToFileURL(join(folder, target)).href, from);
  const what = key === '.' ? 'No "exports" main defined' : `Package subpath '${key}' is not defined by "exports"`;
  throw codeError(
    Error,
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
    `${what} in ${join(folder, 'package.json')} imported from ${fileURLToPath(from)}`,
  );
}

/** `#name`: of the package itself. */
function own(specifier: string, from: string): string {
  const found = packageOf(dirname(fileURLToPath(from)));
  const target = matched(found?.json.imports ?? {}, specifier);
  if (target === undefined || found === undefined) throw notFound(specifier, from);
  return target.startsWith('.')
    ? realUrl(pathToFileURL(join(found.folder, target)).href, from)
    : resolveImport(target, from);
}

/** The target of a key, or of the longest pattern that matches it. */
function matched(table: Record<string, unknown>, key: string): string | undefined {
  if (key in table) return targetOf(table[key], '');
  const patterns = Object.keys(table).filter((one) => one.includes('*'));
  for (const pattern of patterns.sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length)) {
    const [before, after] = pattern.split('*') as [string, string];
    if (key.startsWith(before) && key.endsWith(after) && key.length >= pattern.length) {
      return targetOf(table[pattern], key.slice(before.length, key.length - after.length));
    }
  }
  return undefined;
}

function targetOf(target: unknown, star: string): string | undefined {
  if (typeof target === 'string') return target.replaceAll('*', star);
  if (Array.isArray(target)) return target.map((one) => targetOf(one, star)).find((one) => one !== undefined);
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, one] of Object.entries(target)) {
    const found = condition === 'default' || CONDITIONS.has(condition) ? targetOf(one, star) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** TypeScript names the file that it will have become: of one that is not there, the one that is written. */
function typed(url: string, from: string): string {
  const written = url.replace(/\.([cm]?)js$/, '.$1ts');
  return /\.[cm]?ts$/.test(from) && !existsSync(fileURLToPath(url)) && existsSync(fileURLToPath(written))
    ? written
    : url;
}

function realUrl(url: string, from: string): string {
  const file = fileURLToPath(url);
  if (!existsSync(file) || !statSync(file).isFile()) throw notFound(file, from);
  return pathToFileURL(realpathSync(file)).href;
}

function notFound(specifier: string, from: string): Error {
  const kind = specifier.startsWith('/') ? 'module' : 'package';
  const importer = from.startsWith('file:') ? fileURLToPath(from) : from;
  const text = `Cannot find ${kind} '${specifier}' imported from ${importer}${aliasText(importer)}`;
  return codeError(Error, 'ERR_MODULE_NOT_FOUND', text);
}

/** Of TypeScript, whose compiler may know names that Node does not: what says so. The first tsconfig.json above counts. */
function aliasText(importer: string): string {
  if (!/\.[cm]?ts$/.test(importer)) return '';
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const file = join(folder, 'tsconfig.json');
    if (existsSync(file)) {
      const has = ['paths', 'baseUrl'].filter((name) => new RegExp(`"${name}"\\s*:`).test(readFileSync(file, 'utf8')));
      const advice = 'Node does not follow; write it as "imports" of package.json, or as a path';
      return has.length === 0 ? '' : `; ${file} has ${has.join(' and ')}, which ${advice}`;
    }
    if (folder === dirname(folder)) return '';
  }
}
