import { expect, test } from 'vitest';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { ProgramError } from '../../dist/src/scenario/program-error.js';
import { taskParts } from '../../dist/src/scenario/property.js';

/** The message of a program that must be refused, without the name of the file. */
function problem(text: string): string {
  try {
    assembleText(text, 'F.prog');
  } catch (error) {
    expect(error).toBeInstanceOf(ProgramError);
    const { message, line, column } = error as ProgramError;
    expect(message.startsWith(`F.prog:${line}:${column}: `)).toBe(true);
    return message.slice('F.prog:'.length);
  }
  throw new Error('the program was not refused');
}

const inTask = (...lines: string[]): string =>
  problem(['shared flag', 'task a:', ...lines.map((l) => `  ${l}`)].join('\n'));

const names = Array.from({ length: 15 }, (_, index) => `n${index}`);
const tooManyNames = names.map((name) => `${name} = 1`);

test.each([
  ['', '1:1: a program has at least one task, found none'],
  ['cpus 0\ntask a: exit(0)', '1:6: a machine has 1 to 64 CPUs, not 0'],
  ['cpus 65\ntask a: exit(0)', '1:6: a machine has 1 to 64 CPUs, not 65'],
  ['cpus two', '1:6: expected a number of CPUs, found "two"'],
  ['cpus 1\ncpus 2', '2:1: "cpus" is given a second time'],
  [
    'profile linux-2.6.61',
    '1:9: expected a profile (desai-2005, linux-2.6.16, linux-6), found "linux-2.6.61"; did you mean "linux-2.6.16"?',
  ],
  ['profile', '1:8: expected a profile (desai-2005, linux-2.6.16, linux-6), found the end of the line'],
  [
    'tsk a: exit(0)',
    '1:1: expected one of profile, cpus, shared, task, handler, always, polydir, found "tsk"; did you mean "task"?',
  ],
  ['polydir /tmp', '1:9: the character "/" has no meaning here'],
  ['polydir "/tmp" 5', '1:16: expected the parent of its instances, a path in double quotes, found "5"'],
  ['polydir "tmp" "/i"', '1:9: the directory is a path from the root without "." and "..", not "tmp"'],
  [
    'polydir "/t" "/i/.."',
    '1:14: the parent of its instances is a path from the root without "." and "..", not "/i/.."',
  ],
  ['polydir "/t" "/i" levl', '1:19: expected one of user, level, context, found "levl"; did you mean "level"?'],
  ['polydir "/t" "/i" user 5', '1:24: expected the end of the line, found "5"'],
  ['  cpus 1', '1:3: this line is indented, but stands in no block'],
  ['task a exit(0)', '1:8: expected ":" after "task a", found "exit"'],
  ['task a uid -1: exit(0)', '1:12: a user number is not negative, found -1'],
  ['task while: exit(0)', '1:6: expected a task name after "task", found "while", a word of the language'],
  ['task a:\nexit(0)', '2:1: expected an indented block after the colon'],
  ['task a: exit(0)\ntask a: exit(0)', '2:6: task "a" has the name of the task in line 1'],
  ['shared a\ntask a: exit(0)', '2:6: task "a" has the name of the shared word in line 1'],
  ['shared EPERM\ntask a: exit(0)', '1:8: "EPERM" is the name of an error'],
  [
    'task parent:\n    c = clone(FS) -> chld\ntask child: exit(0)',
    '2:22: expected a task name after "->", found "chld"; did you mean "child"?',
  ],
  ['handler h uid 5: exit(0)', '1:11: expected ":" after "handler h", found "uid"'],
  ['handler h: exit(0)', '1:1: a program has at least one task, found none'],
  ['task a: exit(0)\nhandler a: exit(0)', '2:9: handler "a" has the name of the task in line 1'],
  ['handler h: gettid()\ntask a: fork() -> h', '2:19: expected a task name after "->", found "h"'],
  ['handler h: gettid()\ntask a: h = 5', '2:9: "h" is a handler, it takes no result'],
  ['handler h: gettid()\ntask a: gettid()', '1:9: no sigaction gives handler "h" to a signal'],
  [
    'handler h: gettid()\nhandler g: sigaction(USR1, g)\ntask a: sigaction(USR1, h)',
    '2:9: no sigaction gives handler "g" to a signal',
  ],
  ['task a: sigaction(USR1, note)', '1:25: "note" is no handler; write "handler note:" beside the tasks'],
  [
    'task a: fork() -> b\ntask b: fork() -> a',
    '1:6: no task is there at the start: each is started by a clone of another',
  ],
])('outside tasks: %j', (text, message) => {
  expect(problem(text)).toBe(message);
});

test.each([
  [['\texit(0)'], '3:3: a tab in the indentation; indent with spaces'],
  [['x = 1', '    x = 2'], '4:7: this line is indented deeper than the block it stands in'],
  [['if flag == 0:', '      x = 1', '  x = 2'], '5:5: indented by 4, which is no block above (these begin at 0, 2, 8)'],
  [['chdir("/a)'], '3:9: the text that begins here has no closing quote'],
  [['chdir("\\n")'], '3:10: in a text, \\ may stand before " and \\ only'],
  [['x = 4294967296'], '3:7: the number 4294967296 does not fit in 32 bits'],
  [['x = -2147483649'], '3:7: the number -2147483649 does not fit in 32 bits'],
  [['mkdir("a", 0755)'], '3:14: write octal numbers as 0o755, not 0755'],
  [['x = 5y'], '3:7: "5y" is neither number nor name'],
  [['x = 1; y = 2'], '3:8: the character ";" has no meaning here'],
])('letters and indentation: %j', (lines, message) => {
  expect(inTask(...lines)).toBe(message);
});

test.each([
  ['unshar(FS)', '3:3: unknown call "unshar"; did you mean "unshare"?'],
  ['frobnicate()', '3:3: unknown call "frobnicate"; docs/programs.md lists them'],
  ['r = unshare(FSX)', '3:15: unknown flag "FSX" of unshare; did you mean "FS"?'],
  ['unshare(CLONE_FS)', '3:11: unknown flag "CLONE_FS" of unshare; did you mean "FS"?'],
  ['umount("/a", LAZY)', '3:16: unknown flag "LAZY" of umount; there are DETACH, EXPIRE'],
  ['sigaction(USR1, H3)', '3:19: "H3" is no handler; did you mean "H1"?'],
  ['mkdir()', '3:3: mkdir takes 1 to 2 operands, found 0: mkdir(path, mode=0o777)'],
  ['mkdir("a", 1, 2, 3)', '3:3: mkdir takes 1 to 2 operands, found 4: mkdir(path, mode=0o777)'],
  ['getpid(1)', '3:3: getpid takes 0 operands, found 1: getpid()'],
  ['kill(flag)', '3:3: kill takes 2 operands, found 1: kill(pid, sig)'],
  ['mkdir(5)', '3:9: expected a path in double quotes for "path" of mkdir, found "5"'],
  ['exit("a")', '3:8: expected a number or a name for "code" of exit, found the text "a"'],
  ['exit(0', '3:9: expected ")" or "," after an operand, found the end of the line'],
  ['semop(flag, 1)', '3:9: expected a number for "sem_num" of semop, found "flag"'],
  ['futex_wait(3, 1)', '3:14: expected the name of a shared word for "word" of futex_wait, found "3"'],
  ['futex_wait(flga, 1)', '3:14: "flga" is no shared word; did you mean "flag"?'],
  ['add(count, 1)', '3:7: "count" is no shared word; write "shared count" above the tasks'],
  ['barrier gate 3', '3:11: "gate" is no shared word; write "shared gate" above the tasks'],
  ['barrier flag 0', '3:16: a barrier is for 1 task or more, not 0'],
  ['exit(0) -> a', '3:11: exit starts no task; "->" belongs to clone, fork and vfork'],
  ['fork()', '3:9: expected "->" and the name of the task that fork starts, found the end of the line'],
  ['clone(FS) -> 5', '3:16: expected a task name after "->", found "5"'],
  ['clone(FS) -> chld', '3:16: expected a task name after "->", found "chld"'],
  ['clone(FS) -> aa', '3:16: expected a task name after "->", found "aa"; did you mean "a"?'],
  ['x, y = getpid()', '3:6: getpid has one result; only wait, waitpid and stat have a second'],
  ['x, x = wait()', '3:6: "x" cannot take both results'],
  [
    'kill(1, HUPP)',
    '3:11: undefined name "HUPP": no signal, result of this task, shared word, task or error' +
      ' is called so; did you mean "HUP"?',
  ],
])('calls: %s', (line, message) => {
  expect(inTask(line)).toBe(message);
});

test.each([
  [['expect r == 0'], '3:10: undefined name "r": no result of this task, shared word, task or error is called so'],
  [
    ['result = 1', 'expect reslut == EPREM'],
    '4:10: undefined name "reslut": no result of this task, shared word, task or error' +
      ' is called so; did you mean "result"?',
  ],
  [['exspect flag == 1'], '3:11: expected "=" or "(" after "exspect", found "flag"; did you mean "expect"?'],
  [['expect flag = 1'], '3:15: expected a comparison (== != < <= > >=), found "="'],
  [['expect flag =='], '3:17: expected a number or a name after "==", found the end of the line'],
  [['else:', '  x = 1'], '3:3: "else" without an "if" in the same block'],
  [['repeat 3: if flag == 0: exit(0)'], '3:13: "if" after a colon needs a line of its own, indented'],
  [['repeat: exit(0)'], '3:9: expected a number, a name or "forever" after "repeat", found ":"'],
  [['a = 5'], '3:3: "a" is a task, it takes no result'],
  [['EPERM = 5'], '3:3: "EPERM" is the name of an error'],
  [['mem[64] = 5'], '3:7: mem has words 0 to 63, not 64'],
  [['x = flag - flag'], '3:14: expected a number after "-", found "flag"'],
  [['x = 1 2'], '3:9: expected the end of the line, found "2"'],
  [['5 = x'], '3:3: expected a statement, found "5"'],
  [tooManyNames, '17:3: task "a" has 14 registers, the name "n14" is one too many'],
  [
    [...tooManyNames.slice(0, 13), 'repeat 2:', '  repeat 2: exit(0)'],
    '17:5: task "a" has 14 registers, the counter of this repeat is one too many',
  ],
])('statements: %j', (lines, message) => {
  expect(inTask(...lines)).toBe(message);
});

test.each([
  [`"/${'x'.repeat(127)}"`, 'this path needs up to 129 bytes, a path has 128'],
  [`"/proc/a/${'x'.repeat(114)}"`, 'this path needs up to 127 bytes, a path has 128'],
  ['"/proc/b/cwd"', 'unknown task "b" in a path'],
  ['"/proc/a/100%"', 'a path with the name of a task cannot have a % in it'],
])('paths: %s', (path, message) => {
  if (message.includes('127 bytes')) expect(() => assembleText(`task a: chdir(${path})`)).not.toThrow();
  else expect(inTask(`chdir(${path})`)).toBe(`3:9: ${message}`);
});

test.each([
  ['a shares fs', '1:19: expected "with" after "shares fs", found the end of the line'],
  [
    'a shares fss with a',
    `1:17: expected one of ${taskParts.join(', ')} after "shares", found "fss"; did you mean "fs"?`,
  ],
  ['a shares fs with bb', '1:25: unknown task "bb"'],
  ['getcwd(b) == "/"', '1:8: unknown task "b"'],
  ['getcwd(a) == 5', '1:21: a text cannot be compared with a number'],
  ['getcwd(a) < "/"', '1:8: texts compare with == and != only, not with <'],
  ['getcmd(a) == "/"', '1:8: unknown question "getcmd"; did you mean "getcwd"?'],
  ['a', '1:9: expected a comparison or "shares", found the end of the line'],
  ['(a == 1', '1:15: expected ")" to close the parenthesis, found the end of the line'],
  ['flag == 1', '1:8: undefined name "flag": no shared word or task is called so'],
])('properties: %s', (expression, message) => {
  expect(problem(`always ${expression}\ntask a: exit(0)`)).toBe(message);
});

test('more data than there is room for', () => {
  const many = Array.from({ length: 80 }, (_, index) => `  chdir("/${String(index).padStart(110, 'x')}")`);
  expect(problem(`task a:\n${many.join('\n')}`)).toBe('1:1: paths and records need 8960 bytes, there are 8192');
  const tasks = Array.from({ length: 80 }, (_, index) => `task t${index}: stat("/proc/t0/cwd")`);
  expect(problem(tasks.join('\n'))).toBe('1:1: the buffers of the tasks need 1224 bytes more than there are');
});
