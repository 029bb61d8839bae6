import { describe, expect, test } from 'vitest';
import { stressProgram, verdictOf } from './stress-run.ts';

/** Each of four tasks adds 25 times under a barrier and looks at the sum between two barriers. */
const adder = (name: string): string => `
task ${name}:
    repeat 25:
        add(sum, 1)
        barrier gate 4
        due = due + 4
        expect sum == due
        barrier gate 4
    add(done, 1)
    if done == 4: expect sum == 100
    exit(0)
`;
const COUNTING = `shared gate, sum, done\n${['a', 'b', 'c', 'd'].map(adder).join('')}always sum <= 100\n`;

describe('what a program computes does not depend on the CPUs', () => {
  test.each([1, 2, 3, 5])('atomic counting under a barrier, %d CPUs', async (cpus) => {
    const result = await stressProgram(COUNTING, cpus);
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
  });

  test('an expectation that fails on some CPU is a bug that names its line', async () => {
    const result = await stressProgram(COUNTING.replaceAll('sum == 100', 'sum == 101'), 3);
    const line = COUNTING.split('\n').findIndex((text) => text.includes('sum == 100')) + 1;
    expect(result.verdict).toBe('bug');
    expect(result.bugs.map(({ kind }) => kind)).toEqual(['assert']);
    expect(result.bugs[0]?.title).toMatch(/^assert: expectation of line \d+ failed in [abcd]$/);
    const named = Number(/line (\d+)/.exec(result.bugs[0]?.title ?? '')?.[1]);
    expect(COUNTING.split('\n')[named - 1]).toBe(COUNTING.split('\n')[line - 1]);
    expect(result.bugs[0]?.lines.join('\n')).toContain('got 100, compared with 101');
  });

  test('parent and children on every CPU see the same tree of processes', async () => {
    const text = `shared ok
task parent:
    repeat 30:
        c = clone(0) -> child
        w, code = wait(c)
        expect w == c
        expect code == 5
        w = wait(c)
        expect w == ECHILD
task child:
    while parent == 0: sched_yield()
    p = getppid()
    expect p == parent
    exit(5)
`;
    expect(verdictOf(await stressProgram(text, 3))).toEqual({ verdict: 'pass', bugs: [] });
  });
});
