/** JavaScript text of statements that stay whole, line by line. */
import { CALLER, RESULT, TOP } from '../../stepped/frames.ts';
import type { Block, Effect, Label, Loop, Statement, Switch } from '../form/code.ts';
import type { Value } from '../form/value.ts';
import { localText, operandText, type Scope, valueText, wordText } from './values.ts';
import { frame, header } from './words.ts';

export function statementsText(statements: readonly Statement[], scope: Scope): string[] {
  return statements.flatMap((one) => statementText(one, scope));
}

const nested = (statements: readonly Statement[], scope: Scope): string[] =>
  statementsText(statements, scope).map((line) => `  ${line}`);

function statementText(statement: Statement, scope: Scope): string[] {
  switch (statement.kind) {
    case 'set':
    case 'do':
      return [`${effectText(statement, scope)};`];
    case 'if': {
      const otherwise = statement.no.length > 0 ? ['} else {', ...nested(statement.no, scope)] : [];
      return [`if (${valueText(statement.test, scope)}) {`, ...nested(statement.yes, scope), ...otherwise, '}'];
    }
    case 'loop':
      return loopText(statement, scope);
    case 'switch':
      return switchText(statement, scope);
    case 'labelled':
      return [`${labelText(statement.label)}: {`, ...nested(statement.body, scope), '}'];
    case 'break':
    case 'continue':
      return [
        statement.label === undefined ? `${statement.kind};` : `${statement.kind} ${labelText(statement.label)};`,
      ];
    case 'goto':
      return gotoText(statement.to);
    case 'return':
      return returnText(statement.value, scope);
    case 'clear':
      return [`$clear($b + ${scope.homes.get(statement.array)}, ${statement.words});`];
    case 'turn':
      return ['$turn();'];
    case 'fault':
      return [`throw new ${statement.fault.name}(${statement.args.map((one) => operandText(one, scope)).join(', ')});`];
  }
}

const labelText = (label: Label): string => `$l${label}`;

function effectText(effect: Effect, scope: Scope): string {
  if (effect.kind === 'do') return valueText(effect.value, scope);
  const { local, value } = effect;
  // A word of the frame cuts by itself.
  const text = scope.homes.has(local) ? valueText(value, scope) : wordText(value, scope);
  return `${localText(local, scope)} = ${text}`;
}

function loopText({ labels, test, testsLast, update, body }: Loop, scope: Scope): string[] {
  const label = labels.map((one) => `${labelText(one)}: `).join('');
  const tested = test === undefined ? '' : valueText(test, scope);
  if (testsLast) return [`${label}do {`, ...nested(body, scope), `} while (${tested});`];
  const between = update.map((one) => effectText(one, scope)).join(', ');
  return [`${label}for (; ${tested}; ${between}) {`, ...nested(body, scope), '}'];
}

function switchText({ value, cases }: Switch, scope: Scope): string[] {
  const lines = cases.flatMap(({ test, body }) => [
    test === undefined ? '  default:' : `  case ${valueText(test, scope)}:`,
    ...nested(body, scope).map((line) => `  ${line}`),
  ]);
  return [`switch (${valueText(value, scope)}) {`, ...lines, '}'];
}

export function gotoText(to: Block): string[] {
  return [`$pc = ${to.id};`, 'continue $run;'];
}

/** Leaves the function: of the frames, the value to RESULT, the caller on top. */
export function returnText(value: Value | undefined, scope: Scope): string[] {
  const text = value === undefined ? undefined : valueText(value, scope);
  if (!scope.framed) return [text === undefined ? 'return;' : `return ${text};`];
  // Nothing is 0, or what an inner call has returned would be left over and tell ends apart.
  return [`${header(RESULT)} = ${text ?? 0};`, `${header(TOP)} = ${frame(CALLER)};`, 'return false;'];
}
