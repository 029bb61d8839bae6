/** What is called, and how much there is to do. */
import type { Statement } from './code.ts';
import { type Call, partsOf, type Value } from './value.ts';

/** The values of statements, those inside others too, each before its parts. */
export function* valuesIn(statements: readonly Statement[]): Iterable<Value> {
  for (const one of statements) {
    for (const value of ownValues(one)) yield* within(value);
    for (const inner of innerStatements(one)) yield* valuesIn(inner);
  }
}

/** Calls among them. */
export function callsIn(statements: readonly Statement[]): readonly Call[] {
  return [...valuesIn(statements)].filter((one) => one.kind === 'call');
}

function* within(value: Value): Iterable<Value> {
  yield value;
  for (const part of partsOf(value)) yield* within(part);
}

function ownValues(one: Statement): readonly Value[] {
  switch (one.kind) {
    case 'set':
    case 'do':
      return [one.value];
    case 'return':
      return one.value === undefined ? [] : [one.value];
    case 'if':
      return [one.test];
    case 'loop':
      return one.test === undefined ? [] : [one.test];
    case 'switch':
      return [one.value, ...one.cases.flatMap(({ test }) => (test === undefined ? [] : [test]))];
    case 'fault':
      return one.args;
    default:
      return [];
  }
}

function innerStatements(one: Statement): readonly (readonly Statement[])[] {
  switch (one.kind) {
    case 'if':
      return [one.yes, one.no];
    case 'loop':
      return [one.update, one.body];
    case 'switch':
      return one.cases.map(({ body }) => body);
    case 'labelled':
      return [one.body];
    default:
      return [];
  }
}
