/** The renderer's room: JavaScript of values and statements, and that nobody else writes any. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Value } from '../../dist/src/stepper/form/value.js';
import type { Statement } from '../../dist/src/stepper/form/code.js';
import { statementsText } from '../../dist/src/stepper/render/statements.js';
import { valueText } from '../../dist/src/stepper/render/values.js';

/** Local 0 lies in the frame, all others are variables. */
const scope = { homes: new Map([[0, 3]]), framed: true };
const local = (n: number): Value => ({ kind: 'local', local: n });
const number = (value: number): Value => ({ kind: 'number', value });
const minus = (operand: Value): Value => ({ kind: 'unary', operator: '-', operand });
const binary = (left: Value, operator: '+' | '*' | '<' | '===' | '&', right: Value): Value => ({
  kind: 'binary',
  operator,
  left,
  right,
});

test.each<readonly [value: Value, text: string, worth: number]>([
  [minus(minus(number(5))), '-(-5)', 5],
  [minus(number(-5)), '-(-5)', 5],
  [binary(number(2), '*', binary(number(3), '+', number(4))), '2 * (3 + 4)', 14],
  [binary(number(2), '+', minus(number(3))), '2 + -3', -1],
  [binary(binary(number(1), '<', number(2)), '===', number(1)), '+(1 < 2) === 1', 1],
  [{ kind: 'math', name: 'max', args: [{ kind: 'sequence', values: [number(1), number(2)] }] }, 'Math.max((1, 2))', 2],
  [{ kind: 'logical', operator: '&&', left: number(3), right: binary(number(6), '&', number(2)) }, '3 && (6 & 2)', 2],
])('%j is %s', (value, text, worth) => {
  expect(valueText(value, scope)).toBe(text);
  // oxlint-disable-next-line no-eval -- the text is compared above
  expect(Number((0, eval)(text))).toBe(worth);
});

test('what a variable is given is cut to 32 bits, as a word of the frame cuts by itself', () => {
  const sum = binary(local(0), '+', number(1));
  const statements: Statement[] = [
    { kind: 'set', local: 0, value: sum },
    { kind: 'set', local: 1, value: sum },
    { kind: 'set', local: 2, value: binary(local(1), '&', number(7)) },
    { kind: 'if', test: local(1), yes: [{ kind: 'set', local: 2, value: sum }], no: [] },
  ];
  expect(statementsText(statements, scope)).toEqual([
    '$F[$b + 3] = $F[$b + 3] + 1;',
    '$s1 = ($F[$b + 3] + 1) | 0;',
    '$s2 = $s1 & 7;',
    'if ($s1) {',
    '  $s2 = ($F[$b + 3] + 1) | 0;',
    '}',
  ]);
});

test('text of the output is written in the renderer alone', () => {
  const files = readdirSync('src/stepper', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const writers = files.filter((name) =>
    /\$(?:F\[|R\[|pc\b|hooks\b|resume\b|perform\b)/.test(readFileSync(join('src/stepper', name), 'utf8')),
  );
  const rooms = new Set(writers.map((name) => name.split('/')[0]));
  // The grammar that the text is held against knows its words; it makes none.
  expect([...rooms].sort()).toEqual(['module', 'render']);
  expect(writers.filter((name) => name.startsWith('module/'))).toEqual(['module/generated.ts']);
});
