/**
 * What the constants of module level are worth: numbers, and lists of numbers. Worked out here, so that the compiled text
 * holds numbers only, whatever they were made of.
 */
import type { Expression } from 'oxc-parser';
import { binary, math, unary } from '../source/arithmetic.ts';
import type { Module } from './program.ts';
import { positionOf, SourceError } from '../source/source.ts';
import { asWritten } from '../source/spelling.ts';
import { TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';

export type ConstantValue = number | readonly number[];

/** How far constants may be made of one another. */
const MOST_STEPS = 200;

export class ConstantValues {
  readonly #find: (module: Module, name: string) => { readonly owner: Module; readonly name: string };
  readonly #settings: (module: Module, name: string) => number | undefined;
  readonly #known = new Map<string, ConstantValue>();
  /** Those that are being worked out. */
  readonly #open = new Set<string>();

  /** `find` tells which module defines a name, `settings` the number that stands in a constant's place. */
  constructor(
    find: (module: Module, name: string) => { readonly owner: Module; readonly name: string },
    settings: (module: Module, name: string) => number | undefined,
  ) {
    this.#find = find;
    this.#settings = settings;
  }

  /** Throws SourceError for what is no constant, or is made of itself. */
  valueOf(module: Module, wanted: string): ConstantValue {
    const { owner, name } = this.#find(module, wanted);
    const key = `${owner.file}#${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const setting = this.#settings(owner, name);
    const { node, kind } = owner.names.module.get(name) ?? {};
    const init = kind === 'const' && node?.type === 'VariableDeclarator' ? node.init : null;
    if (init === null) throw this.#error(owner, node, `${asWritten(name)} is no constant`);
    if (this.#open.has(key)) throw this.#error(owner, init, `${asWritten(name)} is made of itself`);
    if (this.#open.size >= MOST_STEPS) {
      throw this.#error(owner, init, `more than ${MOST_STEPS} constants that are made of one another`);
    }
    this.#open.add(key);
    const value = setting ?? this.#value(owner, init);
    this.#open.delete(key);
    this.#known.set(key, value);
    return value;
  }

  /** The number that an expression of a module makes. Throws SourceError for what is no constant. */
  numberOf(module: Module, node: Expression): number {
    return this.#number(module, node);
  }

  #value(module: Module, node: Expression): ConstantValue {
    if (node.type !== 'ArrayExpression') return this.#number(module, node);
    return node.elements.map((one) => this.#number(module, one as Expression));
  }

  #number(module: Module, node: Expression): number {
    const value = this.#tryNumber(module, node);
    if (value === undefined) throw this.#error(module, node, 'no constant: only numbers and other constants make one');
    return value;
  }

  #tryNumber(module: Module, node: Expression): number | undefined {
    const number = (one: Expression): number => this.#number(module, one);
    switch (node.type) {
      case 'Literal':
        return typeof node.value === 'number' ? node.value : undefined;
      case 'Identifier': {
        const value = this.valueOf(module, node.name);
        return typeof value === 'number' ? value : undefined;
      }
      case 'UnaryExpression':
        return unary(node.operator, number(node.argument));
      case 'BinaryExpression':
        if (node.left.type === 'PrivateIdentifier') return undefined;
        return binary(node.operator, number(node.left), number(node.right));
      case 'CallExpression':
        return this.#call(module, node);
      default:
        return undefined;
    }
  }

  /** Math, and the tables of a module. */
  #call(module: Module, node: Expression & { type: 'CallExpression' }): number | undefined {
    const { callee } = node;
    const args = node.arguments as Expression[];
    if (callee.type === 'MemberExpression') {
      const name = callee.property.type === 'Identifier' ? callee.property.name : '';
      return math(
        name,
        args.map((one) => this.#number(module, one)),
      );
    }
    const [table, index] = args;
    if (callee.type !== 'Identifier' || table?.type !== 'Identifier') return undefined;
    const list = this.valueOf(module, table.name);
    if (typeof list === 'number') return undefined;
    if (callee.name === TABLE_LENGTH) return list.length;
    if (callee.name !== TABLE_ELEMENT || index === undefined) return undefined;
    const element = list[this.#number(module, index)];
    if (element === undefined) throw this.#error(module, node, 'no such element of a table');
    return element;
  }

  #error({ file, source }: Module, node: { readonly start: number } | undefined, reason: string): SourceError {
    return new SourceError(file, positionOf(source, node?.start ?? 0), reason);
  }
}
