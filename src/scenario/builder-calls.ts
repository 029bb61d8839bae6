/** The builder's methods for calls: one for each entry of the table, with the types of its operands. */
import type { CallStatement, Operand } from './ast.ts';
import {
  nowhere,
  operandOf,
  type Result,
  type StatResult,
  type TaskStatements,
  type Value,
  type WaitResult,
} from './builder-task.ts';
import type { CallSpec, OperandSpec } from './call-spec.ts';
import { type CallName, callNames, calls } from './calls.ts';

type NamesOf<O> = O extends { constants: infer C } ? keyof C & string : never;

/** What a method takes for an operand. Flags that go together are an array. */
type Argument<O extends OperandSpec> = {
  path: string;
  text: string;
  shared: O extends { default: number } ? string | number : string;
  constant: number;
  value: Value;
  any: Value | { text: string };
  choice: NamesOf<O> | number;
  handler: string | number;
  flags: NamesOf<O> | number | readonly (NamesOf<O> | number)[];
}[O['kind']];

type Needed<O extends readonly OperandSpec[]> = O extends readonly [
  infer First extends OperandSpec,
  ...infer Rest extends readonly OperandSpec[],
]
  ? First extends { default: number }
    ? []
    : [Argument<First>, ...Needed<Rest>]
  : [];

type Optional<O extends readonly OperandSpec[]> = O extends readonly [
  infer First extends OperandSpec,
  ...infer Rest extends readonly OperandSpec[],
]
  ? First extends { default: number }
    ? [Argument<First>?, ...Optional<Rest>]
    : Optional<Rest>
  : [];

type Child<S> = S extends { starts: true } ? [child: string] : [];

/** Operands that a call needs, the task that it starts, operands that it can do without. */
type CallArguments<N extends CallName> = [
  ...Needed<(typeof calls)[N]['operands']>,
  ...Child<(typeof calls)[N]>,
  ...Optional<(typeof calls)[N]['operands']>,
];

type CallResult<S> = S extends { after: 'exit-code' }
  ? WaitResult
  : S extends { after: 'permissions' }
    ? StatResult
    : Result;

export type CallMethods = { [N in CallName]: (...given: CallArguments<N>) => CallResult<(typeof calls)[N]> };

type Given = Value | { text: string } | readonly (string | number)[];

/** The methods, each adding its call to the task. */
export function callMethods(task: TaskStatements): CallMethods {
  const methods = callNames.map((name) => [name, (...given: Given[]) => task.addCall(callStatement(name, given))]);
  return Object.fromEntries(methods) as CallMethods;
}

function callStatement(name: CallName, given: readonly Given[]): CallStatement {
  const spec: CallSpec = calls[name];
  const rest = [...given];
  const statement: CallStatement = { kind: 'call', results: [], call: name, operands: [], at: nowhere };
  if (spec.starts) {
    const needed = spec.operands.filter((operand) => operand.default === undefined).length;
    statement.child = { name: String(rest.splice(needed, 1)[0]), at: nowhere };
  }
  statement.operands = rest.map((value, index) => argumentOperand(value, spec.operands[index]));
  return statement;
}

function argumentOperand(value: Given, spec: OperandSpec | undefined): Operand {
  if (spec?.kind === 'flags') {
    const parts = typeof value === 'string' || typeof value === 'number' ? [value] : isParts(value) ? [...value] : [];
    return { kind: 'flags', parts, at: nowhere };
  }
  if (isParts(value)) return { kind: 'flags', parts: [...value], at: nowhere };
  if (typeof value === 'object' && 'text' in value) return { kind: 'text', value: value.text, at: nowhere };
  if ((spec?.kind === 'path' || spec?.kind === 'text') && typeof value === 'string')
    return { kind: 'text', value, at: nowhere };
  return operandOf(value);
}

const isParts = (value: Given): value is readonly (string | number)[] => Array.isArray(value);
