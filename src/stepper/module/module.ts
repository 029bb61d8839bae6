/**
 * A user's module as something to step: checked against the subset, compiled, loaded. It is written against
 * `tasklock/bus` and exports
 *
 *   cpus          functions, one per CPU; each may take the number of its CPU
 *   setup()       called before every execution, at once (optional)
 *   invariant()   must be true in every state (optional)
 *   finished()    must be true when every CPU is done (optional)
 *   model(...)    what an operation does when nobody else is there (optional)
 *
 * or `operations` in place of `cpus`, of which modules with CPUs are made (operations.ts).
 */
import { basename, resolve as resolvePath } from 'node:path';
import { MAX_CPUS } from '../../machine/limits.ts';
import type { Place } from '../compile/compile.ts';
import type { Unit } from '../form/unit.ts';
import type { CompiledModule } from '../../stepped/compiled-module.ts';
import { AT_ONCE, BY_CPU, NEVER } from '../../stepped/heap.ts';
import { moduleOf } from './module-code.ts';
import { type CompiledText, compileModule } from './module-compile.ts';
import { type Cpus, readCpus } from './module-cpus.ts';
import { ModuleError } from './module-error.ts';
import { ModuleFiles, readModule } from './module-files.ts';
import { moduleHash } from './module-hash.ts';
import { type WordNames, wordNames } from './module-words.ts';
import { type OperationNames, operationNames, programArguments, type Scenario } from './operations-text.ts';
import { SourceError } from '../source/source.ts';

export { ModuleError } from './module-error.ts';
export { isOurs, readModule } from './module-files.ts';

export type ModuleToStep = CompiledModule & Cpus;

const REUSE = 'reuse';

export interface LoadedModule {
  readonly module: ModuleToStep;
  readonly places: readonly Place[];
  /** The module before it became text, for other engines. */
  readonly unit: Unit;
  /** The file itself, as its places name it. */
  readonly path: string;
  /** What its author calls words of RAM. */
  readonly words: WordNames;
  /** The source text, which a recording carries. */
  readonly text: string;
  readonly settings: ReadonlyMap<string, number>;
  /** Of text, imports and settings. */
  readonly hash: string;
  /** What its author should know, in a sentence each. */
  readonly notes: readonly string[];
  /** What becomes of blocks that are freed (stepped/heap.ts); undefined for a module that asks for no memory. */
  readonly reuse: number | undefined;
  /** Of a module made of operations: how reports call them. */
  readonly operations: OperationNames | undefined;
  /** Texts of its author's files by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Reads and compiles a module. `settings` replaces numbers of its constants. Throws ModuleError. */
export async function loadModule(file: string, settings: ReadonlyMap<string, number>): Promise<LoadedModule> {
  return await loadModuleText(file, readModule(file, file), settings);
}

/**
 * The same for a text that a recording carries; `path` says where it was, for its imports and for reports. With `imports`
 * (module-imported.ts) nothing else of its own is read. With `timed`, pauses are steps too and nothing is known of loops that
 * spin: to be run where time counts.
 */
export async function loadModuleText(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  timed = false,
  imports?: Readonly<Record<string, string>>,
): Promise<LoadedModule> {
  try {
    return await load(new ModuleFiles(resolvePath(path), text, imports), settings, timed);
  } catch (error) {
    if (error instanceof SourceError) {
      const { file, position, reason } = error;
      throw new ModuleError(`${basename(file)}:${position.line}:${position.column} ${reason}`);
    }
    if (error instanceof RangeError) throw new ModuleError(`${basename(path)} is nested too deep to be compiled`);
    throw error;
  }
}

async function load(files: ModuleFiles, settings: ReadonlyMap<string, number>, timed: boolean): Promise<LoadedModule> {
  const { path } = files;
  const compiled = compileModule(files, settings, timed);
  const cpus = readCpus(compiled.list, compiled, MAX_CPUS);
  const module = moduleOf(compiled.text);
  const sources = new Map(files.texts);
  let hash: string | undefined;
  const notes = notesOn(compiled.uses, basename(path));
  const words = wordNames(compiled);
  return {
    module: { ...module, ...cpus },
    places: compiled.places,
    unit: compiled.unit,
    path,
    words,
    text: files.textOf(path),
    settings,
    get hash() {
      hash ??= moduleHash({ path, sources, settings });
      return hash;
    },
    notes,
    reuse: reuseOf(compiled, basename(path)),
    operations: operationNames(files.textOf(path)),
    sources,
  };
}

/**
 * A module made of operations with other calls, `text` being that of these: its code is the same, only what its CPUs are called
 * with is not.
 */
export function withScenario(loaded: LoadedModule, text: string, scenario: Scenario): LoadedModule {
  const { module, path, settings } = loaded;
  const entry = module.cpus[0] as number;
  const args = scenario.map((calls, cpu) => programArguments(calls, cpu));
  const sources = new Map([...loaded.sources, [path, text]]);
  const hash = moduleHash({ path, sources, settings });
  return { ...loaded, module: { ...module, cpus: scenario.map(() => entry), args }, text, sources, hash };
}

/** `export const reuse`, by default AT_ONCE; where nothing is freed nothing can be used again. Throws ModuleError. */
function reuseOf({ uses, list, valueOf }: CompiledText, name: string): number | undefined {
  if (!uses.has('heap.js#free')) return uses.has('heap.js#alloc') ? NEVER : undefined;
  if (list.names.module.get(REUSE)?.kind !== 'const') return AT_ONCE;
  const value = valueOf(REUSE);
  if (value === NEVER || value === BY_CPU || value === AT_ONCE) return value;
  throw new ModuleError(
    `${name}: ${REUSE} is ${NEVER}, never, ${BY_CPU}, by the CPU that freed it, or ${AT_ONCE}, by all`,
  );
}

/** A wake-up that is forgotten is no fault where none is needed. */
function notesOn(uses: ReadonlySet<string>, name: string): string[] {
  if (!uses.has('bus.js#wait_for_change') || !uses.has('bus.js#wake_waiters')) return [];
  return [
    `${name}: wait_for_change needs no waking, so a missing wake_waiters is not seen: use futex_wait / futex_wake`,
  ];
}
