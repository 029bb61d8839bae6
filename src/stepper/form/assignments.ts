/** Every value that a local is given, in the order of the text. */
import type { Statement } from './code.ts';
import { type Local, partsOf, type Value } from './value.ts';

export interface Assignment {
  readonly local: Local;
  readonly value: Value;
}

export function assignments(statements: readonly Statement[]): readonly Assignment[] {
  return statements.flatMap(inStatement);
}

function inStatement(one: Statement): readonly Assignment[] {
  switch (one.kind) {
    case 'set':
      return [...inValue(one.value), { local: one.local, value: one.value }];
    case 'do':
    case 'return':
      return one.value === undefined ? [] : inValue(one.value);
    case 'if':
      return [...inValue(one.test), ...assignments(one.yes), ...assignments(one.no)];
    case 'loop':
      return [
        ...(one.test === undefined ? [] : inValue(one.test)),
        ...assignments(one.body),
        ...assignments(one.update),
      ];
    case 'switch':
      return [
        ...inValue(one.value),
        ...one.cases.flatMap(({ test, body }) => [...(test === undefined ? [] : inValue(test)), ...assignments(body)]),
      ];
    case 'labelled':
      return assignments(one.body);
    case 'fault':
      return one.args.flatMap(inValue);
    default:
      return [];
  }
}

function inValue(value: Value): readonly Assignment[] {
  const own = value.kind === 'assign' ? [{ local: value.local, value: value.value }] : [];
  return [...partsOf(value).flatMap(inValue), ...own];
}
