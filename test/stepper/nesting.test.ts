/** Texts are measured before they are parsed: what is deep is refused, however it is deep, and what people write is not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNesting } from '../../dist/src/stepper/source/nesting.js';

const many = (text: string, n: number): string => text.repeat(n);
/** Ways to nest n times. */
const ways: Readonly<Record<string, (n: number) => string>> = {
  parentheses: (n) => `x = ${many('(', n)}1${many(')', n)};`,
  arrays: (n) => `x = ${many('[', n)}${many(']', n)};`,
  objects: (n) => `x = ${many('{a:', n)}1${many('}', n)};`,
  blocks: (n) => `${many('{', n)}${many('}', n)}`,
  signs: (n) => `x = ${many('!', n)}1;`,
  'signs apart': (n) => `x = ${many('- ', n)}1;`,
  sums: (n) => `x = 1${many(' + 1', n)};`,
  'sums line by line': (n) => `x = 1${many('\n+ 1', n)};`,
  powers: (n) => `x = 1${many('**1', n)};`,
  choices: (n) => `x = ${many('a ? b : ', n)}c;`,
  'choices in the middle': (n) => `x = ${many('a ? ', n)}b${many(' : c', n)};`,
  assignments: (n) => `x = ${many('y = ', n)}1;`,
  'arrow functions': (n) => `x = ${many('a => ', n)}1;`,
  'arrow functions as defaults': (n) => `x = ${many('(a = ', n)}1${many(') => 1', n)};`,
  functions: (n) => `x = ${many('function(){return ', n)}1${many('}', n)};`,
  classes: (n) => `x = ${many('class{[\n', n)}1${many('](){}}', n)};`,
  'classes that extend': (n) => `x = ${many('class extends ', n)}A${many('{}', n)};`,
  calls: (n) => `f${many('()', n)};`,
  members: (n) => `f${many('.a', n)};`,
  elements: (n) => `f${many('[0]', n)};`,
  new: (n) => `x = ${many('new ', n)}a;`,
  typeof: (n) => `x = ${many('typeof ', n)}a;`,
  await: (n) => `x = ${many('await ', n)}a;`,
  templates: (n) => `x = ${many('`${', n)}1${many('}`', n)};`,
  'else if': (n) => `if (a) {}${many(' else if (a) {}', n)}`,
  'else if with semicolons': (n) => `if (a) b;${many(' else if (a) b;', n)}`,
  'else if with commas': (n) => `if (a) b, c;${many(' else if (a) b, c;', n)}`,
  'if line by line': (n) => `${many('if (a)\n', n)}b;`,
  'if else line by line': (n) => `${many('if (a)\nb\nelse\n', n)}c;`,
  for: (n) => `${many('for (;;) ', n)};`,
  while: (n) => `${many('while (a) ', n)};`,
  do: (n) => `${many('do ', n)};${many(' while (0);', n)}`,
  'do and if': (n) => `${many('do if (a) do x\nwhile (b)\nelse ', n)};`,
  'do and if with semicolons': (n) => `${many('if (a) do x; while (b); else ', n)};`,
  labels: (n) => `${many('a: ', n)};`,
  casts: (n) => `x = ${many('<T>', n)}1;`,
  as: (n) => `x = 1${many(' as A', n)};`,
  'not null': (n) => `x = a${many('!', n)};`,
  'arguments of types': (n) => `type T = ${many('A<', n)}B${many('>', n)};`,
  'arguments of types with commas': (n) => `type T = ${many('A<B, ', n)}B${many('>', n)};`,
  'types of functions': (n) => `type T = ${many('() => ', n)}A;`,
  'types with conditions': (n) => `type T = ${many('A extends B ? ', n)}C${many(' : D', n)};`,
  keyof: (n) => `type T = ${many('keyof ', n)}A;`,
  'keyof line by line': (n) => `type T = ${many('keyof\n', n)}A;`,
  'lists of types': (n) => `type T = A${many('[]', n)};`,
  patterns: (n) => `let ${many('[', n)}a${many(']', n)} = 1;`,
  namespaces: (n) => `namespace a {${many('namespace a {', n)}${many('}', n)}}`,
  import: (n) => `x = ${many('import(', n)}1${many(')', n)};`,
};

describe('nesting', () => {
  test.each(Object.entries(ways))('%s', (_, way) => {
    checkNesting('m.ts', way(15));
    expect(() => checkNesting('m.ts', way(9000))).toThrow(/nesting: more than 300 brackets and operators/);
  });

  // Each hides brackets from who takes a slash for a quotient, a quote for a text or a separator for a blank.
  test.each([
    ['a class of characters', 'x = /[/*]/; DEEP /*/'],
    ['a quote', "x = /'/; DEEP '"],
    ['a backtick', 'x = /`/; DEEP `'],
    ['behind return', "return /'/; DEEP"],
    ['behind break', "while (1) break\n/'/; DEEP"],
    ['behind a head', "if (x) /'/; DEEP"],
    ['behind for await', "for await (x of y) /'/; DEEP"],
    ['behind a block', "{}\n/'/; DEEP"],
    ['behind of', "for (x of /'/) DEEP"],
    ['behind a sign', "x = !/'/; DEEP"],
    ['behind a sign on the next line', "x\n!/'/; DEEP"],
    ['behind ++', "x\n++/'/.y; DEEP"],
    ['a comment that ends at a separator', '// \u2028 DEEP'],
    ['a comment that ends at a carriage return', '// \r DEEP'],
    ['a text that ends', "'\\\n'; DEEP"],
    ['a text with a separator', "'\u2028'; DEEP"],
    ['a template that ends', '`\\`${1}`; DEEP'],
    ['a template in a template', '`${`${1}`}`; DEEP'],
  ])('nothing is hidden: %s', (_, text) => {
    expect(() => checkNesting('m.ts', text.replace('DEEP', '('.repeat(9000)))).toThrow(/nesting|regex/);
  });

  test.each([
    'const x = a / b / c, y = (a + b) / 2, z = T[1] / 2, w = T[1]! / 2;',
    'const f = (a) => a / 2',
    '// a / b\'s "half" ((((((\nconst x = 1',
    '/* ==== ((( */ const x = 1;',
    `${many('function f(a) { return a + 1 }\n', 400)}`,
    `${many('let a = b + 1\n', 400)}`,
    `${many('store(A, load(B) + 1);\n', 400)}`,
    `${many('if (a) { b() }\nelse { c() }\n', 60)}`,
    `switch (a) {${many(' case 1: b(); break;', 400)} }`,
    `const T = [${many('1, -2, ', 2000)}];`,
    `const O = {${many(' a: 1,', 2000)} };`,
    `${many('export type A = number;\n', 400)}`,
    `${many("import { a } from './a.ts'\n", 400)}`,
  ])('what people write passes: %s', (text) => {
    checkNesting('m.ts', text);
  });

  test.each(['src/machine/locks', 'src/lab/workloads', 'src/kernel', 'src/stepper'])('all of %s passes', (folder) => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const refused = files.flatMap((name) => {
      try {
        checkNesting(name, readFileSync(join(folder, name), 'utf8'));
        return [];
      } catch (error) {
        return [String(error)];
      }
    });
    // The stepper has regular expressions and lists of operators in templates, which no module has.
    expect(refused.filter((one) => folder !== 'src/stepper' || !/regex/.test(one))).toEqual([]);
  });
});
