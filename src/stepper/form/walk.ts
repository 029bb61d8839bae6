/** Everything that statements are made of. */
import type { Statement } from './code.ts';
import { partsOf, type Value } from './value.ts';

/** The statements, each before those inside. */
export function* statementsIn(statements: readonly Statement[]): Iterable<Statement> {
  for (const one of statements) {
    yield one;
    for (const inner of innerStatements(one)) yield* statementsIn(inner);
  }
}

/** Their values, each before its parts. */
export function* valuesIn(statements: readonly Statement[]): Iterable<Value> {
  for (const one of statementsIn(statements)) for (const value of ownValues(one)) yield* within(value);
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
