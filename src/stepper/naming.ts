/** The names of the compiled module. Functions of different modules may have the same one; the later gets a number. */
import { basename } from 'node:path';
import type { Expression } from 'oxc-parser';
import { MagicString } from 'magic-string';
import type { Callee, Naming } from './lowering.ts';
import { pauses, THIS_CPU } from './primitives.ts';
import type { KernelFunction, Module, Program } from './program.ts';
import type { Binding } from './scope.ts';
import { type Position, positionOf, SourceError } from './source.ts';

/** Names that the compiled module has for itself, and those of the language that its text may use. */
const OURS: ReadonlySet<string> = new Set(
  'entries headerWords noting regionWords live parameters instantiate frames ram Math Array Object Number undefined'.split(
    ' ',
  ),
);

/** Functions that the stepped machine answers itself, by module and name. */
export const isHook = (module: string, name: string): boolean =>
  module === 'trace.js' || (module === 'fault.js' && name === 'warn');

export class Names implements Naming {
  readonly #program: Program;
  readonly #coloured: ReadonlySet<KernelFunction>;
  readonly #importPath: (file: string) => string;
  readonly #pointOf: (key: string) => number | undefined;
  readonly #functionNames = new Map<KernelFunction, string>();
  readonly #taken = new Map<string, number>();
  readonly #constants = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #imports = new Map<string, Set<string>>();

  readonly #settings: ReadonlyMap<string, number>;

  constructor(
    program: Program,
    coloured: ReadonlySet<KernelFunction>,
    importPath: (file: string) => string,
    pointOf: (key: string) => number | undefined,
    settings: ReadonlyMap<string, number> = new Map(),
  ) {
    this.#settings = settings;
    this.#program = program;
    this.#coloured = coloured;
    this.#importPath = importPath;
    this.#pointOf = pointOf;
    for (const one of program.functions) this.#functionNames.set(one, this.#unique(one.name));
  }

  classify(caller: KernelFunction, call: KernelFunction['calls'][number]): Callee {
    const target = this.#program.targetOf(caller.module, call);
    if (target.kind === 'language') {
      const { source } = caller.module;
      return { kind: 'plain', text: source.text.slice(call.callee.start, call.callee.end), faults: false };
    }
    if (target.kind === 'external') {
      const module = basename(target.file);
      const text = isHook(module, target.name) ? `$hooks.${target.name}` : this.#import(target.file, target.name);
      return { kind: 'plain', text, faults: module === 'fault.js' };
    }
    const { callee } = target;
    const [file = '', name = ''] = callee.key.split('#');
    if (isHook(file, name)) return { kind: 'plain', text: `$hooks.${callee.name}`, faults: false };
    const access = this.#pointOf(callee.key);
    if (access !== undefined) return { kind: 'point', access };
    if (callee.key === THIS_CPU) return { kind: 'register', text: '$area' };
    if (pauses.has(callee.key)) return { kind: 'register', text: '0' };
    if (this.#coloured.has(callee)) return { kind: 'compiled', callee };
    return { kind: 'plain', text: this.nameOf(callee), faults: false };
  }

  constant(module: Module, name: string): string {
    const binding = module.names.module.get(name);
    const key = `${module.file}#${name}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    if (binding?.kind === 'import' && binding.from !== undefined) {
      const { file, name: defined } = this.#program.definition(module, binding);
      if (this.#program.isExternal(file)) return this.#import(file, defined);
      const owner = this.#program.moduleOf(file);
      if (owner.names.module.has(defined)) return this.constant(owner, defined);
      throw new SourceError(
        module.file,
        this.#placeOf(module, binding),
        `${basename(file)} has no ${defined.replace('$', '.')}`,
      );
    }
    if (binding?.kind !== 'const' || binding.node.type !== 'VariableDeclarator' || binding.node.init === null) {
      throw new SourceError(module.file, this.#placeOf(module, binding), `${name} is no constant`);
    }
    const { init } = binding.node;
    const setting = module === this.#program.main ? this.#settings.get(name) : undefined;
    const text = setting === undefined ? this.#constantText(module, init, () => undefined) : String(setting);
    const unique = this.#unique(name);
    this.#constants.set(key, { name: unique, text });
    return unique;
  }

  #placeOf({ source }: Module, binding: Binding | undefined): Position {
    return positionOf(source, binding?.node.start ?? 0);
  }

  /** The value of a module's constant as text; `textOf` says what stands in the place of a function's name. */
  table(module: Module, name: string, textOf: (one: KernelFunction) => string): string {
    const binding = module.names.module.get(name);
    if (binding?.node.type !== 'VariableDeclarator' || binding.node.init === null) return '[]';
    return this.#constantText(module, binding.node.init, (used) => {
      const one = this.#functionOf(module, used);
      return one === undefined ? undefined : textOf(one);
    });
  }

  /** The function that a module-level name stands for, defined here or imported. */
  #functionOf(module: Module, name: string): KernelFunction | undefined {
    const binding = module.names.module.get(name);
    if (binding?.kind !== 'import') return module.functions.get(name);
    const { file, name: defined } = this.#program.definition(module, binding);
    return this.#program.isExternal(file) ? undefined : this.#program.moduleOf(file).functions.get(defined);
  }

  #constantText(module: Module, init: Expression, replace: (name: string) => string | undefined): string {
    const text = new MagicString(module.source.text);
    for (const used of module.names.references) {
      if (used.start < init.start || used.end > init.end || !used.binding?.moduleLevel) continue;
      text.overwrite(used.start, used.end, replace(used.name) ?? this.constant(module, used.name));
    }
    return text.slice(init.start, init.end);
  }

  nameOf(one: KernelFunction): string {
    return this.#functionNames.get(one) ?? one.name;
  }

  /** The constants that were asked for; each stands behind those it is made of. */
  constants(): string[] {
    return [...this.#constants.values()].map(({ name, text }) => `const ${name} = ${text};`);
  }

  imports(): string[] {
    return [...this.#imports].map(
      ([file, names]) => `import { ${[...names].join(', ')} } from '${this.#importPath(file)}';`,
    );
  }

  #import(file: string, name: string): string {
    const names = this.#imports.get(file) ?? new Set();
    this.#imports.set(file, names.add(name));
    return name;
  }

  #unique(wanted: string): string {
    const name = OURS.has(wanted) || wanted.startsWith('$') ? `user_${wanted}` : wanted;
    const count = this.#taken.get(name) ?? 0;
    this.#taken.set(name, count + 1);
    return count === 0 ? name : `${name}$${count}`;
  }
}
