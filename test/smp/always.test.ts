/** `always` on real threads: looked at at returns from system calls, and for certain where all CPUs stand still. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stressText } from '../../dist/src/report/stress-text.js';
import { stressProgram, verdictOf } from './stress-run.ts';

const program = (name: string): string =>
  readFileSync(new URL(`../fixtures/programs/${name}.prog`, import.meta.url), 'utf8');

describe('a property that holds again at the end', () => {
  test.each([1, 2, 3])('of one word is broken for certain at a return, %d CPUs', async (cpus) => {
    const result = await stressProgram(program('always-word'), cpus);
    expect(result.bugs.map((bug) => bug.title)).toEqual([expect.stringMatching(/^assert: not always x == 0 in /)]);
    expect(result.bugs[0]?.lines.join('\n')).toMatch(/found at a return from a system call on CPU#\d\n.*\nx is 1$/);
  });

  test.each([1, 2, 3])('of several words makes all CPUs stand still, %d CPUs', async (cpus) => {
    const result = await stressProgram(program('always-shares'), cpus);
    expect(result.bugs.map((bug) => bug.title)).toEqual([
      expect.stringMatching(/^assert: not always a shares fs with b in /),
    ]);
    expect(result.bugs[0]?.lines.join('\n')).toContain('a shares fs with b: no');
    expect(result.always?.asked).toBeGreaterThan(0);
  });
});

const adder = (name: string): string => `task ${name}:
    repeat 300:
        add(x, 1)
        getpid()
        add(y, 1)
    exit(0)
`;

test('one that holds is not broken by words that are read one after the other', async () => {
  // y is read behind x, and may have overtaken it by then: what looks broken is not when all stand still.
  const text = `shared x, y\n${['a', 'b', 'c'].map(adder).join('')}always x >= y\nalways x <= 900\n`;
  const result = await stressProgram(text, 3);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
  expect(result.always?.looks).toBeGreaterThan(900);
  expect(result.always?.atPauses).toEqual(['x >= y']);
  expect(stressText(result)).toMatch(
    /always: looked at at [\d ]+ returns from system calls and at each pause\n.*x >= y/,
  );
});

test('a program without properties says nothing of them', async () => {
  const result = await stressProgram('task a:\n    getpid()\n', 2);
  expect(result.always).toBe(null);
  expect(stressText(result)).not.toContain('always');
});

test('an expectation that failed is told although nobody comes to an end', async () => {
  const result = await stressProgram(program('expect-then-hang'), 2);
  expect(result.bugs.map((bug) => bug.title)).toContain('assert: expectation of line 6 failed in a');
});
