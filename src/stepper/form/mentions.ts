/** Which locals a statement has to do with. */
import type { Statement } from './code.ts';
import { type Local, localsIn, type Value } from './value.ts';

const of = (value: Value | undefined): readonly Local[] => (value === undefined ? [] : localsIn(value));
const all = (statements: readonly Statement[]): readonly Local[] => statements.flatMap(mentions);

/** Every local that is read or given a value in the statement, in the order of mention. */
export function mentions(statement: Statement): readonly Local[] {
  switch (statement.kind) {
    case 'set':
      return [statement.local, ...of(statement.value)];
    case 'clear':
      return [statement.array];
    case 'do':
    case 'return':
      return of(statement.value);
    case 'if':
      return [...of(statement.test), ...all(statement.yes), ...all(statement.no)];
    case 'loop':
      return [...of(statement.test), ...all(statement.update), ...all(statement.body)];
    case 'switch':
      return [...of(statement.value), ...statement.cases.flatMap(({ test, body }) => [...of(test), ...all(body)])];
    case 'labelled':
      return all(statement.body);
    case 'fault':
      return statement.args.flatMap(localsIn);
    default:
      return [];
  }
}
