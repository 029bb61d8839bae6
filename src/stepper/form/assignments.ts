/** Every value that a local is given. */
import type { Statement } from './code.ts';
import type { Local, Value } from './value.ts';
import { statementsIn, valuesIn } from './walk.ts';

export interface Assignment {
  readonly local: Local;
  readonly value: Value;
}

export function assignments(statements: readonly Statement[]): readonly Assignment[] {
  const whole = [...statementsIn(statements)].filter((one) => one.kind === 'set');
  const inside = [...valuesIn(statements)].filter((one) => one.kind === 'assign');
  return [...whole, ...inside];
}
