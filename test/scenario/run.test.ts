import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { runFake } from '../support/fake-user-mode.ts';

const run = (text: string, seed = 1) => runFake(assembleText(text), seed);

test('loops, branches, sums and memory', () => {
  const result = run(`shared out, loops
task a:
    n = 4
    repeat n:
        repeat 3:
            x = x + 2
        n = 0
        add(loops, 1)
    out = x
    if x >= 24:
        if x > 24: out = -1
        else: out = out + 1
    else:
        out = -2
    mem[5] = out
    y = mem[5]
    expect y == 25
    expect y != 25
    while y > 20: y = y - 2
    expect y == 19
    z = y & 6
    expect z == 2
    z = -1 >> 28
    expect z == 15
    repeat 0: out = 99
`);
  expect(result).toMatchObject({ failed: [18], shared: { out: 25, loops: 4 }, halted: true });
});

/** What a comparison of x with 0 is in JavaScript. */
const truth = (name: string, x: number): boolean =>
  ({ '==': x === 0, '!=': x !== 0, '<': x < 0, '<=': x <= 0, '>': x > 0, '>=': x >= 0 })[name] ?? false;

test('a comparison is the same in expect, if and while', () => {
  const names = ['==', '!=', '<', '<=', '>', '>='];
  const values = [-1, 0, 1];
  const cases = names.flatMap((name) => values.map((value) => ({ name, value })));
  for (const { name, value } of cases) {
    const text = `shared s, t
task a:
    x = ${value}
    if x ${name} 0: s = 1
    while x ${name} 0:
        t = 1
        x = ${truth(name, 5) ? -5 : 5}
        if t == 1: exit(0)
    expect s == 0
    expect t == 0`;
    const wanted = truth(name, value) ? 1 : 0;
    expect(run(text), `${value} ${name} 0`).toMatchObject({ failed: [], shared: { s: wanted, t: wanted } });
  }
});

test('a new task begins with empty registers, and its name is its pid', () => {
  const result = run(`task parent:
    x = 5
    c = fork() -> child
    expect c == child
    w, code = wait(c)
    expect w == child
    expect code == 3
    w, code = wait(c)
    expect w == ECHILD
    expect code == -1
    readlink("/proc/child/cwd")
task child:
    expect y == 0
    y = 1
    z = getpid()
    expect z != parent
    exit(3)
`);
  expect(result).toMatchObject({ failed: [], paths: ['/proc/3/cwd'], halted: true });
});

test('the exit code of a killed task is 128 + the signal', () => {
  const result = run(`shared code
task parent:
    fork() -> child
    kill(child, TERM)
    w, code = wait(child)
    expect w == child
task child:
    while code == 0: sched_yield()
`);
  expect(result).toMatchObject({ failed: [], shared: { code: 143 }, halted: true });
});

test('repeat forever ends when the machine winds down', () => {
  const image = assembleText('shared n\ntask a:\n    repeat forever: add(n, 1)\n    n = -1');
  expect(runFake(image, 1, 1000, 500)).toMatchObject({ halted: true, shared: { n: -1 } });
  expect(runFake(image, 1, 400)).toMatchObject({ halted: false });
});

test('the barrier holds everybody in every round, in 500 interleavings', () => {
  const text = readFileSync(new URL('../../examples/futex-barrier.prog', import.meta.url), 'utf8');
  const image = assembleText(text);
  for (let seed = 0; seed < 500; seed++) {
    const result = runFake(image, seed);
    expect(result, `seed ${seed}`).toMatchObject({ failed: [], halted: true, shared: { gate: 6, sum: 9 } });
  }
});
