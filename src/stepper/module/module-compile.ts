/** From the text of a module to text that can run: checked against the subset, made plain, compiled. */
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isImported } from '../../base/file-roles.ts';
import { oneLine } from '../../base/visible.ts';
import { compile, type Compiled } from '../compile/compile.ts';
import { desugar } from './desugar.ts';
import { checkGenerated } from './generated.ts';
import { type CpusList, findCpus, listedFunctions } from './module-cpus.ts';
import { ModuleError } from './module-error.ts';
import { isOurs, type ModuleFiles, readModule } from './module-files.ts';
import { functionOf } from '../subset/module-functions.ts';
import { checkImports } from './module-imports.ts';
import type { Entry } from '../compile/program.ts';
import { resolveNames } from '../source/scope.ts';
import { parseSource, type Source } from '../source/source.ts';
import { spelled } from '../source/spelling.ts';
import { stripTypes } from '../source/strip-types.ts';
import { ALONE } from './operations-text.ts';
import { CPUS } from '../subset/check.ts';
import { checkSubset, formatViolation } from '../subset/subset.ts';

/** What a module exports to be called by its name. */
const MODEL = 'model';
const HOOKS = ['setup', 'invariant', 'finished', MODEL, ALONE];
const isExternal = (file: string): boolean => isOurs(file) && isImported(file);

export interface CompiledText extends Compiled {
  /** The list of CPUs, not worked out yet. */
  readonly list: CpusList;
}

/**
 * Compiles a module. The text that comes out is all that is ever run of it, and has been held against its grammar. `listOf`
 * finds the list of CPUs. Throws SourceError and ModuleError.
 */
export function compileModule(
  files: ModuleFiles,
  settings: ReadonlyMap<string, number>,
  timed: boolean,
  listOf: (source: Source) => CpusList = findCpus,
): CompiledText {
  const { path } = files;
  const read = once((file) => (isOurs(file) ? readModule(file, file) : plainText(files, file)));
  // Refuses what the subset has not before anything else is made of the text.
  read(path);
  const source = parseSource(path, stripTypes(path, files.textOf(path)));
  const list = listOf(source);
  const compiled = compile({
    entries: [...listedFunctions(list), ...hooksOf(source)],
    exported: HOOKS,
    read,
    resolve: (from, imported) => files.resolve(from, imported),
    isExternal,
    isMachine: isOurs,
    importPath: (file) => pathToFileURL(file).href,
    spins: true,
    timed,
    settings: checkedSettings(source, settings),
  });
  checkGenerated(compiled.text, (url) => isExternal(fileURLToPath(url)));
  return { ...compiled, list };
}

/** A file of the module as the compiler reads it. */
function plainText(files: ModuleFiles, file: string): string {
  const own = files.textOf(file);
  const violations = checkSubset(basename(file), own, 'module');
  if (violations.length > 0) throw new ModuleError(violationsText(violations.map(formatViolation)));
  const fileOf = (from: string): string => files.resolve(file, from);
  checkImports(file, own, fileOf, (imported) => files.textOf(imported));
  return desugar(file, stripTypes(file, own), CPUS);
}

/** The function, which remembers what it gave. */
function once(make: (file: string) => string): (file: string) => string {
  const known = new Map<string, string>();
  return (file) => {
    const text = known.get(file) ?? make(file);
    known.set(file, text);
    return text;
  };
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
      // Somebody may call something else so, who makes no calls to be explained.
      if (name === MODEL) return [];
      throw new ModuleError(`${basename(source.file)}: ${name} must be a function`);
    }
    return [{ file: source.file, name, optional: name === MODEL }];
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
