/** Parsing: a text is parsed once for all who ask one after the other, and what only some refuse is still refused. */
import { expect, test } from 'vitest';
import { resolveNames } from '../../dist/src/stepper/source/scope.js';
import { parseSource } from '../../dist/src/stepper/source/source.js';
import { stripTypes } from '../../dist/src/stepper/source/strip-types.js';

const TEXT = 'export const one: number = 1;\nexport function two(): number {\n  return one + 1;\n}\n';

test('who asks next has the same tree, under the name of his file', () => {
  const first = parseSource('a.ts', TEXT);
  const second = parseSource('b.ts', TEXT, true);
  expect(second.program).toBe(first.program);
  expect([first.file, second.file]).toEqual(['a.ts', 'b.ts']);
  expect(resolveNames(second.program)).toBe(resolveNames(first.program));
  expect(stripTypes('a.ts', TEXT)).toBe(stripTypes('b.ts', TEXT));
  expect(stripTypes('a.ts', TEXT)).toBe(TEXT.replace(': number =', '         =').replace(': number {', '         {'));
});

test('another text has another, however many there were', () => {
  for (let i = 0; i < 20; i++) {
    const { program } = parseSource('a.ts', `const n = ${i};`);
    expect(program.body[0]).toMatchObject({ declarations: [{ init: { value: i } }] });
  }
  expect(parseSource('a.ts', TEXT).program.body).toHaveLength(2);
});

test('what the language refuses is refused of a text that was parsed before', () => {
  const twice = 'const a = 1;\nconst a = 2;\n';
  expect(parseSource('a.ts', twice).program.body).toHaveLength(2);
  for (const _ of [1, 2]) expect(() => parseSource('a.ts', twice, true)).toThrow('a.ts:');
  expect(parseSource('a.ts', twice).program.body).toHaveLength(2);
});
