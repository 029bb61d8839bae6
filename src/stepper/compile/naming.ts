/**
 * The names of the compiled module. Those of the kernel stay, for whoever reads it; functions of different files may have the
 * same one, and the later gets a number. Of a user's module nothing stays: functions and constants are numbered.
 */
import { basename } from 'node:path';
import type { Expression } from 'oxc-parser';
import { isAnswered, isReport } from '../../base/file-roles.ts';
import { type ConstantValue, ConstantValues } from './constant-values.ts';
import type { Called, Naming } from './lowering.ts';
import type { Constant, External, Routine, Value } from '../form/value.ts';
import { pauses, THIS_CPU } from '../../machine/access-calls.ts';
import type { KernelFunction, Module, Program } from './program.ts';
import type { Binding } from '../source/scope.ts';
import { type Position, positionOf, SourceError } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';

const NOTHING: readonly Value[] = [];

export interface NamingOptions {
  /** Functions that are compiled. */
  readonly coloured: ReadonlySet<KernelFunction>;
  /** How the compiled module imports a file. */
  readonly importPath: (file: string) => string;
  /** What kind of step a function is, by its key. */
  readonly pointOf: (key: string) => number | undefined;
  /** Numbers in place of constants of the main module, by name. */
  readonly settings: ReadonlyMap<string, number>;
  /** Functions that the engine does itself, by key: those of the bus, where nothing is cut. */
  readonly isOwn: (key: string) => boolean;
  /** Whether functions and constants are numbered. */
  readonly numbered: boolean;
}

export class Names implements Naming {
  readonly #program: Program;
  readonly #options: NamingOptions;
  readonly #values: ConstantValues;
  readonly #routines = new Map<KernelFunction, Routine>();
  readonly #taken = new Map<string, number>();
  readonly #constants = new Map<string, Constant>();
  readonly #imports = new Map<string, Set<string>>();

  constructor(program: Program, options: NamingOptions) {
    this.#program = program;
    this.#options = options;
    this.#values = new ConstantValues(
      (module, name) => this.#owner(module, name),
      (module, name) => (module === program.main ? options.settings.get(name) : undefined),
    );
    for (const one of program.functions) {
      this.#routines.set(one, { kind: 'routine', name: this.#unique(one.name, 'f') });
    }
  }

  classify(caller: KernelFunction, call: KernelFunction['calls'][number]): Called {
    const meaning = this.#program.meaningOf(caller.module, call);
    if (meaning.kind === 'language') return meaning;
    if (meaning.kind === 'external') {
      const { file, name } = meaning;
      const answered = isAnswered(basename(file));
      const called = answered ? ({ kind: 'tracepoint', name } as const) : this.#import(file, name);
      return { kind: 'plain', callee: called, faults: isReport(file), missing: NOTHING };
    }
    const { callee } = meaning;
    const [file = ''] = callee.key.split('#');
    if (isAnswered(file)) {
      return { kind: 'plain', callee: { kind: 'tracepoint', name: callee.name }, faults: false, missing: NOTHING };
    }
    if (callee.key === THIS_CPU) return { kind: 'register', value: { kind: 'area' } };
    if (this.#options.isOwn(callee.key)) {
      return { kind: 'plain', callee: { kind: 'bus', name: callee.name }, faults: false, missing: NOTHING };
    }
    const access = this.#options.pointOf(callee.key);
    if (access !== undefined) return { kind: 'point', access };
    if (pauses.has(callee.key)) return { kind: 'register', value: { kind: 'number', value: 0 } };
    const routine = this.routineOf(callee);
    const leftOut = this.defaultsOf(callee).slice(call.arguments.length);
    const missing = leftOut.map((value): Value => ({ kind: 'number', value }));
    if (this.#options.coloured.has(callee)) return { kind: 'compiled', callee: routine, missing };
    return { kind: 'plain', callee: routine, faults: false, missing };
  }

  /** What each parameter of a function is when a call leaves it out. */
  defaultsOf({ module, node }: KernelFunction): readonly number[] {
    return node.params.map((one) =>
      one.type === 'AssignmentPattern' ? this.#values.numberOf(module, one.right) | 0 : 0,
    );
  }

  constant(module: Module, name: string): Constant {
    const { owner, name: defined } = this.#owner(module, name);
    const key = `${owner.file}#${defined}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const constant = { name: this.#unique(defined, 'k'), value: this.valueOf(module, name) };
    this.#constants.set(key, constant);
    return constant;
  }

  external(module: Module, name: string): External | undefined {
    const binding = module.names.module.get(name);
    if (binding?.kind !== 'import') return undefined;
    const { file, name: defined } = this.#program.definition(module, binding);
    return this.#program.isExternal(file) ? this.#import(file, defined) : undefined;
  }

  numberOf(module: Module, node: Expression): number {
    return this.#values.numberOf(module, node);
  }

  /** What a constant is worth. Throws SourceError for what is none. */
  valueOf(module: Module, name: string): ConstantValue {
    return this.#values.valueOf(module, name);
  }

  /** The module that defines a name, and its name there. */
  #owner(module: Module, name: string): { readonly owner: Module; readonly name: string } {
    const binding = module.names.module.get(name);
    if (binding?.kind !== 'import') return { owner: module, name };
    const { file, name: defined } = this.#program.definition(module, binding);
    const owner = this.#program.isExternal(file) ? undefined : this.#program.moduleOf(file);
    if (owner?.names.module.has(defined) === true) return { owner, name: defined };
    throw new SourceError(
      module.file,
      this.#placeOf(module, binding),
      `${basename(file)} has no ${asWritten(defined)}`,
    );
  }

  #placeOf({ source }: Module, binding: Binding): Position {
    return positionOf(source, binding.node.start);
  }

  routineOf(one: KernelFunction): Routine {
    const routine = this.#routines.get(one);
    if (routine === undefined) throw new TypeError(`${one.key} is no function of the program`);
    return routine;
  }

  /** The constants that were asked for. */
  get constants(): readonly Constant[] {
    return [...this.#constants.values()];
  }

  /** What is used of files that are not compiled. */
  get imports(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#imports;
  }

  #import(file: string, name: string): External {
    const from = this.#options.importPath(file);
    const names = this.#imports.get(from) ?? new Set();
    this.#imports.set(from, names.add(name));
    return { kind: 'external', from, name };
  }

  #unique(wanted: string, letter: 'f' | 'k'): string {
    if (this.#options.numbered) return `${letter}${this.#routines.size + this.#constants.size}`;
    const count = this.#taken.get(wanted) ?? 0;
    this.#taken.set(wanted, count + 1);
    return count === 0 ? wanted : `${wanted}$${count}`;
  }
}
