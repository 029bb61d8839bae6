/** Programs that go deep, are long, or hold what moves a cursor. */
import type { Payload } from './payload.ts';

const TASK = 'task a:\n    exit(0)\n';
const REFUSED = /^tasklock: p\.prog(:\d+:\d+:)? /;

const program = (name: string, text: string, code = 2, says = REFUSED): Payload => ({
  name,
  files: { 'p.prog': text },
  args: ['run', 'p.prog'],
  code,
  says,
});

export const programs: readonly Payload[] = [
  program('not, 20,000 times', `${TASK}always ${'not '.repeat(20_000)}a == 1\n`),
  program('parentheses, 20,000', `${TASK}always ${'('.repeat(20_000)}a == 1${')'.repeat(20_000)}\n`),
  program('or, 20,000 times', `${TASK}always ${'a == 1 or '.repeat(20_000)}a == 1\n`),
  program(
    'or, 900 times',
    `${TASK}always ${'a == 1 or '.repeat(900)}a == 1\n`,
    1,
    /BUG: assert: not always a == 1 or .*…/,
  ),
  program(
    'blocks, 200 in one another',
    `task a:\n${Array.from({ length: 200 }, (_, i) => `${' '.repeat(i + 1)}if 1 == 1:\n`).join('')}`,
  ),
  program('a word of 10 MB', `shared ${'a'.repeat(10_000_000)}\n${TASK}`),
  program('a word of 100 KB', `shared ${'a'.repeat(100_000)}\n${TASK}`),
  program('a number of 100 KB', `cpus ${'9'.repeat(100_000)}\n${TASK}`),
  program('30,000 shared words', `shared ${Array.from({ length: 30_000 }, (_, i) => `a${i}`).join(', ')}\n${TASK}`),
  program('8,000 tasks', Array.from({ length: 8000 }, (_, i) => `task t${i}:\n    exit(0)\n`).join('')),
  program('a path of 200 KB', `task a:\n    mkdir("/${'x'.repeat(200_000)}")\n`),
  program('60 MB of brackets', '['.repeat(60_000_000)),
  program('zero bytes', '\0'.repeat(10_000)),
  program('a character that turns round', `${TASK}\u202e\n`),
  program(
    'a path that colours',
    'task a:\n    mkdir("/\u001b[31m")\n    chdir("/\u001b]0;x\u0007")\n',
    0,
    /mkdir\("\/\\u001b\[31m"\)/,
  ),
  program('a profile that colours', `profile \u001b[31mred\n${TASK}`),
  {
    name: 'more than fits into RAM',
    files: { 'p.prog': `task a:\n${'    getpid()\n'.repeat(18_000)}` },
    args: ['explore', 'p.prog', '--strategy', 'random', '--executions', '1', '--quiet'],
    code: 2,
    says: /the program needs \d+ bytes of RAM/,
  },
];
