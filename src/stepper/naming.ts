/** The names of the compiled module. Functions of different modules may have the same one; the later gets a number. */
import { basename } from 'node:path';
import { MagicString } from 'magic-string';
import type { Callee, Naming } from './lowering.ts';
import { NOTHING, primitives, THIS_CPU } from './primitives.ts';
import { importedFile, type KernelFunction, type Module, type Program } from './program.ts';
import { positionOf, SourceError } from './source.ts';

/** Functions of external modules that the stepped machine answers itself. */
const HOOKS = new Set(['fault.js#warn']);

export class Names implements Naming {
  readonly #program: Program;
  readonly #coloured: ReadonlySet<KernelFunction>;
  readonly #importPath: (file: string) => string;
  readonly #functionNames = new Map<KernelFunction, string>();
  readonly #taken = new Map<string, number>();
  readonly #constants = new Map<string, { readonly name: string; readonly text: string }>();
  readonly #imports = new Map<string, Set<string>>();

  constructor(program: Program, coloured: ReadonlySet<KernelFunction>, importPath: (file: string) => string) {
    this.#program = program;
    this.#coloured = coloured;
    this.#importPath = importPath;
    for (const one of program.functions) this.#functionNames.set(one, this.#unique(one.name));
  }

  classify(caller: KernelFunction, call: KernelFunction['calls'][number]): Callee {
    const target = this.#program.targetOf(caller.module, call);
    if (target.kind === 'language') {
      const { source } = caller.module;
      return { kind: 'plain', text: source.text.slice(call.callee.start, call.callee.end) };
    }
    if (target.kind === 'external') {
      if (HOOKS.has(`${basename(target.file)}#${target.name}`)) return { kind: 'plain', text: `$hooks.${target.name}` };
      return { kind: 'plain', text: this.#import(target.file, target.name) };
    }
    const { callee } = target;
    const access = primitives.get(callee.key);
    if (access !== undefined) return { kind: 'point', access };
    if (callee.key === THIS_CPU) return { kind: 'register', text: '$area' };
    if (NOTHING.has(callee.key)) return { kind: 'register', text: '0' };
    if (this.#coloured.has(callee)) return { kind: 'compiled', callee };
    return { kind: 'plain', text: this.nameOf(callee) };
  }

  constant(module: Module, name: string): string {
    const binding = module.names.module.get(name);
    const key = `${module.file}#${name}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known.name;
    if (binding?.kind === 'import' && binding.from !== undefined) {
      return this.#import(importedFile(module, binding.from), binding.imported ?? name);
    }
    if (binding?.kind !== 'const' || binding.node.type !== 'VariableDeclarator' || binding.node.init === null) {
      const position = positionOf(module.source, binding?.node.start ?? 0);
      throw new SourceError(module.file, position, `${name} is no constant`);
    }
    const { init } = binding.node;
    const text = new MagicString(module.source.text);
    for (const used of module.names.references) {
      if (used.start < init.start || used.end > init.end || !used.binding?.moduleLevel) continue;
      text.overwrite(used.start, used.end, this.constant(module, used.name));
    }
    const unique = this.#unique(name);
    this.#constants.set(key, { name: unique, text: text.slice(init.start, init.end) });
    return unique;
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

  #unique(name: string): string {
    const count = this.#taken.get(name) ?? 0;
    this.#taken.set(name, count + 1);
    return count === 0 ? name : `${name}$${count}`;
  }
}
