/** The list of CPUs of a module: which functions it may need, and for each CPU which one runs there, with what. */
import { basename } from 'node:path';
import type { Expression, Node } from 'oxc-parser';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import type { Compiled } from '../compile/compile.ts';
import { ListReader } from './cpus-list.ts';
import { Closure, ModuleCall, ModuleFunction, type Value } from './cpus-values.ts';
import { ModuleError } from './module-error.ts';
import { cpuFunctionName, cpuFunctions, functionOf } from '../subset/module-functions.ts';
import type { Entry } from '../compile/program.ts';
import { type Names, type Reference, resolveNames } from '../source/scope.ts';
import type { Source } from '../source/source.ts';
import { asWritten, memberName, spelled } from '../source/spelling.ts';
import { CPUS } from '../subset/check.ts';

/** A module's text and its list of CPUs. */
export interface CpusList {
  readonly source: Source;
  readonly names: Names;
  readonly init: Expression;
  /** Names of the functions that are written out in it. */
  readonly moved: ReadonlyMap<Node, string>;
}

/** Throws ModuleError for a module without one. */
export function findCpus(source: Source): CpusList {
  const names = resolveNames(source.program);
  const node = names.module.get(CPUS)?.node;
  if (node?.type !== 'VariableDeclarator' || node.init === null) {
    const what =
      'no `export const cpus = [...]`: list the functions, one for each CPU; or agents, in ordinary JavaScript';
    throw new ModuleError(`${basename(source.file)}: ${what}`);
  }
  const moved = cpuFunctions(names, node.init).map((one, i) => [one, cpuFunctionName(names, i)] as const);
  return { source, names, init: node.init, moved: new Map(moved) };
}

/** The functions that the list names, to be compiled. Throws ModuleError when there is none. */
export function listedFunctions(list: CpusList): Entry[] {
  const { file } = list.source;
  const entries = new Map<string, Entry>();
  for (const name of list.moved.values()) entries.set(name, { file, name });
  for (const { written: _, ...entry } of listedNames(list)) entries.set(entry.name, entry);
  if (entries.size > 0) return [...entries.values()];
  const what = 'cpus lists no function of the module: export const cpus = [worker, worker]';
  throw new ModuleError(`${basename(file)}: ${what}`);
}

/** The names in the list that are functions of the module or may be, as they are called there. */
export function listedNames({ source, names, init, moved }: CpusList): Array<Entry & { readonly written: string }> {
  return names.references.flatMap((reference) => {
    if (!inside(reference, init) || [...moved.keys()].some((node) => inside(reference, node))) return [];
    const entry = entryOf(source.file, reference);
    return entry === undefined ? [] : [{ ...entry, written: asWritten(entry.name) }];
  });
}

const inside = ({ start, end }: Reference, node: Node): boolean => start >= node.start && end <= node.end;

/** A function of the module, or an imported name that may be one. */
function entryOf(file: string, { name, binding, parent }: Reference): Entry | undefined {
  if (functionOf(binding) !== undefined) return { file, name: spelled(name) };
  if (binding?.kind !== 'import' || binding.from === BUS_MODULE) return undefined;
  if (binding.imported !== '*') return { file, name: spelled(name), optional: true };
  if (parent.type !== 'MemberExpression' || parent.computed || parent.property.type !== 'Identifier') return undefined;
  return { file, name: memberName(name, parent.property.name), optional: true };
}

export interface Cpus {
  /** Numbers of the CPUs' functions. */
  readonly cpus: readonly number[];
  /** What each is called with. */
  readonly args: ReadonlyArray<readonly number[]>;
}

/** For each CPU the number of a function, and its arguments. Throws SourceError and ModuleError. */
export function readCpus(list: CpusList, compiled: Compiled, most: number): Cpus {
  const { source, names, moved, init } = list;
  const name = basename(source.file);
  const functionNamed = (one: string): number | undefined => compiled.entries.get(one);
  const reader = new ListReader({ source, names, moved, functionNamed, valueOf: compiled.valueOf });
  const value = reader.read(init);
  if (!Array.isArray(value)) throw new ModuleError(`${name}: cpus must be an array of functions of the module`);
  if (value.length === 0 || value.length > most) {
    throw new ModuleError(`${name}: ${value.length} CPUs; a module has 1 to ${most}`);
  }
  const calls = (value as readonly Value[]).map((one, cpu) => callOf(reader, init, one, cpu, name));
  return {
    cpus: calls.map(({ entry }) => entry),
    args: calls.map(({ entry, args }) => {
      const defaults = compiled.parameters[entry] ?? [];
      return [...args.slice(0, defaults.length), ...defaults.slice(args.length)];
    }),
  };
}

/** A function is called with the number of its CPU; a function around a call of one says itself with what. */
function callOf(
  reader: ListReader,
  at: Node,
  one: Value,
  cpu: number,
  name: string,
): { readonly entry: number; readonly args: readonly number[] } {
  const isFunction = one instanceof ModuleFunction || one instanceof Closure;
  const call = isFunction ? reader.call(at, one, [cpu]) : undefined;
  if (!(call instanceof ModuleCall)) {
    throw new ModuleError(`${name}: cpus[${cpu}] must be a function of the module, or () => worker(1) with one`);
  }
  const args = call.args.map((value) => {
    if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 0xffffffff) return value | 0;
    throw new ModuleError(`${name}: cpus[${cpu}]: its function takes whole numbers of 32 bits`);
  });
  return { entry: call.entry, args };
}
