import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { painted, takeColor, wantsColor } from '../../dist/src/cli/color.js';
import { inRepository, tasklock } from '../support/cli-process.ts';

test('--color is taken out wherever it stands in front of --, and the last one counts', () => {
  expect(takeColor(['explore', '--color', 'never', 'x', '--color=always'])).toEqual({
    args: ['explore', 'x'],
    when: 'always',
  });
  expect(takeColor(['run', '--', '--color'])).toEqual({ args: ['run', '--', '--color'], when: 'auto' });
  expect(takeColor(['run', '--color', 'x']).trouble).toBe('--color takes auto, always or never, not "x"');
  expect(takeColor(['run', '--color']).trouble).toBe('--color takes auto, always or never, not ""');
});

test.each<[string, Record<string, string>, boolean, boolean]>([
  ['auto', {}, true, true],
  ['auto', {}, false, false],
  ['auto', { TERM: 'dumb' }, true, false],
  ['auto', { NO_COLOR: '1' }, true, false],
  ['auto', { NO_COLOR: '' }, true, true],
  ['auto', { FORCE_COLOR: '1' }, false, true],
  ['auto', { FORCE_COLOR: '0' }, true, false],
  ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ['always', { NO_COLOR: '1' }, false, true],
  ['never', { FORCE_COLOR: '1' }, true, false],
])('%s with %o on a terminal %s: %s', (when, environment, terminal, wanted) => {
  expect(wantsColor(when as 'auto', environment, terminal)).toBe(wanted);
});

test('only marks are added', () => {
  const text = 'BUG: x in y\n  CPU#1 taker\n         (+2 steps)\nwhy: z\nPASS: all\nsome BUG: text\n';
  const colored = painted(text);
  expect(colored).not.toBe(text);
  expect(stripVTControlCharacters(colored)).toBe(text);
  expect(colored.split('\n').at(-2)).toBe('some BUG: text');
});

const run = (...more: string[]) =>
  tasklock(['explore', inRepository('examples/spinlock.ts'), '--strategy', 'dpor', '--quiet', ...more]);

test('a pipe has none, --color always has, JSON never', async () => {
  expect((await run()).stdout).not.toContain('\u001b');
  expect((await run('--color', 'always')).stdout).toContain('\u001b[1;32mPROVED\u001b[0m');
  expect((await run('--color', 'always', '--json')).stdout).not.toContain('\u001b');
  const wrong = await run('--color', 'blue');
  expect([wrong.code, wrong.stderr]).toEqual([2, 'tasklock: --color takes auto, always or never, not "blue"\n']);
});
