import { expect, test } from 'vitest';
import {
  BUFFER_PATH,
  BUFFER_STATUS,
  BUFFER_TEXT,
  DATA_END,
  INSTRUCTION_WORDS,
  WORD_AUX,
} from '../../dist/src/kernel/isa.js';
import { USER_PAGE_SIZE } from '../../dist/src/machine/limits.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { Buffers } from '../../dist/src/scenario/buffers.js';
import { calls } from '../../dist/src/scenario/calls.js';
import { disassemble } from '../../dist/src/scenario/disassemble.js';

/** The code of the first task of a program, after its registers are cleared, without number, task and line. */
function codeOf(...lines: string[]): string[] {
  const image = assembleText(`shared flag\ntask a:\n  ${lines.join('\n  ')}\ntask b: exit(0)`);
  const all = disassemble(image).filter((line) => line.includes(' a:'));
  return all.map((line) => line.replace(/^\d+ a:\d+ /, '')).slice(image.registers[0]?.length ?? 0);
}

test('a whole program: init starts the tasks that nobody clones, and reaps', () => {
  const image = assembleText(`task a:\n  c = clone(FS, USR1) -> b\ntask b uid 7: exit(3)\ntask d: getpid()`);
  expect(disassemble(image)).toEqual([
    '0 init:0 r14 = int80 clone(17)',
    '1 init:0 jeq r14, 0, -> 11',
    '2 init:0 jlt r14, 0, -> 4',
    '3 init:0 store &a, r14',
    '4 init:0 r14 = int80 clone(17)',
    '5 init:0 jeq r14, 0, -> 20',
    '6 init:0 jlt r14, 0, -> 8',
    '7 init:0 store &d, r14',
    '8 init:0 r14 = int80 wait4(-1, data+256, 1073741824)',
    '9 init:0 jne r14, -10, -> 8',
    '10 init:0 halt',
    '11 a:1 r0 = mov 0',
    '12 a:2 r0 = int80 clone(522)',
    '13 a:2 jeq r0, 0, -> 17',
    '14 a:2 jlt r0, 0, -> 16',
    '15 a:2 store &b, r0',
    '16 a:2 end',
    '17 b:3 int80 setuid(7)',
    '18 b:3 int80 exit(3)',
    '19 b:3 end',
    '20 d:4 int80 getpid()',
    '21 d:4 end',
  ]);
  expect(image.tasks).toEqual([
    { name: 'a', entry: 11, started: true, line: 1 },
    { name: 'b', entry: 17, uid: 7, started: false, line: 3 },
    { name: 'd', entry: 20, started: true, line: 4 },
  ]);
  expect(image.registers).toEqual([['c'], [], []]);
  expect(image.sharedNames).toEqual(['a', 'b', 'd']);
  expect([...image.callText]).toEqual([
    [0, 'clone(0) -> a'],
    [4, 'clone(0) -> d'],
    [8, 'waitpid(-1, WALL)'],
    [12, 'c = clone(FS, USR1) -> b'],
    [17, 'setuid(7)'],
    [18, 'exit(3)'],
    [20, 'getpid()'],
  ]);
});

test('a task that clones itself only is started by init', () => {
  const image = assembleText('task a: fork() -> a');
  expect(image.tasks[0]?.started).toBe(true);
});

test('unshare has the number of the profile', () => {
  const numbers = ['desai-2005', 'linux-2.6.16', 'linux-6'].map((profile) => {
    const { code, tasks } = assembleText(`profile ${profile}\ntask a: unshare(NEWNS)`);
    return code[(tasks[0]?.entry ?? 0) * INSTRUCTION_WORDS + WORD_AUX];
  });
  expect(numbers).toEqual([300, 310, 310]);
});

test.each([
  ['expect flag >= EPERM', 'expect {flag} >= -1'],
  ['expect b != 5', 'expect {b} != 5'],
  ['flag = 1', 'store &flag, 1'],
  ['mem[2] = b', 'store data+8, {b}'],
  ['add(flag, -1)', 'xadd &flag, -1'],
  ['exec()', 'int80 execve()'],
  ['waitpid(-1, WNOHANG|WALL)', 'int80 waitpid(-1, data+256, 1073741825)'],
  ['umount("/a", DETACH)', 'int80 umount2(rodata+0, 2)'],
  ['tmpfs("/a")', 'int80 mount(0, rodata+0, rodata+3)'],
  ['bind("/a", "/b")', 'int80 mount(rodata+0, rodata+3, 0, 4096)'],
  ['fdget(3)', 'int80 fcntl(3, 1)'],
  ['lseek(3, 10)', 'int80 lseek(3, 10, 1)'],
  ['kill(b, TERM)', 'int80 kill({b}, 15)'],
  ['futex_wait(flag, 2)', 'int80 futex(&flag, 0, 2)'],
  ['futex_wake(flag, 2)', 'int80 futex(&flag, 1, 2)'],
  ['semget(3)', 'int80 ipc(3, {semaphore set}, 3, 12)'],
  ['semop(3, -1, UNDO)', 'int80 ipc(1, {semaphore set}, 1, 0, rodata+0)'],
  ['sigaction(USR1, H1)', 'int80 sigaction(10, rodata+0)'],
  ['syscall(120, 0x11, flag, "a", 0, b)', 'int80 clone(17, {flag}, rodata+0, 0, {b})'],
  ['unshare(-1)', 'int80 unshare(-1)'],
  ['getcwd()', 'int80 getcwd(data+768, 128)'],
  ['access("/a", R|X)', 'int80 access(rodata+0, 5)'],
])('%s', (line, expected) => {
  expect(codeOf(line)).toEqual([expected, 'end']);
});

test.each([
  [['x = flag + 1'], ['r0 = add {flag}, 1']],
  [['flag = flag - 1'], ['r15 = add {flag}, -1', 'store &flag, r15']],
  [['flag = getpid()'], ['r14 = int80 getpid()', 'store &flag, r14']],
  [['flag = mem[1]'], ['r15 = load data+4', 'store &flag, r15']],
  [['x = 3', 'x = x'], ['r0 = mov 3']],
  [
    ['flag = stat("/a")'],
    [
      'r14 = int80 stat(rodata+0, data+256)',
      'jlt r14, 0, -> 15',
      'r14 = load data+256',
      'r14 = and r14, 4095',
      'store &flag, r14',
    ],
  ],
  [
    ['x, flag = stat("/a")'],
    [
      'r0 = int80 stat(rodata+0, data+256)',
      'r15 = mov -1',
      'jlt r0, 0, -> 16',
      'r15 = load data+260',
      'store &flag, r15',
      'jlt r0, 0, -> 20',
      'r0 = load data+256',
      'r0 = and r0, 4095',
    ],
  ],
  [['readlink("/proc/b/cwd")'], ['path data+256, rodata+0, {b}', 'int80 readlink(data+256, data+768, 128)']],
  [
    ['bind("/proc/b/root", "/proc/a/cwd")'],
    ['path data+256, rodata+0, {b}', 'path data+276, rodata+13, {a}', 'int80 mount(data+256, data+276, 0, 4096)'],
  ],
  [['vfork() -> a'], ['r14 = int80 vfork()', 'jeq r14, 0, -> 11', 'jlt r14, 0, -> 15', 'store &a, r14']],
])('%j', (lines, expected) => {
  expect(codeOf(...lines)).toEqual([...expected, 'end']);
});

test('records in read-only data: equal ones once, aligned, in whole pages', () => {
  const { rodata } = assembleText(
    'task a:\n  chdir("abc")\n  chdir("abc")\n  sigaction(USR1, IGN)\n  semop(2, -1, UNDO)',
  );
  expect(rodata.length).toBe(USER_PAGE_SIZE);
  const text = [0x61, 0x62, 0x63, 0];
  const action = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const operation = [2, 0, 0xff, 0xff, 0, 0x10];
  expect([...rodata.subarray(0, 26)]).toEqual([...text, ...action, ...operation]);
});

test('buffers of different tasks are apart, and none is where texts are read to', () => {
  const buffers = new Buffers();
  const taken = Array.from({ length: 8 }, (_, task) => [buffers.status(task), buffers.path(task, 0, 128)]).flat();
  expect(buffers.status(3)).toBe(taken[6]);
  expect(new Set(taken).size).toBe(16);
  expect(taken[0]).toBe(BUFFER_STATUS);
  expect(BUFFER_PATH).toBeGreaterThan(BUFFER_STATUS);
  for (const address of taken) {
    expect(address + 128 <= BUFFER_TEXT || address >= BUFFER_TEXT + 128 || address + 4 <= BUFFER_TEXT).toBe(true);
    expect(address + 4).toBeLessThanOrEqual(DATA_END);
  }
});

test('the table of calls names only operands that there are', () => {
  const made = [
    '@status',
    '@stat',
    '@text',
    '@tmpfs',
    '@afs',
    '@bind',
    '@selinux',
    '@length',
    '@semaphores',
    '@sembuf',
    '@sigaction',
    '@itimerval',
    '@siginfo',
    '@timer',
    '@timespec',
    '@sigevent',
    '@sigset',
    '@oldset',
    '@clone',
    '@child',
  ];
  for (const [name, spec] of Object.entries(calls)) {
    const known: string[] = [...made, ...spec.operands.map((operand) => operand.name)];
    const used = spec.registers.filter((from) => typeof from === 'string');
    expect(
      used.filter((from) => !known.includes(from)),
      name,
    ).toEqual([]);
    expect(spec.registers.length, name).toBeLessThanOrEqual(5);
  }
});
