/** The elements of `operations`, once the list is worked out: which function each calls, with what, and its model. */
import { basename } from 'node:path';
import { ListReader } from './cpus-list.ts';
import { Closure, ModuleCall, ModuleFunction, type Value } from './cpus-values.ts';
import type { CompiledText } from './module-compile.ts';
import { listedNames } from './module-cpus.ts';
import { ModuleError } from './module-error.ts';
import type { ModuleFiles } from './module-files.ts';
import { type CallText, MOST_OPERATIONS_CPUS, type OperationText } from './operations-text.ts';
import { type AnyFunction, functionOf, givesValue } from '../subset/module-functions.ts';
import { type Names, resolveNames } from '../source/scope.ts';
import { parseSource } from '../source/source.ts';

const MOST_OPERATIONS = 32;
/** What a parameter is that nothing is said of, and how many of them there may be. */
const VALUES: readonly number[] = [1, 2];
const MOST_UNSAID = 2;

/** A function and the module it stands in. */
interface Found {
  readonly names: Names;
  readonly node: AnyFunction;
}

export class ListedOperations {
  readonly #files: ModuleFiles;
  readonly #compiled: CompiledText;
  readonly #reader: ListReader;
  /** How the list calls functions, by number. */
  readonly #callees = new Map<number, string>();

  constructor(files: ModuleFiles, compiled: CompiledText) {
    const { list, entries, valueOf } = compiled;
    const functionNamed = (name: string): number | undefined => entries.get(name);
    this.#files = files;
    this.#compiled = compiled;
    this.#reader = new ListReader({ ...list, functionNamed, valueOf });
    for (const { name, written } of listedNames(list)) {
      const entry = entries.get(name);
      if (entry !== undefined) this.#callees.set(entry, written);
    }
  }

  /** Throws SourceError and ModuleError. */
  read(): readonly OperationText[] {
    const { init } = this.#compiled.list;
    const value = this.#reader.read(init);
    if (!Array.isArray(value) || value.length === 0) this.#refuse('must be an array of functions of the module');
    const all = (value as readonly Value[]).flatMap((one, i) => this.#operation(one, i));
    const modelled = all.filter(({ model }) => model !== undefined).length;
    if (modelled > 0 && modelled < all.length) this.#refuse('give each a model, or none: [push, plainPush]');
    if (modelled === 0 && this.#compiled.uses.has('bus.js#choose')) {
      this.#refuse('what chooses does not do the same each time: give each a model that does not, [push, plainPush]');
    }
    const once = this.#once(all);
    if (once.length > MOST_OPERATIONS) {
      this.#refuse(`${once.length} calls, with each argument one; there may be ${MOST_OPERATIONS}`);
    }
    return once;
  }

  /** Each call once; with two models there is no saying which holds. */
  #once(all: readonly OperationText[]): readonly OperationText[] {
    const once = new Map<string, OperationText>();
    for (const one of all) {
      const key = JSON.stringify(one.call);
      const before = once.get(key) ?? one;
      if (JSON.stringify(before.model) !== JSON.stringify(one.model)) {
        this.#refuse(`: ${one.call.callee} stands there twice with the same arguments, and has two models`);
      }
      once.set(key, one);
    }
    return [...once.values()];
  }

  /** An operation with every argument that it is called with. */
  #operation(value: Value, i: number): OperationText[] {
    const [called, model, ...more] = Array.isArray(value) ? (value as readonly Value[]) : [value, undefined];
    if (more.length > 0 || (Array.isArray(value) && model === undefined)) {
      this.#refuse(`[${i}] is a function, or two: what is called, and what it has to do`);
    }
    const unsaid = this.#unsaid(called, i);
    return valuesOf(unsaid).map((values) => {
      const call = this.#call(called, values, i);
      const own = model === undefined ? undefined : this.#call(model, values, i);
      if (own !== undefined && call.givesValue && !own.givesValue) {
        this.#refuse(`[${i}]: ${call.callee} gives a value and ${own.callee} none`);
      }
      return { call, model: own };
    });
  }

  /** Parameters of a function named as it stands that nothing is said of. */
  #unsaid(value: Value, i: number): number {
    if (!(value instanceof ModuleFunction)) return 0;
    const unsaid = Math.max(0, neededBy(this.#functionOf(value.entry).node) - value.bound.length);
    if (unsaid <= MOST_UNSAID) return unsaid;
    const callee = this.#callees.get(value.entry);
    return this.#refuse(`[${i}]: say with what ${callee} is called: () => ${callee}(1, 2, 3)`);
  }

  #call(value: Value, unsaid: readonly number[], i: number): CallText {
    const calls = Array.from({ length: MOST_OPERATIONS_CPUS }, (_, cpu) => this.#callBy(value, unsaid, cpu, i));
    const [first] = calls as [ModuleCall, ...ModuleCall[]];
    if (calls.some(({ entry }) => entry !== first.entry)) this.#refuse(`[${i}] calls one function on all CPUs`);
    const { names, node } = this.#functionOf(first.entry);
    const args = calls.map((call) => this.#numbers(call, node.params.length, i));
    const needed = neededBy(node);
    if (args.some((one) => one.length < needed)) {
      const callee = this.#callees.get(first.entry);
      this.#refuse(
        `[${i}]: ${callee} takes ${needed} ${needed === 1 ? 'argument' : 'arguments'}, not ${args[0]?.length}`,
      );
    }
    const same = args.every((one) => String(one) === String(args[0]));
    const callee = this.#callees.get(first.entry) ?? '?';
    return { callee, args: same ? args.slice(0, 1) : args, givesValue: givesValue(names, node) };
  }

  #callBy(value: Value, unsaid: readonly number[], cpu: number, i: number): ModuleCall {
    const { init } = this.#compiled.list;
    const call =
      value instanceof ModuleFunction
        ? new ModuleCall(value.entry, [...value.bound, ...unsaid])
        : value instanceof Closure
          ? this.#reader.call(init, value, [cpu])
          : undefined;
    return call instanceof ModuleCall
      ? call
      : this.#refuse(`[${i}] must be a function of the module, or () => push(1) with one`);
  }

  #numbers({ args }: ModuleCall, most: number, i: number): number[] {
    return args.slice(0, most).map((value) => {
      if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 0xffffffff) return value | 0;
      return this.#refuse(`[${i}]: a function takes whole numbers of 32 bits`);
    });
  }

  #functionOf(entry: number): Found {
    const name = this.#callees.get(entry) ?? '';
    const [head = '', member] = name.split('.');
    const found = this.#find(this.#files.path, head, member);
    return found ?? this.#refuse(`${name} is no function of the module`);
  }

  /** A function by its name in a file, wherever it is imported from. */
  #find(file: string, name: string, member?: string): Found | undefined {
    const names = resolveNames(parseSource(file, this.#files.textOf(file)).program);
    const binding = names.module.get(name);
    const node = functionOf(binding);
    if (node !== undefined) return { names, node };
    if (binding?.kind !== 'import' || binding.from === undefined) return undefined;
    const imported = binding.imported === '*' ? member : binding.imported;
    return imported === undefined ? undefined : this.#find(this.#files.resolve(file, binding.from), imported);
  }

  #refuse(what: string): never {
    throw new ModuleError(`${basename(this.#files.path)}: operations${/^[[:]/.test(what) ? '' : ' '}${what}`);
  }
}

/** Arguments that a function is called with at least. */
function neededBy({ params }: AnyFunction): number {
  const needed = params.findIndex((one) => one.type === 'AssignmentPattern' || ('optional' in one && one.optional));
  return needed < 0 ? params.length : needed;
}

/** Every choice of so many values. */
function valuesOf(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return valuesOf(count - 1).flatMap((front) => VALUES.map((value) => [...front, value]));
}
