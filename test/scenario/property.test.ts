import { expect, test } from 'vitest';
import { printProperty } from '../../dist/src/scenario/print-property.js';
import { parseProperty, type Property } from '../../dist/src/scenario/property.js';
import { explainProperty, judge, propertyHolds, type PropertyView } from '../../dist/src/scenario/property-view.js';
import { TokenReader } from '../../dist/src/scenario/token-reader.js';

/** Two tasks that are there, `a` and `b`, which share files only; `gone` is not there. */
const view: PropertyView = {
  sharedWord: (name) => (name === 'flag' ? 3 : undefined),
  taskPid: (task) => ({ a: 300, b: 301, gone: 0 })[task],
  shares: (task, part, other) => (task === 'gone' || other === 'gone' ? undefined : part === 'files'),
  askText: (ask, task) => (task === 'gone' ? undefined : ask === 'getcwd' ? `/${task}` : 'running'),
  askNumber: (ask, task) => (task === 'gone' ? undefined : ask === 'getuid' ? 1000 : 1),
};

const parse = (text: string): Property => {
  const reader = new TokenReader('p', text);
  const property = parseProperty(reader);
  reader.endLine();
  return property;
};

test.each([
  ['getcwd(a) == "/a"', true],
  ['getcwd(a) != "/a"', false],
  ['getcwd(a) == getcwd(b)', false],
  ['state(a) == "running"', true],
  ['getuid(a) >= 1000', true],
  ['getuid(a) < 1000', false],
  ['umask(a) <= 1', true],
  ['flag > 2', true],
  ['flag == EPERM', false],
  ['b == 301', true],
  ['-1 == EPERM', true],
  ['a shares files with b', true],
  ['a shares fs with b', false],
  ['not a shares fs with b', true],
  ['a shares fs with b or flag == 3', true],
  ['a shares fs with b and flag == 3', false],
  ['flag == 1 or flag == 2 or flag == 3', true],
  ['flag == 3 or flag == 3 and flag == 4', true],
  ['(flag == 3 or flag == 3) and flag == 4', false],
  ['not (flag == 3 and flag == 4)', true],
  ['not not flag == 3', true],
  ['getcwd(gone) == "/"', undefined],
  ['a shares vm with gone', undefined],
  ['not getuid(gone) == 1', undefined],
  ['getuid(gone) == 1 or flag == 3', true],
  ['getuid(gone) == 1 or flag == 4', undefined],
  ['getuid(gone) == 1 and flag == 3', undefined],
  ['flag == 4 and getuid(gone) == 1', false],
  ['getuid(gone) == 1 and flag == 4', false],
])('%s is %s', (text, expected) => {
  const property = parse(text);
  expect(judge(property.tree, view)).toBe(expected);
  expect(propertyHolds(property, view)).toBe(expected !== false);
});

test.each([
  'a shares fs with b or flag == 3 and not getcwd(a) == "/"',
  '(a == 1 or b == 2) and (flag == 3 or flag == 4)',
  'not (a == 1 and b == 2)',
  'a == 1 or (b == 2 or flag == 3)',
  'getcwd(a) == "with \\"quotes\\""',
])('prints as it is: %s', (text) => {
  expect(printProperty(parse(text).tree)).toBe(text);
});

test('parentheses that change nothing are left out', () => {
  expect(printProperty(parse('((a == 1) or ((b == 2) and flag == 3))').tree)).toBe('a == 1 or b == 2 and flag == 3');
});

test('a report says what each part was', () => {
  const { tree } = parse('getcwd(a) == "/" or not a shares fs with b or flag == 4 or state(gone) == "x" or flag == 5');
  expect(explainProperty(tree, view)).toBe(
    'getcwd(a) is "/a", a shares fs with b: no, flag is 3, state(gone) is unknown',
  );
});
