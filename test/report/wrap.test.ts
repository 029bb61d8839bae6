import { expect, test } from 'vitest';
import { wrapped } from '../../dist/src/report/wrap.js';

test.each([
  ['short enough', 'one two', 7, ['one two']],
  ['broken at the last space that fits', 'one two three', 9, ['one two', '    three']],
  ['all that follows stands equally far in', 'a bb ccc dddd ee', 9, ['a bb ccc', '    dddd', '    ee']],
  ['further in than a line that is itself', '  one two', 6, ['  one', '      two']],
  ['a number is not broken', 'covered by 35 118 executions', 14, ['covered by', '    35 118', '    executions']],
  ['a word that is too long stands by itself', 'aaaaaaaaaaaa b', 5, ['aaaaaaaaaaaa b']],
])('%s', (_, line, width, lines) => {
  expect(wrapped(line, width)).toEqual(lines);
});
