/** The modules that a set of entry functions can reach, and what each call in them calls. */
import { basename, posix } from 'node:path';
import type { CallExpression, Function as FunctionNode, Node } from 'oxc-parser';
import { type Binding, type Names, resolveNames } from '../source/scope.ts';
import { childrenOf, parseSource, positionOf, type Source, SourceError } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';
import { SCRATCH, SCRATCH_PUT, SCRATCH_WORD, TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';

export interface Module {
  readonly file: string;
  readonly source: Source;
  readonly names: Names;
  readonly functions: ReadonlyMap<string, KernelFunction>;
  /** Names that the module passes on from others. */
  readonly passedOn: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  /** The file that an import statement of the module names. */
  readonly fileOf: (from: string) => string;
}

export interface KernelFunction {
  readonly module: Module;
  readonly name: string;
  /** Module and name, as in `slab.js#kmem_cache_alloc`. */
  readonly key: string;
  readonly node: FunctionNode;
  /** Every call in its body, in source order. */
  readonly calls: readonly CallExpression[];
}

/** What a call means: a function with a body, or a name of a module that is not compiled, or the language. */
export type Meaning =
  | { readonly kind: 'function'; readonly callee: KernelFunction }
  | { readonly kind: 'external'; readonly file: string; readonly name: string }
  | { readonly kind: 'language' };

export interface Program {
  /** The module of the first entry, as it was asked for. */
  readonly main: Module;
  /** By the name that was asked for. */
  readonly entries: ReadonlyMap<string, KernelFunction>;
  /** Every function that an entry reaches, entries first, in the order of discovery. */
  readonly functions: readonly KernelFunction[];
  meaningOf(module: Module, call: CallExpression): Meaning;
  /** File and name that define an imported name. */
  definition(module: Module, binding: Binding): { readonly file: string; readonly name: string };
  moduleOf(file: string): Module;
  isExternal(file: string): boolean;
}

/** A function to begin with. One that is `optional` may turn out to be none, but a number or a table. */
export interface Entry {
  readonly file: string;
  readonly name: string;
  readonly optional?: boolean;
}

export interface ProgramOptions {
  /** Entry functions: path of the module and name of the function. */
  readonly entries: readonly Entry[];
  /** Text of a compiled module whose constants are inlined. */
  readonly read: (file: string) => string;
  /** The file that an import statement names; by default the path beside the importing file. */
  readonly resolve?: (file: string, from: string) => string;
  /** Modules that stay as they are and are imported: tables, and what throws faults. */
  readonly isExternal: (file: string) => boolean;
  /** Functions that are not looked into, by key: the scheduling points. */
  readonly isLeaf: (key: string) => boolean;
  /** Files of the machine, whose functions are known by short names; by default all. */
  readonly isMachine?: (file: string) => boolean;
  /** Functions that are numbered behind all others; by default none. */
  readonly isLate?: (one: KernelFunction) => boolean;
}

const TABLE_FUNCTIONS = new Set([TABLE_ELEMENT, TABLE_LENGTH, SCRATCH, SCRATCH_WORD, SCRATCH_PUT]);

/** Reads everything the entries reach. Throws SourceError for a call that leads nowhere. */
export function loadProgram(options: ProgramOptions): Program {
  const { entries, read, resolve = beside, isExternal, isLeaf, isMachine = () => true, isLate = () => false } = options;
  const modules = new Map<string, Module>();
  const moduleOf = (file: string): Module => {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const module = parseModule(file, read(file), (from) => resolve(file, from), isMachine(file));
    modules.set(file, module);
    return module;
  };
  const functionOf = (file: string, name: string): KernelFunction | undefined => moduleOf(file).functions.get(name);
  const meaningOf = (module: Module, call: CallExpression): Meaning => {
    if (call.callee.type !== 'Identifier') return { kind: 'language' };
    const binding = module.names.at.get(call.callee.start)?.binding;
    const place = positionOf(module.source, call.start);
    if (binding === undefined && TABLE_FUNCTIONS.has(call.callee.name)) return { kind: 'language' };
    if (binding === undefined)
      throw new SourceError(module.file, place, `no function ${asWritten(call.callee.name)} to call`);
    const { file, name } = definition(module, binding);
    if (isExternal(file)) return { kind: 'external', file, name };
    const callee = functionOf(file, name);
    if (callee !== undefined) return { kind: 'function', callee };
    throw new SourceError(module.file, place, `${basename(file)} has no function ${asWritten(name)} to call`);
  };
  /** Where an imported name is defined, through modules that only pass it on. */
  const definition = (module: Module, { from, imported, name: local }: Binding) => {
    let file = from === undefined ? module.file : module.fileOf(from);
    let name = imported ?? local;
    while (!isExternal(file)) {
      const owner = moduleOf(file);
      const own = owner.names.module.get(name);
      const brought = own?.from === undefined ? undefined : { from: own.from, name: own.imported ?? name };
      const next = owner.passedOn.get(name) ?? brought;
      if (next === undefined) break;
      file = owner.fileOf(next.from);
      name = next.name;
    }
    return { file, name };
  };
  const roots = new Map<string, KernelFunction>();
  for (const { file, name, optional = false } of entries) {
    const module = moduleOf(file);
    const binding = module.names.module.get(name);
    const defined = binding === undefined ? { file, name } : definition(module, binding);
    const entry = isExternal(defined.file) ? undefined : functionOf(defined.file, defined.name);
    if (entry !== undefined) roots.set(name, entry);
    else if (!optional) {
      const missing = `${basename(defined.file)} has no function ${asWritten(defined.name)}`;
      throw new SourceError(file, { line: 1, column: 1 }, missing);
    }
  }
  const functions = new Set(roots.values());
  const late = new Set<KernelFunction>();
  /** What a function calls; through one that is late, as if it were not there. */
  const addCallees = (one: KernelFunction): void => {
    for (const call of one.calls) {
      const meaning = meaningOf(one.module, call);
      if (meaning.kind !== 'function' || late.has(meaning.callee)) continue;
      if (!isLate(meaning.callee)) functions.add(meaning.callee);
      else {
        late.add(meaning.callee);
        addCallees(meaning.callee);
      }
    }
  };
  for (const one of functions) if (!isLeaf(one.key)) addCallees(one);
  const main = moduleOf(entries[0]?.file ?? '');
  return { main, entries: roots, functions: [...functions, ...late], meaningOf, definition, moduleOf, isExternal };
}

const beside = (file: string, from: string): string => posix.join(posix.dirname(file), from);

function parseModule(file: string, text: string, fileOf: (from: string) => string, isMachine: boolean): Module {
  const source = parseSource(file, text);
  const functions = new Map<string, KernelFunction>();
  const passedOn = passedOnBy(source.program);
  const module: Module = { file, source, names: resolveNames(source.program), functions, passedOn, fileOf };
  for (const { name, kind, node } of module.names.module.values()) {
    if (kind !== 'function' || node.type !== 'FunctionDeclaration') continue;
    const calls: CallExpression[] = [];
    collectCalls(node, calls);
    functions.set(name, { module, name, key: `${isMachine ? basename(file) : file}#${name}`, node, calls });
  }
  return module;
}

function passedOnBy(program: Source['program']): Module['passedOn'] {
  const passedOn = new Map<string, { from: string; name: string }>();
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.source === null) continue;
    for (const { exported, local } of statement.specifiers) {
      if (exported.type !== 'Identifier' || local.type !== 'Identifier') continue;
      passedOn.set(exported.name, { from: statement.source.value, name: local.name });
    }
  }
  return passedOn;
}

function collectCalls(node: Node, out: CallExpression[]): void {
  if (node.type === 'CallExpression') out.push(node);
  for (const child of childrenOf(node)) collectCalls(child, out);
}
