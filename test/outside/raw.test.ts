/**
 * Raw system calls, mostly wrong ones, held against what a real kernel answered: OK or the name of the error.
 * test/outside/raw/record.mjs records them; profiles differ where history does, which is listed here.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootForProgram, runInOrder } from '../../dist/src/boot/run-in-order.js';
import * as abi from '../../dist/src/kernel/abi.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';

type Argument = number | string;
type Row = readonly [name: string, nr: number, args: readonly Argument[], answer: string];

const { calls } = JSON.parse(readFileSync(new URL('raw/answers.json', import.meta.url), 'utf8')) as {
  readonly calls: readonly Row[];
};

/** Shared words of programs begin here: zeros. */
const ZEROS = '0x0804A010';

const TASKS = 20;

const errors = new Map(
  Object.entries(abi).flatMap(([name, value]) =>
    /^E[A-Z0-9]+$/.test(name) && typeof value === 'number' ? [[value, name] as const] : [],
  ),
);

function textOf(argument: Argument): string {
  if (typeof argument === 'number') return String(argument);
  return argument === '@buf' ? ZEROS : `"${argument.slice(1)}"`;
}

/** Answers in order: each call by a task of its own, some tasks a machine. */
function answersOf(profile: ProfileName): string[] {
  const answers: string[] = [];
  for (let first = 0; first < calls.length; first += TASKS) {
    const some = calls.slice(first, first + TASKS);
    const tasks = some.map(
      ([, nr, args], i) => `task t${i}:\n    r = syscall(${[nr, ...args.map(textOf)].join(', ')})\n`,
    );
    const image = assembleText(`profile ${profile}\ncpus 1\n${tasks.join('')}`);
    const { ended } = runInOrder(bootForProgram(image), image, ({ task, result }) => {
      answers[first + task] ??= result < 0 && result > -4096 ? (errors.get(-result) ?? String(result)) : 'OK';
    });
    expect(ended).toBe('finished');
  }
  return answers;
}

const nameOf = ([name, , args]: Row): string => `${name}(${args.map(textOf).join(', ')})`;

/** Rows that a profile answers otherwise. */
function otherwise(profile: ProfileName): string[] {
  const answers = answersOf(profile);
  return calls.flatMap((row, i) => (answers[i] === row[3] ? [] : [`${nameOf(row)}: ${answers[i]}, not ${row[3]}`]));
}

test('linux-6 answers as a real kernel does', () => expect(otherwise('linux-6')).toEqual([]));

/** umount2 looked at the flags behind the path, and did not mind unknown ones; THREAD and SYSVSEM were refused. */
const LATER = [
  'umount2("/nosuch", 256): ENOENT, not EINVAL',
  'umount2("/nosuch", 16): ENOENT, not EINVAL',
  'unshare(65536): EINVAL, not OK',
  'unshare(262144): EINVAL, not OK',
  'unshare(394752): EINVAL, not OK',
  'unshare(67840): EINVAL, not OK',
];

test('linux-2.6.16 does, but for what came later', () => expect(otherwise('linux-2.6.16')).toEqual(LATER));

/** There unshare has the number 300, and the six of LATER that are its are calls that are not there. */
test('desai-2005 does, but for unshare', () => {
  const other = otherwise('desai-2005').filter((line) => !line.startsWith('unshare'));
  expect(other).toEqual(LATER.filter((line) => !line.startsWith('unshare')));
});
