/**
 * The list of CPUs of a module, worked out from its syntax tree. What may stand there is little, and nothing of it is ever
 * run as it stands: numbers and arrays, arrow functions that give one of them, and what arrays are made with.
 *
 *   [writer, ...Array(READERS).fill(reader)]
 *   Array.from({ length: N }, (_, i) => () => worker(i))
 *
 * Work, size and depth have bounds.
 */
import type { ArrowFunctionExpression, Expression, Function as FunctionNode, Node, SpreadElement } from 'oxc-parser';
import { binary, math, unary } from '../source/arithmetic.ts';
import type { ConstantValue } from '../compile/constant-values.ts';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { arrayMethod } from './cpus-arrays.ts';
import { Closure, ModuleCall, ModuleFunction, type Scope, type Value } from './cpus-values.ts';
import { isFunction } from '../subset/module-functions.ts';
import { CPUS } from '../subset/check.ts';
import type { Binding, Names } from '../source/scope.ts';
import { positionOf, type Source, SourceError } from '../source/source.ts';
import { memberName, spelled } from '../source/spelling.ts';

/** What the list may use of the module; names are spelled as the compiler reads them (spelling.ts). */
export interface ListContext {
  readonly source: Source;
  readonly names: Names;
  /** The function's number; undefined for a name of none. */
  readonly functionNamed: (name: string) => number | undefined;
  /** Throws SourceError for what is no constant. */
  readonly valueOf: (name: string) => ConstantValue;
  /** Names of the functions that were moved out of the list. */
  readonly moved: ReadonlyMap<Node, string>;
}

const MOST_WORK = 100_000;
const MOST_DEPTH = 200;
/** Elements of an array. */
export const MOST_ELEMENTS = 4096;

const ALLOWED =
  'the list is made of functions, numbers and tables of the module, arrays, ...spread, Array(n), Array.from, fill, map, ' +
  'concat, slice, arithmetic, ?: and arrow functions';

export class ListReader {
  readonly #context: ListContext;
  #work = 0;
  #depth = 0;

  constructor(context: ListContext) {
    this.#context = context;
  }

  /** The value of an expression. Throws SourceError. */
  read(node: Expression, scope: Scope = new Map()): Value {
    if (++this.#work > MOST_WORK) this.refuse(node, `cpus takes more than ${MOST_WORK} steps to work out`);
    if (this.#depth >= MOST_DEPTH) this.refuse(node, `cpus is nested more than ${MOST_DEPTH} deep`);
    this.#depth++;
    const value = this.#read(node, scope);
    this.#depth--;
    return value;
  }

  /** What a function gives for these arguments. */
  call(at: Node, callee: Value, args: readonly Value[]): Value {
    if (callee instanceof ModuleFunction) return new ModuleCall(callee.entry, [...callee.bound, ...args]);
    if (!(callee instanceof Closure)) return this.refuse(at);
    const { node, scope } = callee;
    const inner = new Map(scope);
    this.#work += inner.size + node.params.length;
    node.params.forEach((one, i) => {
      if (one.type !== 'Identifier') this.refuse(one);
      inner.set(one, args[i]);
    });
    return this.read(this.#bodyOf(node), inner);
  }

  refuse(node: Node, reason = `cpus: ${ALLOWED}; not this`): never {
    const { source } = this.#context;
    throw new SourceError(source.file, positionOf(source, node.start), reason);
  }

  /** A list of so many elements, or the refusal of one too long. */
  length(at: Node, value: Value): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      return this.refuse(at, 'cpus: the length of an array is a whole number');
    }
    if (value > MOST_ELEMENTS) this.refuse(at, `cpus: an array of ${value} elements; it may have ${MOST_ELEMENTS}`);
    this.#work += value;
    return value;
  }

  #read(node: Expression, scope: Scope): Value {
    const number = (one: Expression): number => this.#number(one, scope);
    switch (node.type) {
      case 'Literal':
        return this.#literal(node);
      case 'Identifier':
        return this.#name(node, scope);
      case 'ArrayExpression':
        return this.#elements(node, node.elements, scope);
      case 'MemberExpression':
        return this.#member(node, scope);
      case 'UnaryExpression':
        if (node.operator === '!') return this.#truth(this.read(node.argument, scope)) ? 0 : 1;
        return unary(node.operator, number(node.argument)) ?? this.refuse(node);
      case 'BinaryExpression':
        if (node.left.type === 'PrivateIdentifier') return this.refuse(node);
        return binary(node.operator, number(node.left), number(node.right)) ?? this.refuse(node);
      case 'LogicalExpression': {
        const left = this.read(node.left, scope);
        const goesOn =
          node.operator === '&&' ? this.#truth(left) : node.operator === '||' ? !this.#truth(left) : this.refuse(node);
        return goesOn ? this.read(node.right, scope) : left;
      }
      case 'ConditionalExpression':
        return this.read(this.#truth(this.read(node.test, scope)) ? node.consequent : node.alternate, scope);
      case 'CallExpression':
      case 'NewExpression':
        return this.#call(node, scope);
      default:
        return isFunction(node) ? this.#function(node, scope) : this.refuse(node);
    }
  }

  #literal(node: Expression & { type: 'Literal' }): Value {
    if (node.value === null && node.raw === 'null') return undefined;
    if (typeof node.value === 'number' || typeof node.value === 'boolean') return Number(node.value);
    return this.refuse(node);
  }

  #number(node: Expression, scope: Scope): number {
    const value = this.read(node, scope);
    return typeof value === 'number' ? value : this.refuse(node, 'cpus: a number is needed here');
  }

  #truth(value: Value): boolean {
    return typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : value !== undefined;
  }

  #elements(at: Node, elements: ReadonlyArray<Expression | SpreadElement | null>, scope: Scope): readonly Value[] {
    const list: Value[] = [];
    for (const one of elements) {
      if (one?.type === 'SpreadElement') list.push(...this.array(one.argument, this.read(one.argument, scope)));
      else list.push(one === null ? undefined : this.read(one, scope));
      this.length(at, list.length);
    }
    return list;
  }

  /** The value as an array. */
  array(at: Node, value: Value): readonly Value[] {
    return Array.isArray(value) ? value : this.refuse(at, 'cpus: an array is needed here');
  }

  #function(node: ArrowFunctionExpression | FunctionNode, scope: Scope): Value {
    const name = this.#context.moved.get(node);
    const entry = name === undefined ? undefined : this.#context.functionNamed(name);
    if (entry !== undefined) return new ModuleFunction(entry);
    if (node.async || ('generator' in node && node.generator)) this.refuse(node);
    return new Closure(node, scope);
  }

  /** The expression that a function gives: its body, or the only statement there. */
  #bodyOf({ body }: Closure['node']): Expression {
    if (body === null) throw new TypeError('a function without a body');
    if (body.type !== 'BlockStatement') return body as Expression;
    const [only, ...more] = body.body;
    const reason = 'cpus: a function in the list has one statement, the call of a function of the module';
    if (only === undefined || more.length > 0) return this.refuse(body, reason);
    if (only.type === 'ExpressionStatement') return only.expression;
    return only.type === 'ReturnStatement' && only.argument !== null ? only.argument : this.refuse(only, reason);
  }

  #name(node: Expression & { type: 'Identifier' }, scope: Scope): Value {
    const binding = this.#context.names.at.get(node.start)?.binding;
    if (binding === undefined) return node.name === 'undefined' ? undefined : this.refuse(node);
    if (!binding.moduleLevel) return scope.has(binding.node) ? scope.get(binding.node) : this.refuse(node);
    return this.#ofModule(node, binding, spelled(node.name));
  }

  #ofModule(node: Node, { name: own, from }: Binding, name: string): Value {
    if (from === BUS_MODULE) this.refuse(node, 'cpus: a function of the bus is no CPU; write () => store(0x1000, 1)');
    if (own === CPUS) this.refuse(node, 'cpus is made of itself');
    const entry = this.#context.functionNamed(name);
    return entry === undefined ? this.#context.valueOf(name) : new ModuleFunction(entry);
  }

  /** A member of a table or of a module imported whole; an element or the length of an array. */
  #member(node: Expression & { type: 'MemberExpression' }, scope: Scope): Value {
    const { object, property } = node;
    if (node.optional) return this.refuse(node);
    if (node.computed) {
      const list = this.array(object, this.read(object, scope));
      return list[this.#number(property as Expression, scope)];
    }
    if (property.type !== 'Identifier') return this.refuse(node);
    if (object.type === 'Identifier' && property.name !== 'length') {
      const binding = this.#context.names.at.get(object.start)?.binding;
      if (binding?.moduleLevel === true) {
        return this.#ofModule(node, binding, memberName(object.name, property.name));
      }
    }
    if (property.name !== 'length') return this.refuse(node);
    return this.array(object, this.read(object, scope)).length;
  }

  #call(node: Expression & { type: 'CallExpression' | 'NewExpression' }, scope: Scope): Value {
    const { callee } = node;
    if (node.type === 'CallExpression' && node.optional) return this.refuse(node);
    const args = (): readonly Value[] => this.#elements(node, node.arguments, scope);
    if (callee.type === 'Identifier' && this.#isGlobal(callee)) {
      return callee.name === 'Array' ? this.#arrayOf(node, args()) : this.refuse(node);
    }
    if (node.type === 'NewExpression') return this.refuse(node);
    if (callee.type !== 'MemberExpression' || callee.computed) return this.call(node, this.read(callee, scope), args());
    const { object, property } = callee;
    const name = property.type === 'Identifier' ? property.name : '';
    if (object.type === 'Identifier' && this.#isGlobal(object)) return this.#ofLanguage(node, object.name, name, scope);
    const binding = object.type === 'Identifier' ? this.#context.names.at.get(object.start)?.binding : undefined;
    if (binding?.imported === '*') return this.call(node, this.read(callee, scope), args());
    const value = this.read(object, scope);
    if (value instanceof ModuleFunction && name === 'bind') {
      return new ModuleFunction(value.entry, [...value.bound, ...args().slice(1)]);
    }
    const list = Array.isArray(value) ? arrayMethod(this, node, name, value, args()) : undefined;
    return list ?? this.refuse(node);
  }

  #isGlobal(node: Node & { type: 'Identifier' }): boolean {
    return this.#context.names.at.get(node.start)?.binding === undefined;
  }

  /** Array(n), or an array of the arguments. */
  #arrayOf(node: Node, args: readonly Value[]): readonly Value[] {
    if (args.length !== 1 || typeof args[0] !== 'number') return args;
    return Array.from({ length: this.length(node, args[0]) }, () => undefined);
  }

  /** Array.from, Array.of, and Math. */
  #ofLanguage(node: Expression & { type: 'CallExpression' }, object: string, name: string, scope: Scope): Value {
    const [first, ...rest] = node.arguments;
    if (object === 'Array' && name === 'from' && first !== undefined && first.type !== 'SpreadElement') {
      const made = this.#source(first, scope);
      const [map] = this.#elements(node, rest, scope);
      return map === undefined ? made : made.map((one, i) => this.call(node, map, [one, i]));
    }
    const args = this.#elements(node, node.arguments, scope);
    if (object === 'Array' && name === 'of') return args;
    const numbers = args.map((one) => (typeof one === 'number' ? one : this.refuse(node)));
    return (object === 'Math' ? math(name, numbers) : undefined) ?? this.refuse(node);
  }

  /** What Array.from takes: an array, or `{ length: n }`. */
  #source(node: Expression, scope: Scope): readonly Value[] {
    if (node.type !== 'ObjectExpression') return this.array(node, this.read(node, scope));
    const [only, ...more] = node.properties;
    const isLength =
      only?.type === 'Property' &&
      !only.computed &&
      !only.method &&
      only.key.type === 'Identifier' &&
      only.key.name === 'length';
    if (!isLength || more.length > 0) return this.refuse(node);
    return Array.from({ length: this.length(node, this.read(only.value as Expression, scope)) }, () => undefined);
  }
}
