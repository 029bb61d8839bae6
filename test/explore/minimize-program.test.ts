/** Programs whose bugs are conditions on the text, so that the smallest program with the bug is known. */
import { describe, expect, test } from 'vitest';
import { minimizeProgram } from '../../dist/src/explore/minimize/minimize-program.js';
import { NotDeterministic } from '../../dist/src/explore/search/search.js';
import { everyStatement, type Program, type Statement } from '../../dist/src/scenario/ast.js';
import { parseProgram } from '../../dist/src/scenario/parser.js';
import { printStatement } from '../../dist/src/scenario/print.js';
import { ProgramError } from '../../dist/src/scenario/program-error.js';

const SOURCE = `# everything at once
profile linux-2.6.16
cpus 3
shared flag, gate
task parent:
    fd = open("/f")
    barrier gate 3
    c = clone(FS|FILES|VM) -> child
    r = unshare(FS|FILES|NEWNS)
    expect r == 0
    while flag == 0: sched_yield()
    if r == 0:
        chdir("/a")
    else:
        chdir("/b")
    w, code = wait(c)
    expect code == 7
    close(fd)
task child uid 1000:
    chdir("/b")
    flag = 1
    repeat 5:
        repeat forever: unshare(0x600)
    kill(parent, USR1)
    exit(7)
task watcher:
    barrier gate 3
    repeat 3: readlink("/proc/parent/cwd")
    fd = open("/f")
task idler:
    barrier gate 3
    pause()
always not parent shares fs with child or getcwd(parent) == getcwd(child)
`;

const statements = (program: Program): [string, Statement][] =>
  program.tasks.flatMap((task) => [...everyStatement(task.body)].map((one): [string, Statement] => [task.name, one]));

/** Some statement of the task is printed so. */
const has = (program: Program, task: string, pattern: RegExp): boolean =>
  statements(program).some(([name, one]) => name === task && pattern.test(printStatement(one)));

interface Case {
  readonly name: string;
  readonly bug: (program: Program) => boolean;
  readonly smallest: string;
}

const cases: readonly Case[] = [
  {
    name: 'one call of one task',
    bug: (program) => has(program, 'watcher', /^.*readlink/),
    smallest: 'profile linux-2.6.16\ncpus 1\ntask watcher:\n    readlink("/")\n',
  },
  {
    name: 'a call deep inside, and another task',
    bug: (program) => has(program, 'child', /unshare\(.*(512|1536)/) && has(program, 'parent', /clone/),
    smallest: 'profile linux-2.6.16\ncpus 1\ntask parent:\n    clone(0) -> child\ntask child:\n    unshare(512)\n',
  },
  {
    name: 'one flag of each of two calls',
    bug: (program) => has(program, 'parent', /clone\(.*FILES.*child/) && has(program, 'parent', /unshare\(.*NEWNS/),
    smallest:
      'profile linux-2.6.16\ncpus 1\ntask parent:\n    clone(FILES) -> child\n    unshare(NEWNS)\ntask child:\n    exit(0)\n',
  },
  {
    name: 'a result and what it is compared with',
    bug: (program) => has(program, 'parent', /^expect code == 7/),
    smallest: 'profile linux-2.6.16\ncpus 1\ntask parent:\n    w, code = wait()\n    expect code == 7\n',
  },
  {
    name: 'a name of another task in a path',
    bug: (program) => has(program, 'watcher', /proc\/parent/),
    smallest:
      'profile linux-2.6.16\ncpus 1\ntask parent:\n    exit(0)\ntask watcher:\n    readlink("/proc/parent/cwd")\n',
  },
  {
    name: 'three tasks at a barrier, or as many as there are',
    bug: (program) => {
      const barriers = statements(program).filter(([, one]) => one.kind === 'barrier');
      const counts = new Set(barriers.map(([, one]) => (one.kind === 'barrier' ? one.count : 0)));
      return barriers.length >= 2 && counts.size === 1 && counts.has(barriers.length);
    },
    smallest:
      'profile linux-2.6.16\ncpus 1\nshared gate\ntask parent:\n    barrier gate 2\ntask watcher:\n    barrier gate 2\n',
  },
  {
    name: 'two CPUs, a user and a property',
    bug: ({ cpus, tasks, always }) => cpus >= 2 && tasks.some(({ uid }) => uid === 1000) && always.length > 0,
    smallest:
      'profile linux-2.6.16\ncpus 2\ntask parent:\n    exit(0)\ntask child uid 1000:\n    exit(0)\n' +
      'always not parent shares fs with child or getcwd(parent) == getcwd(child)\n',
  },
  {
    name: 'two rounds of a loop',
    bug: (program) =>
      statements(program).some(
        ([, one]) => one.kind === 'repeat' && one.count?.kind === 'number' && one.count.value >= 2,
      ),
    smallest: 'profile linux-2.6.16\ncpus 1\ntask child:\n    repeat 2:\n        unshare(0)\n',
  },
];

/** Finds the text itself when the bug is in it; every text it is asked about is a program. */
function finder(bug: (program: Program) => boolean): {
  asked: number;
  finds(text: string): Promise<string | undefined>;
} {
  const counting = {
    asked: 0,
    finds: async (text: string): Promise<string | undefined> => {
      counting.asked++;
      return bug(parseProgram(text)) ? `found in ${text}` : undefined;
    },
  };
  return counting;
}

describe('the smallest program is reached', () => {
  test.each(cases)('$name', async ({ bug, smallest }) => {
    const counting = finder(bug);
    const result = await minimizeProgram(SOURCE, 'x.prog', counting.finds, { budget: 1000 });
    expect(result?.text).toBe(smallest);
    expect(result?.found).toBe(`found in ${result?.text}`);
    expect(result?.searches).toBe(counting.asked);
    expect(result?.exhausted).toBe(true);
    expect(result?.before).toEqual({ tasks: 4, calls: 15 });
    expect(counting.asked).toBeLessThan(100);
  });
});

test('sizes are told', async () => {
  const result = await minimizeProgram(SOURCE, 'x.prog', finder(cases[2]?.bug ?? (() => true)).finds, { budget: 1000 });
  expect(result?.after).toEqual({ tasks: 2, calls: 3 });
});

test('a budget is kept, and the best so far is the result', async () => {
  const { bug } = cases[1] as Case;
  let calls = 100;
  for (const budget of [2, 4, 8, 16, 32, 64]) {
    const counting = finder(bug);
    const result = await minimizeProgram(SOURCE, 'x.prog', counting.finds, { budget });
    expect(counting.asked).toBeLessThanOrEqual(budget);
    expect(bug(parseProgram(result?.text ?? ''))).toBe(true);
    expect(result?.after.calls).toBeLessThanOrEqual(calls);
    calls = result?.after.calls ?? 0;
  }
  expect(calls).toBe(2);
});

test('a program without the bug is not minimised', async () => {
  expect(await minimizeProgram(SOURCE, 'x.prog', finder(() => false).finds, { budget: 100 })).toBe(undefined);
});

test('a bug that is not found again is a defect of ours', async () => {
  let left = 4;
  const fickle = async (): Promise<string | undefined> => (left-- > 0 ? 'found' : undefined);
  const attempt = minimizeProgram(SOURCE, 'x.prog', fickle, { budget: 5 });
  await expect(attempt).rejects.toThrow(NotDeterministic);
});

test('a text that is no program says so', async () => {
  await expect(minimizeProgram('task', 'x.prog', finder(() => true).finds, { budget: 9 })).rejects.toThrow(
    ProgramError,
  );
});
