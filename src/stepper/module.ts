/**
 * A user's module as something to step: checked against the subset, compiled, loaded. It is written against
 * `tasklock/bus` and exports
 *
 *   cpus          functions, one per CPU; each may take the number of its CPU
 *   setup()       called before every execution, at once (optional)
 *   invariant()   must be true in every state (optional)
 *   finished()    must be true when every CPU is done (optional)
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MAX_CPUS } from '../machine/limits.ts';
import { BUS_MODULE } from './bus-functions.ts';
import { compile, type Place } from './compile.ts';
import { desugar } from './desugar.ts';
import { checkImports } from './module-imports.ts';
import { parseSource, type Source, SourceError } from './source.ts';
import type { CompiledModule } from './compiled-module.ts';
import { stripTypes } from './strip-types.ts';
import { checkSubset, CPUS, formatViolation } from './subset.ts';
import { type Reference, resolveNames } from './scope.ts';

export interface ModuleToStep extends CompiledModule {
  /** Numbers of the CPUs' functions. */
  readonly cpus: readonly number[];
  /** What each is called with. */
  readonly args: ReadonlyArray<readonly number[]>;
}

export interface LoadedModule {
  readonly module: ModuleToStep;
  readonly places: readonly Place[];
  /** The source text, which a recording carries. */
  readonly text: string;
  readonly settings: ReadonlyMap<string, number>;
  /** What its author should know, in a sentence each. */
  readonly notes: readonly string[];
}

/** The module cannot be explored: one message for people, possibly of several lines. */
export class ModuleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModuleError';
  }
}

const BUS = fileURLToPath(new URL('../bus.js', import.meta.url));
const MACHINE = fileURLToPath(new URL('../machine/', import.meta.url));
const HOOKS = ['setup', 'invariant', 'finished'];
/** CPUs of a module that is explored, and of one in which time counts. */
const MOST_CPUS = 16;
const MOST_TIMED_CPUS = MAX_CPUS;
const ENDINGS = ['', '.ts', '.js', '.mts', '.mjs'];
/** What throws faults, and locks by other algorithms: no thread that steps has chosen any. */
const EXTERNAL = /\/machine\/(fault|chosen-locks)\.js$/;

/** Reads and compiles a module. `settings` replaces numbers of its constants. Throws ModuleError. */
export async function loadModule(file: string, settings: ReadonlyMap<string, number>): Promise<LoadedModule> {
  const path = resolvePath(file);
  return await loadModuleText(path, readModule(path, file), settings);
}

/**
 * The same for a text that a recording carries; `path` says where it was, for its imports and for reports. With `timed`,
 * pauses are steps too and nothing is known of loops that spin: to be run where time counts.
 */
export async function loadModuleText(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  timed = false,
): Promise<LoadedModule> {
  try {
    return await build(path, text, settings, timed);
  } catch (error) {
    if (error instanceof SourceError) {
      const { file, position, reason } = error;
      throw new ModuleError(`${basename(file)}:${position.line}:${position.column} ${reason}`);
    }
    throw error;
  }
}

/** The text of a module. Throws ModuleError when there is no such file; `name` is how the person called it. */
export function readModule(path: string, name: string): string {
  if (!existsSync(path)) throw new ModuleError(`${name}: no such file`);
  if (!statSync(path).isFile()) throw new ModuleError(`${name}: not a file`);
  return readFileSync(path, 'utf8');
}

async function build(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  timed: boolean,
): Promise<LoadedModule> {
  const name = basename(path);
  const textOf = (file: string): string => (file === path ? text : readModule(file, basename(file)));
  const read = (file: string): string => {
    if (isOurs(file)) return readModule(file, file);
    const own = textOf(file);
    const violations = checkSubset(basename(file), own, 'module');
    if (violations.length > 0) throw new ModuleError(violations.map(formatViolation).join('\n'));
    checkImports(file, own, (from) => beside(file, from), textOf);
    return desugar(file, stripTypes(file, own), CPUS);
  };
  const source = parseSource(path, read(path));
  const entries = entryNames(source, name);
  checkSettings(parseSource(path, stripTypes(path, text)), settings, name);
  const compiled = compile({
    entries: entries.map((entry) => ({ file: path, name: entry })),
    read,
    resolve: (from, imported) => (imported === BUS_MODULE ? BUS : beside(from, imported)),
    isExternal: (one) => EXTERNAL.test(one) && isOurs(one),
    isMachine: isOurs,
    importPath: (one) => pathToFileURL(one).href,
    spins: true,
    timed,
    tables: [CPUS],
    settings,
  });
  const url = `data:text/javascript;base64,${Buffer.from(compiled.text).toString('base64')}`;
  const module = await evaluate(url, name);
  return {
    module: { ...module, ...cpusOf(module, name, timed ? MOST_TIMED_CPUS : MOST_CPUS) },
    places: compiled.places,
    text,
    settings,
    notes: notesOn(compiled.uses, name),
  };
}

/** A wake-up that is forgotten is no fault where none is needed. */
function notesOn(uses: ReadonlySet<string>, name: string): string[] {
  if (!uses.has('bus.js#wait_for_change') || !uses.has('bus.js#wake_waiters')) return [];
  return [
    `${name}: wait_for_change needs no waking, so a missing wake_waiters is not seen: use futex_wait / futex_wake`,
  ];
}

/** True for the files of the machine itself. */
export function isOurs(file: string): boolean {
  return file === BUS || file.startsWith(MACHINE);
}

interface Evaluated extends CompiledModule {
  readonly cpus: unknown;
  /** Number of parameters by function. */
  readonly parameters: readonly number[];
}

/** The list of CPUs is the only thing in the module that runs at this time. */
async function evaluate(url: string, name: string): Promise<Evaluated> {
  try {
    return (await import(url)) as Evaluated;
  } catch (error) {
    throw new ModuleError(`${name}: cpus: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The file that an import names; one that ends in .js may be the .ts beside it, and the ending may be left out. */
function beside(from: string, name: string): string {
  const path = resolvePath(dirname(from), name);
  const candidates = [...ENDINGS.map((ending) => path + ending), path.replace(/\.(m?)js$/, '.$1ts')];
  const found = candidates.find((one) => existsSync(one) && statSync(one).isFile());
  if (found === undefined) throw new ModuleError(`${basename(from)}: no file ${name} to import`);
  return found;
}

/** Functions that have to be compiled: the hooks, and what stands in `cpus`. */
function entryNames(source: Source, name: string): string[] {
  const { module, references } = resolveNames(source.program);
  const cpus = module.get(CPUS)?.node;
  if (cpus?.type !== 'VariableDeclarator' || cpus.init === null) {
    throw new ModuleError(`${name}: no \`export const cpus = [...]\`: list the functions, one for each CPU`);
  }
  const { start, end } = cpus.init;
  const inCpus = references.filter((r) => r.start >= start && r.end <= end && isCallable(r));
  const functions = new Set(inCpus.map((reference) => reference.name));
  if (functions.size === 0) {
    throw new ModuleError(`${name}: cpus lists no function of the module: export const cpus = [worker, worker]`);
  }
  for (const hook of HOOKS) {
    const kind = module.get(hook)?.kind;
    if (kind === 'function' || kind === 'import') functions.add(hook);
    else if (kind !== undefined) throw new ModuleError(`${name}: ${hook} must be a function`);
  }
  return [...functions];
}

/** A function of the module, or an imported name that may be one: tables and numbers are used in other ways. */
function isCallable({ binding, parent }: Reference): boolean {
  if (binding?.kind === 'function') return true;
  if (binding?.kind !== 'import' || parent.type === 'BinaryExpression') return false;
  return !/^[A-Z0-9_]+$/.test(binding.name) && !/[$]/.test(binding.name);
}

function checkSettings(source: Source, settings: ReadonlyMap<string, number>, name: string): void {
  const { module } = resolveNames(source.program);
  const numbers = [...module.values()].filter(({ kind, name: own, node }) => {
    if (kind !== 'const' || own === CPUS || node.type !== 'VariableDeclarator') return false;
    return !/^(Object|Array|ArrowFunction|Function)Expression$/.test(node.init?.type ?? '');
  });
  const constants = numbers.map((one) => one.name);
  for (const setting of settings.keys()) {
    if (constants.includes(setting)) continue;
    const known = constants.length > 0 ? `its constants are ${constants.join(', ')}` : 'it has no constants';
    throw new ModuleError(`${name}: no constant ${setting} to set: ${known}`);
  }
}

/** What the evaluated list says: for each CPU the number of a function, and its arguments. */
function cpusOf(
  { cpus: list, parameters }: Evaluated,
  name: string,
  most: number,
): Pick<ModuleToStep, 'cpus' | 'args'> {
  if (!Array.isArray(list)) throw new ModuleError(`${name}: cpus must be an array of functions of the module`);
  if (list.length === 0 || list.length > most) {
    throw new ModuleError(`${name}: ${list.length} CPUs; a module has 1 to ${most}`);
  }
  // An element that was left out is undefined, which Array.from shows and map does not.
  const calls = Array.from(list as unknown[], (one, cpu) => callOf(one, cpu, name));
  return {
    cpus: calls.map(({ entry }) => entry),
    args: calls.map(({ entry, args }) => args.slice(0, parameters[entry])),
  };
}

interface Call {
  readonly entry: number;
  readonly args: readonly number[];
}

/** A function is called with the number of its CPU; a function around a call of one says itself with what. */
function callOf(one: unknown, cpu: number, name: string): Call {
  const reason = `${name}: cpus[${cpu}] must be a function of the module, or () => worker(1) with one`;
  if (typeof one !== 'function') throw new ModuleError(reason);
  if ('entry' in one) return { entry: one.entry as number, args: [cpu] };
  let call: unknown;
  try {
    call = one(cpu);
  } catch (error) {
    throw new ModuleError(`${reason}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { entry, args } = (typeof call === 'object' && call !== null ? call : {}) as Partial<Call>;
  if (entry === undefined || args === undefined) throw new ModuleError(reason);
  if (!args.every((value) => Number.isInteger(value))) {
    throw new ModuleError(`${name}: cpus[${cpu}]: its function takes whole numbers, not (${args.join(', ')})`);
  }
  return { entry, args };
}
