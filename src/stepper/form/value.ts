/**
 * The intermediate form: what lies between the source of the kernel or of a module and the text of an engine. Everything
 * the compiler works out (control flow, liveness, frames) it works out on this form; a renderer turns it into what an
 * engine runs. This file has the values, code.ts what is done with them, unit.ts a whole compiled module.
 *
 * A value is a 32-bit integer with sign. An operator may leave that range on the way to what cuts it back: a local, a
 * word of a frame or header, a bit operator, the rounding functions. `/` gives the exact quotient, `>>>` an unsigned
 * number. A comparison or `!` is worth 1 or 0; && || and ?: look at no more of their operands than they must.
 */
import {
  type BinaryOperator,
  isComparison,
  type LogicalOperator,
  type MathName,
  type UnaryOperator,
} from './operators.ts';

export type Value =
  | { readonly kind: 'number'; readonly value: number }
  /** A message: an argument of an external function, and nothing else. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'constant'; readonly constant: Constant }
  /** A variable of a file that is not compiled, as it is at that moment. */
  | { readonly kind: 'imported'; readonly variable: External }
  | { readonly kind: 'local'; readonly local: Local }
  /** What the access or the call that the block was taken up behind has given. */
  | { readonly kind: 'result' }
  /** Address of the running CPU's block in RAM. */
  | { readonly kind: 'area' }
  | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Value }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Value; readonly right: Value }
  | { readonly kind: 'logical'; readonly operator: LogicalOperator; readonly left: Value; readonly right: Value }
  | { readonly kind: 'choice'; readonly test: Value; readonly yes: Value; readonly no: Value }
  /** Worth what the local holds afterwards. */
  | { readonly kind: 'assign'; readonly local: Local; readonly value: Value }
  /** A word of the function's scratch; stops the machine when there is no such word. */
  | { readonly kind: 'word'; readonly array: Local; readonly words: number; readonly index: Value }
  /** Worth what the word holds afterwards. The index is worked out first. */
  | {
      readonly kind: 'put';
      readonly array: Local;
      readonly words: number;
      readonly index: Value;
      readonly value: Value;
    }
  /** One after the other; worth what the last one is. */
  | { readonly kind: 'sequence'; readonly values: readonly Value[] }
  /** Stops the machine when the table has no such element. */
  | { readonly kind: 'element'; readonly table: Constant; readonly index: Value }
  | { readonly kind: 'length'; readonly table: Constant }
  | { readonly kind: 'math'; readonly name: MathName; readonly args: readonly Value[] }
  | Call;

/** A call that returns before the machine can switch CPUs. `line` is where it may stop the machine from: a cut function notes it. */
export interface Call {
  readonly kind: 'call';
  readonly callee: Callee;
  readonly args: readonly Value[];
  readonly line: number | undefined;
}

export type Callee = Routine | External | Tracepoint | BusFunction;

/** A function of the unit; its name there is its own. */
export interface Routine {
  readonly kind: 'routine';
  readonly name: string;
}

/** What a file that is not compiled exports: where the unit imports it from. */
export interface External {
  readonly kind: 'external';
  readonly from: string;
  readonly name: string;
}

/** A function that the stepped machine answers itself. */
export interface Tracepoint {
  readonly kind: 'tracepoint';
  readonly name: string;
}

/** A function of the bus that is no scheduling point, since nothing is cut: the engine does it itself. */
export interface BusFunction {
  readonly kind: 'bus';
  readonly name: string;
}

/** A constant of module level: a number, or a table of them. */
export interface Constant {
  readonly name: string;
  readonly value: number | readonly number[];
}

/** Parameters and locals of a function by number, parameters first. One may stand for several words (code.ts). */
export type Local = number;

/** The values that a value is made of, in the order they are worked out. */
export function partsOf(value: Value): readonly Value[] {
  switch (value.kind) {
    case 'unary':
      return [value.operand];
    case 'binary':
    case 'logical':
      return [value.left, value.right];
    case 'choice':
      return [value.test, value.yes, value.no];
    case 'assign':
      return [value.value];
    case 'sequence':
      return value.values;
    case 'element':
    case 'word':
      return [value.index];
    case 'put':
      return [value.index, value.value];
    case 'math':
    case 'call':
      return value.args;
    default:
      return [];
  }
}

/** Every local that is read or given a value, in the order of mention. */
export function localsIn(value: Value): readonly Local[] {
  const own =
    value.kind === 'local' || value.kind === 'assign'
      ? [value.local]
      : value.kind === 'word' || value.kind === 'put'
        ? [value.array]
        : [];
  return [...own, ...partsOf(value).flatMap(localsIn)];
}

/** True for a value that can be left out when nobody needs it: it changes nothing and stops nothing. */
export function isPure(value: Value): boolean {
  return !/^(?:assign|element|word|put|length|call)$/.test(value.kind) && partsOf(value).every(isPure);
}

/** True for the outcome of a comparison, which an engine may hold as something else than 1 or 0. */
export function isTruth(value: Value): boolean {
  switch (value.kind) {
    case 'unary':
      return value.operator === '!';
    case 'binary':
      return isComparison(value.operator);
    case 'logical':
      return isTruth(value.left) && isTruth(value.right);
    default:
      return false;
  }
}
