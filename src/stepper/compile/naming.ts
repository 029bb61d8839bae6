/**
 * The names of the compiled module. Those of the kernel stay, for whoever reads it; functions of different files may have the
 * same one, and the later gets a number. Of a user's module nothing stays: functions and constants are numbered.
 */
import { basename } from 'node:path';
import { isAnswered, isReport } from '../../base/file-roles.ts';
import { type ConstantValue, ConstantValues } from './constant-values.ts';
import type { Callee, Naming } from './lowering.ts';
import { pauses, THIS_CPU } from '../../machine/access.ts';
import type { KernelFunction, Module, Program } from './program.ts';
import type { Binding } from '../source/scope.ts';
import { type Position, positionOf, SourceError } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';

export interface NamingOptions {
  /** Functions that are compiled. */
  readonly coloured: ReadonlySet<KernelFunction>;
  /** How the compiled module imports a file. */
  readonly importPath: (file: string) => string;
  /** What kind of step a function is, by its key. */
  readonly pointOf: (key: string) => number | undefined;
  /** Numbers in place of constants of the main module, by name. */
  readonly settings: ReadonlyMap<string, number>;
  /** Whether functions and constants are numbered. */
  readonly numbered: boolean;
}

export class Names implements Naming {
  readonly #program: Program;
  readonly #options: NamingOptions;
  readonly #values: ConstantValues;
  readonly #functionNames = new Map<KernelFunction, string>();
  readonly #taken = new Map<string, number>();
  readonly #constants = new Map<string, { readonly name: string; readonly value: ConstantValue }>();
  readonly #imports = new Map<string, Set<string>>();

  constructor(program: Program, options: NamingOptions) {
    this.#program = program;
    this.#options = options;
    this.#values = new ConstantValues(
      (module, name) => this.#owner(module, name),
      (module, name) => (module === program.main ? options.settings.get(name) : undefined),
    );
    for (const one of program.functions) this.#functionNames.set(one, this.#unique(one.name, 'f'));
  }

  classify(caller: KernelFunction, call: KernelFunction['calls'][number]): Callee {
    const target = this.#program.targetOf(caller.module, call);
    if (target.kind === 'language') {
      const { source } = caller.module;
      return { kind: 'plain', text: source.text.slice(call.callee.start, call.callee.end), faults: false };
    }
    if (target.kind === 'external') {
      const text = isAnswered(basename(target.file)) ? `$hooks.${target.name}` : this.#import(target.file, target.name);
      return { kind: 'plain', text, faults: isReport(target.file) };
    }
    const { callee } = target;
    const [file = ''] = callee.key.split('#');
    if (isAnswered(file)) return { kind: 'plain', text: `$hooks.${callee.name}`, faults: false };
    const access = this.#options.pointOf(callee.key);
    if (access !== undefined) return { kind: 'point', access };
    if (callee.key === THIS_CPU) return { kind: 'register', text: '$area' };
    if (pauses.has(callee.key)) return { kind: 'register', text: '0' };
    if (this.#options.coloured.has(callee)) return { kind: 'compiled', callee };
    return { kind: 'plain', text: this.nameOf(callee), faults: false };
  }

  constant(module: Module, name: string): string {
    const binding = module.names.module.get(name);
    if (binding?.kind === 'import') {
      const { file, name: defined } = this.#program.definition(module, binding);
      if (this.#program.isExternal(file)) return this.#import(file, defined);
    }
    const { owner, name: defined } = this.#owner(module, name);
    const key = `${owner.file}#${defined}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    const constant = { name: this.#unique(defined, 'k'), value: this.valueOf(module, name) };
    this.#constants.set(key, constant);
    return constant.name;
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

  nameOf(one: KernelFunction): string {
    return this.#functionNames.get(one) ?? one.name;
  }

  /** The constants that were asked for. */
  constants(): string[] {
    return [...this.#constants.values()].map(({ name, value }) => {
      return `const ${name} = ${typeof value === 'number' ? value : `[${value.join(', ')}]`};`;
    });
  }

  imports(): string[] {
    return [...this.#imports].map(
      ([file, names]) => `import { ${[...names].join(', ')} } from '${this.#options.importPath(file)}';`,
    );
  }

  #import(file: string, name: string): string {
    const names = this.#imports.get(file) ?? new Set();
    this.#imports.set(file, names.add(name));
    return name;
  }

  #unique(wanted: string, letter: 'f' | 'k'): string {
    if (this.#options.numbered) return `${letter}${this.#functionNames.size + this.#constants.size}`;
    const count = this.#taken.get(wanted) ?? 0;
    this.#taken.set(wanted, count + 1);
    return count === 0 ? wanted : `${wanted}$${count}`;
  }
}
