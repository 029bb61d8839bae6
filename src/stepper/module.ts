/**
 * A user's module as something to step: checked against the subset, compiled, loaded. It is written against
 * `tasklock/bus` and exports
 *
 *   cpus          functions, one per CPU; each may take the number of its CPU
 *   setup()       called before every execution, at once (optional)
 *   invariant()   must be true in every state (optional)
 *   finished()    must be true when every CPU is done (optional)
 */
import { basename, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { oneLine } from '../base/visible.ts';
import { MAX_CPUS } from '../machine/limits.ts';
import { compile, type Place } from './compile.ts';
import type { CompiledModule } from './compiled-module.ts';
import { desugar } from './desugar.ts';
import { checkGenerated } from './generated.ts';
import { type Cpus, findCpus, listedFunctions, readCpus } from './module-cpus.ts';
import { ModuleError } from './module-error.ts';
import { isOurs, ModuleFiles, readModule } from './module-files.ts';
import { checkImports } from './module-imports.ts';
import { functionOf } from './module-functions.ts';
import type { Entry } from './program.ts';
import { resolveNames } from './scope.ts';
import { parseSource, type Source, SourceError } from './source.ts';
import { spelled } from './spelling.ts';
import { stripTypes } from './strip-types.ts';
import { checkSubset, CPUS, formatViolation } from './subset.ts';

export { ModuleError } from './module-error.ts';
export { isOurs, readModule } from './module-files.ts';

export type ModuleToStep = CompiledModule & Cpus;

export interface LoadedModule {
  readonly module: ModuleToStep;
  readonly places: readonly Place[];
  /** The source text, which a recording carries. */
  readonly text: string;
  readonly settings: ReadonlyMap<string, number>;
}

const HOOKS = ['setup', 'invariant', 'finished'];
/** CPUs of a module that is explored, and of one in which time counts. */
const MOST_CPUS = 16;
const MOST_TIMED_CPUS = MAX_CPUS;
/** What throws faults, and locks by other algorithms: no thread that steps has chosen any. */
const EXTERNAL = /\/machine\/(fault|chosen-locks)\.js$/;

const isExternal = (file: string): boolean => EXTERNAL.test(file) && isOurs(file);

/** Reads and compiles a module. `settings` replaces numbers of its constants. Throws ModuleError. */
export async function loadModule(file: string, settings: ReadonlyMap<string, number>): Promise<LoadedModule> {
  return await loadModuleText(file, readModule(file, file), settings);
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
    return await build(resolvePath(path), text, settings, timed);
  } catch (error) {
    if (error instanceof SourceError) {
      const { file, position, reason } = error;
      throw new ModuleError(`${basename(file)}:${position.line}:${position.column} ${reason}`);
    }
    throw error;
  }
}

async function build(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  timed: boolean,
): Promise<LoadedModule> {
  const files = new ModuleFiles(path, text);
  const resolve = (from: string, imported: string): string => files.resolve(from, imported);
  const made = new Map<string, string>();
  const make = (file: string): string => {
    if (isOurs(file)) return readModule(file, file);
    const own = files.textOf(file);
    const violations = checkSubset(basename(file), own, 'module');
    if (violations.length > 0) throw new ModuleError(violationsText(violations.map(formatViolation)));
    checkImports(file, own, (from) => resolve(file, from), (one) => files.textOf(one));
    return desugar(file, stripTypes(file, own), CPUS);
  };
  const read = (file: string): string => {
    const known = made.get(file) ?? make(file);
    made.set(file, known);
    return known;
  };
  // Refuses what the subset has not before anything else is made of the text.
  read(path);
  const source = parseSource(path, stripTypes(path, text));
  const list = findCpus(source);
  const compiled = compile({
    entries: [...listedFunctions(list), ...hooksOf(source)],
    exported: HOOKS,
    read,
    resolve,
    isExternal,
    isMachine: isOurs,
    importPath: (one) => pathToFileURL(one).href,
    spins: true,
    timed,
    settings: checkedSettings(source, settings),
  });
  const cpus = readCpus(list, compiled, timed ? MOST_TIMED_CPUS : MOST_CPUS);
  checkGenerated(compiled.text, (from) => isExternal(fileURLToPath(from)));
  const url = `data:text/javascript;base64,${Buffer.from(compiled.text).toString('base64')}`;
  const module = (await import(url)) as CompiledModule;
  return { module: { ...module, ...cpus }, places: compiled.places, text, settings };
}

const MOST_VIOLATIONS = 20;

/** The first of them, one a line. */
function violationsText(lines: readonly string[]): string {
  const more = lines.length - MOST_VIOLATIONS;
  const shown = lines.slice(0, MOST_VIOLATIONS).map((line) => oneLine(line));
  return [...shown, ...(more > 0 ? [`and ${more} more of this kind`] : [])].join('\n');
}

/** The functions that are asked for by their names. */
function hooksOf(source: Source): Entry[] {
  const { module } = resolveNames(source.program);
  return HOOKS.flatMap((name) => {
    const binding = module.get(name);
    if (binding === undefined) return [];
    if (functionOf(binding) === undefined && binding.kind !== 'import') {
      throw new ModuleError(`${basename(source.file)}: ${name} must be a function`);
    }
    return [{ file: source.file, name }];
  });
}

/** The numbers of the settings as 32 bits with sign, by the names that the compiler reads. Throws ModuleError. */
function checkedSettings(source: Source, settings: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const name = basename(source.file);
  const { module } = resolveNames(source.program);
  const numbers = [...module.values()].filter(({ kind, name: own, node }) => {
    if (kind !== 'const' || own === CPUS || node.type !== 'VariableDeclarator') return false;
    return !/^(Object|Array|ArrowFunction|Function)Expression$/.test(node.init?.type ?? '');
  });
  const constants = numbers.map((one) => one.name);
  const checked = new Map<string, number>();
  for (const [setting, value] of settings) {
    if (!constants.includes(setting)) {
      const known = constants.length > 0 ? `its constants are ${constants.join(', ')}` : 'it has no constants';
      throw new ModuleError(`${name}: no constant ${setting} to set: ${oneLine(known)}`);
    }
    if (!Number.isInteger(value) || value < -0x80000000 || value > 0xffffffff) {
      throw new ModuleError(`${name}: ${setting} is a whole number of 32 bits, not ${value}`);
    }
    checked.set(spelled(setting), value | 0);
  }
  return checked;
}
