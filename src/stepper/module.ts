/**
 * A user's module as something to step: checked against the subset, compiled, loaded. It is written against
 * `tasklock/bus` and exports
 *
 *   cpus          functions, one per CPU; each may take the number of its CPU
 *   setup()       called before every execution, at once (optional)
 *   invariant()   must be true in every state (optional)
 *   finished()    must be true when every CPU is done (optional)
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, type Place } from './compile.ts';
import { parseSource, type Source, SourceError } from './source.ts';
import type { CompiledModule } from './stepped.ts';
import { stripTypes } from './strip-types.ts';
import { checkSubset, CPUS, formatViolation } from './subset.ts';
import { resolveNames } from './scope.ts';

export interface ModuleToStep extends CompiledModule {
  /** Numbers of the CPUs' functions. */
  readonly cpus: readonly number[];
}

export interface LoadedModule {
  readonly module: ModuleToStep;
  readonly places: readonly Place[];
  /** The source text, which a recording carries. */
  readonly text: string;
  readonly settings: ReadonlyMap<string, number>;
}

/** The module cannot be explored: one message for people, possibly of several lines. */
export class ModuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModuleError';
  }
}

const BUS = fileURLToPath(new URL('../bus.js', import.meta.url));
const HOOKS = ['setup', 'invariant', 'finished'];
const MOST_CPUS = 16;

/** Reads and compiles a module. `settings` replaces numbers of its constants. Throws ModuleError. */
export async function loadModule(file: string, settings: ReadonlyMap<string, number>): Promise<LoadedModule> {
  const path = resolvePath(file);
  return await loadModuleText(path, readModule(path, file), settings);
}

/** The same for a text that a recording carries; `path` says where it was, for its imports and for reports. */
export async function loadModuleText(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
): Promise<LoadedModule> {
  try {
    return await build(path, text, settings);
  } catch (error) {
    if (error instanceof SourceError) throw new ModuleError(error.message);
    throw error;
  }
}

function readModule(path: string, name: string): string {
  if (!existsSync(path)) throw new ModuleError(`${name}: no such file`);
  return readFileSync(path, 'utf8');
}

async function build(path: string, text: string, settings: ReadonlyMap<string, number>): Promise<LoadedModule> {
  const texts = new Map([[path, text]]);
  const read = (file: string): string => {
    const own = texts.get(file) ?? readModule(file, file);
    if (file.startsWith(dirname(BUS))) return own;
    const violations = checkSubset(basename(file), own, 'module');
    if (violations.length > 0) throw new ModuleError(violations.map(formatViolation).join('\n'));
    return stripTypes(file, own);
  };
  const source = parseSource(path, read(path));
  const entries = entryNames(source, basename(path));
  checkSettings(source, settings, basename(path));
  const compiled = compile({
    entries: entries.map((name) => ({ file: path, name })),
    read,
    resolve: (from, name) => (name === 'tasklock/bus' ? BUS : beside(from, name)),
    isExternal: (one) => one.endsWith('/machine/fault.js'),
    importPath: (one) => pathToFileURL(one).href,
    spins: true,
    atOnce: HOOKS,
    tables: [CPUS],
    settings,
  });
  const url = `data:text/javascript;base64,${Buffer.from(compiled.text).toString('base64')}`;
  const module = (await import(url)) as ModuleToStep;
  checkCpus(module, basename(path));
  return { module, places: compiled.places, text, settings };
}

/** The file that an import names; one that ends in .js may be the .ts beside it. */
function beside(from: string, name: string): string {
  const path = resolvePath(dirname(from), name);
  const typescript = path.replace(/\.js$/, '.ts');
  return existsSync(path) || !existsSync(typescript) ? path : typescript;
}

/** Functions that have to be compiled: the hooks, and what stands in `cpus`. */
function entryNames(source: Source, name: string): string[] {
  const { module, references } = resolveNames(source.program);
  const cpus = module.get(CPUS)?.node;
  if (cpus?.type !== 'VariableDeclarator' || cpus.init === null) {
    throw new ModuleError(`${name}: no \`export const cpus = [...]\`: list the functions, one for each CPU`);
  }
  const { start, end } = cpus.init;
  const inCpus = references.filter((r) => r.start >= start && r.end <= end && r.binding?.kind === 'function');
  const functions = new Set(inCpus.map((reference) => reference.name));
  if (functions.size === 0) throw new ModuleError(`${name}: cpus names no function of the module`);
  for (const hook of HOOKS) if (module.get(hook)?.kind === 'function') functions.add(hook);
  return [...functions];
}

function checkSettings(source: Source, settings: ReadonlyMap<string, number>, name: string): void {
  const { module } = resolveNames(source.program);
  const constants = [...module.values()].filter((b) => b.kind === 'const' && b.name !== CPUS).map((b) => b.name);
  for (const setting of settings.keys()) {
    if (constants.includes(setting)) continue;
    const known = constants.length > 0 ? `its constants are ${constants.join(', ')}` : 'it has no constants';
    throw new ModuleError(`${name}: no constant ${setting} to set: ${known}`);
  }
}

function checkCpus({ cpus }: ModuleToStep, name: string): void {
  if (!Array.isArray(cpus) || cpus.some((one) => !Number.isInteger(one) || one < 0)) {
    throw new ModuleError(`${name}: cpus must be an array of functions of the module`);
  }
  if (cpus.length === 0 || cpus.length > MOST_CPUS) {
    throw new ModuleError(`${name}: ${cpus.length} CPUs; a module has 1 to ${MOST_CPUS}`);
  }
}
