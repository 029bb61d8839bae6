/** Memory shared by tasks on several CPUs while one of them forks: copy on write takes pages away under running tasks. */
import { describe, expect, test } from 'vitest';
import { stressProgram, verdictOf } from './stress-run.ts';

const writer = (index: number): string => `
task writer${index}:
    n = 0
    repeat 40000:
        n = n + 1
        mem[${index}] = n
        x = mem[${index}]
        expect x == n
    add(done, 1)
`;
const FORKS_BESIDE = `shared done
task forker:
    w1 = clone(VM) -> writer1
    w2 = clone(VM) -> writer2
    while done < 2:
        c = clone(0) -> child
        wait(c)
    repeat 2: wait()
    a = mem[1]
    b = mem[2]
    expect a == 40000
    expect b == 40000
task child:
    mem[1] = -1
    exit(0)
${writer(1)}${writer(2)}`;

describe('two tasks write while a third, with the same memory, forks children that write as well', () => {
  test.each([2, 3])('every task reads back what it wrote, and nobody dies, %d CPUs', async (cpus) => {
    const result = await stressProgram(FORKS_BESIDE, cpus, { signal: AbortSignal.timeout(60_000) });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.interrupted).toBe(false);
  });
});
