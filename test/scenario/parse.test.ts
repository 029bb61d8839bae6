import { expect, test } from 'vitest';
import { parseProgram } from '../../dist/src/scenario/parser.js';

const sample = `# two sharers of one fs part while a third looks
profile linux-2.6.16
cpus 3
shared flag, gate   # start at 0
task parent:
    c = clone(FS) -> child

    r = unshare(FS|NEWNS)
    expect r == 0
    w, code = wait(c)
    expect code == 7
task child uid 1000:
    chdir("/a")
    repeat 3:
        x = mkdir("d", 0o755)
    exit(0)
task watcher:
    repeat 3: readlink("/proc/parent/cwd")
    while flag == 0: sched_yield()
always getcwd(parent) == "/" or parent shares fs with child
`;

test('the lines outside tasks', () => {
  const program = parseProgram(sample, 'sample.prog');
  expect(program).toMatchObject({ file: 'sample.prog', source: sample, profile: 'linux-2.6.16', cpus: 3 });
  expect(program.shared.map((word) => word.name)).toEqual(['flag', 'gate']);
  expect(program.tasks.map(({ name, uid }) => [name, uid])).toEqual([
    ['parent', undefined],
    ['child', 1000],
    ['watcher', undefined],
  ]);
  expect(program.always[0]?.tree).toMatchObject({ kind: 'or', left: { kind: 'compare' }, right: { kind: 'shares' } });
});

test('statements, with their places', () => {
  const [parent, child, watcher] = parseProgram(sample).tasks;
  expect(parent?.body[0]).toEqual({
    kind: 'call',
    results: [{ kind: 'name', name: 'c', at: { line: 6, column: 5 } }],
    call: 'clone',
    operands: [{ kind: 'flags', parts: ['FS'], at: { line: 6, column: 15 } }],
    child: { name: 'child', at: { line: 6, column: 22 } },
    at: { line: 6, column: 5 },
  });
  expect(parent?.body[3]).toMatchObject({ results: [{ name: 'w' }, { name: 'code' }], at: { line: 10 } });
  expect(child?.body[1]).toMatchObject({
    kind: 'repeat',
    count: { kind: 'number', value: 3 },
    body: [{ kind: 'call', call: 'mkdir', operands: [{ value: 'd' }, { value: 0o755 }] }],
  });
  expect(watcher?.body.map((statement) => statement.kind)).toEqual(['repeat', 'while']);
});

test('defaults: 2.6.16 on two CPUs', () => {
  expect(parseProgram('task a: exit(0)')).toMatchObject({ profile: 'linux-2.6.16', cpus: 2, shared: [], always: [] });
});

test('line ends of Windows, a byte order mark and no line end at the end change nothing', () => {
  const text = 'cpus 1\r\ntask a:\r\n    x = 1\r\n    expect x == 1';
  expect(parseProgram(`\uFEFF${text}`).tasks).toEqual(parseProgram(text.replaceAll('\r', '')).tasks);
});

test.each([
  ['12', 12],
  ['-1', -1],
  ['0x1f', 31],
  ['0o17', 15],
  ['0xffffffff', -1],
  ['-2147483648', -2147483648],
])('the number %s', (text, value) => {
  const [task] = parseProgram(`task a: x = ${text}`).tasks;
  expect(task?.body[0]).toMatchObject({ kind: 'assign', value: { kind: 'number', value } });
});

test('assignments: sums, differences, bits, memory', () => {
  const lines = ['x = 1', 'x = x - 5', 'x = x & 3', 'x = x >> 2', 'mem[63] = x', 'x = mem[0]', 'x = c + c', 'c = x'];
  const [task] = parseProgram(`task a:\n  ${lines.join('\n  ')}`).tasks;
  expect(task?.body).toMatchObject([
    { value: { value: 1 } },
    { value: { operator: '+', right: { value: -5 } } },
    { value: { operator: '&' } },
    { value: { operator: '>>' } },
    { to: { kind: 'memory', index: 63 } },
    { value: { kind: 'memory', index: 0 } },
    { value: { left: { name: 'c' }, right: { name: 'c' } } },
    {},
  ]);
});

test('a text may hold quotes, backslashes and #', () => {
  const [task] = parseProgram('task a: chdir("a\\"b\\\\c#d")').tasks;
  expect(task?.body[0]).toMatchObject({ operands: [{ value: 'a"b\\c#d' }] });
});
