/**
 * A module that declares operations in place of CPUs, and leaves to others who calls them:
 *
 *   export const operations = [push, pop];                              each has to do what it does alone
 *   export const operations = [[push, plainPush], [pop, plainPop]];     what these do alone
 *   export const operations = [() => push(1), () => push(7), (cpu) => pop(cpu)];
 *
 * The list is worked out as a list of CPUs is (cpus-list.ts), and is no more run than that. For this it stands for the list of
 * CPUs, under its name, so that it is held against the same rules; modules that are made of it have none.
 */
import { basename, resolve as resolvePath } from 'node:path';
import type { Node } from 'oxc-parser';
import { parseSource, positionOf, type Source, SourceError } from '../source/source.ts';
import { stripTypes } from '../source/strip-types.ts';
import { resolveNames } from '../source/scope.ts';
import type { Place } from '../compile/compile.ts';
import { CPUS } from '../subset/check.ts';
import { type CompiledText, compileModule } from './module-compile.ts';
import { type CpusList, findCpus } from './module-cpus.ts';
import { ModuleError } from './module-error.ts';
import { isOurs, ModuleFiles } from './module-files.ts';
import { ListedOperations } from './operations-list.ts';
import { ALONE, type OperationText, type Scenario, scenarioText } from './operations-text.ts';

const OPERATIONS = 'operations';

export interface Operations {
  readonly all: readonly OperationText[];
  /** Whether it makes no difference which CPU makes which calls. */
  readonly symmetric: boolean;
  /** The text of the module in which these calls are made. */
  readonly textOf: (scenario: Scenario) => string;
}

interface Declaration {
  /** The statement, and the name in it. */
  readonly statement: Node;
  readonly name: Node;
}

/** The declaration by itself, of a module that lists no CPUs. */
function declarationOf({ program }: Source): Declaration | undefined {
  if (resolveNames(program).module.has(CPUS)) return undefined;
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const { declaration } = statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
    const [only, ...others] = declaration.declarations;
    if (only?.id.type !== 'Identifier' || only.id.name !== OPERATIONS || others.length > 0) continue;
    return { statement, name: only.id };
  }
  return undefined;
}

/** Whether a module declares operations. What cannot be read as a module declares none. */
export function declaresOperations(path: string, text: string): boolean {
  try {
    const files = new ModuleFiles(resolvePath(path), text);
    return declarationOf(sourceOf(files)) !== undefined;
  } catch (error) {
    if (error instanceof SourceError || error instanceof ModuleError) return false;
    throw error;
  }
}

function sourceOf(files: ModuleFiles): Source {
  const { path } = files;
  return parseSource(path, stripTypes(path, files.textOf(path)));
}

/** The operations of a module that declares some. Throws ModuleError. */
export function readOperations(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  imports?: Readonly<Record<string, string>>,
): Operations {
  try {
    return read(resolvePath(path), text, settings, imports);
  } catch (error) {
    // What is said of the list that it stood for is said of it.
    const own = (said: string): string => said.replaceAll(new RegExp(`\\b${CPUS}\\b`, 'g'), OPERATIONS);
    if (error instanceof ModuleError) throw new ModuleError(own(error.message));
    if (!(error instanceof SourceError)) throw error;
    const { file, position, reason } = error;
    throw new ModuleError(`${basename(file)}:${position.line}:${position.column} ${own(reason)}`);
  }
}

function read(
  path: string,
  text: string,
  settings: ReadonlyMap<string, number>,
  imports: Readonly<Record<string, string>> | undefined,
): Operations {
  const source = sourceOf(new ModuleFiles(path, text, imports));
  const declaration = declarationOf(source);
  if (declaration === undefined) throw new ModuleError(`${basename(path)}: no \`export const operations = [...]\``);
  const { statement, name } = declaration;
  const after = name.start + OPERATIONS.length;
  // As wide as before, so that what is refused is refused at its place.
  const asList = `${text.slice(0, name.start)}${CPUS.padEnd(OPERATIONS.length)}${text.slice(after)}`;
  const files = new ModuleFiles(path, asList, imports);
  const compiled: CompiledText = compileModule(files, settings, false, withoutMoving);
  const listed = new ListedOperations(files, compiled);
  const all = listed.read();
  const names = resolveNames(source.program).module;
  const free = (wanted: string): string => (names.has(wanted) ? free(`${wanted}_`) : wanted);
  if (names.has('model') && all.every(({ model }) => model === undefined)) {
    throw new SourceError(
      path,
      positionOf(source, name.start),
      'operations are not judged by model(): put what each has to do beside it, [push, plainPush]',
    );
  }
  const blank = text.slice(statement.start, statement.end).replace(/[^\n]/g, ' ');
  if (names.has(ALONE)) {
    throw new SourceError(
      path,
      positionOf(source, name.start),
      `${ALONE} is a name that operations need: take another`,
    );
  }
  if (compiled.places.some(isNote)) {
    const what = 'whoever calls operations says when a call begins and ends: no call_begin, no call_end';
    throw new SourceError(path, positionOf(source, name.start), what);
  }
  const without = `${text.slice(0, statement.start)}${blank}${text.slice(statement.end)}`;
  return {
    all,
    // The heap hands out other addresses to another CPU.
    symmetric: !compiled.uses.has('heap.js#alloc') && all.every((one) => !dependsOnCpu(one)),
    textOf: (scenario) => `${without}\n${scenarioText(all, scenario, free)}`,
  };
}

/** A function of machine/history.ts. */
const isNote = ({ function: name, file }: Place): boolean => /^call_(?:begin|end)$/.test(name) && isOurs(file);

const dependsOnCpu = ({ call, model }: OperationText): boolean =>
  call.args.length > 1 || (model !== undefined && model.args.length > 1);

/** A function that is written in the list is only what it calls. */
const withoutMoving = (source: Source): CpusList => ({ ...findCpus(source), moved: new Map() });
