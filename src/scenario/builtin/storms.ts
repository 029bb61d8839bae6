/** Scenarios that repeat one thing as fast as they can: births and deaths, thread groups, process numbers. */
import { Random } from '../../base/random.ts';
import { driverLoop, drivers, each, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

const SHARINGS = [
  '',
  'VM',
  'FS',
  'FILES',
  'VM|SIGHAND',
  'FS|FILES',
  'VM|FS|FILES|SIGHAND',
  'SYSVSEM',
  'VM|FS',
  'FILES|SYSVSEM',
];

/** A program of drivers that all do the same round, and the children they clone. */
function storm(
  options: ScenarioOptions,
  about: string,
  round: (driver: number, random: Random) => string[],
  children: (driver: number, random: Random) => string[],
): string {
  const random = new Random(options.seed);
  const body = each(drivers(options.cpus), (d) => [
    ...task(`driver${d}`, [driverLoop(options), ...indent(round(d, random))]),
    ...children(d, random),
  ]);
  return `${[...heading(options, about), ...body].join('\n')}\n`;
}

export const cloneExitStorm: Scenario = {
  name: 'clone-exit-storm',
  about: 'children are cloned with every kind of sharing and exit at once, some leaving orphans',
  invariant: 'every child is collected exactly once and leaves nothing behind',
  text: (options) =>
    storm(
      options,
      cloneExitStorm.about,
      (d, random) => [
        ...each(6, (i) => [`c = clone(${random.pick(SHARINGS) || '0'}) -> d${d}c${i % 3}`]),
        'repeat 6: wait()',
      ],
      (d) => [
        ...task(`d${d}c0`, ['exit(1)']),
        ...task(`d${d}c1`, [`o = clone(0) -> d${d}orphan`, 'exit(2)']),
        ...task(`d${d}c2`, ['mem[0] = 5', `g = clone(VM) -> d${d}c0`, 'w = wait()', 'exit(3)']),
        ...task(`d${d}orphan`, ['getppid()', 'exit(4)']),
      ],
    ),
};

export const threadGroupExit: Scenario = {
  name: 'thread-group-exit',
  about: 'thread groups end by exit_group, by SIGKILL, by exec, and by their leader leaving first',
  invariant: 'a group ends as a whole, its leader is collected once, and no thread survives it',
  text: (options) =>
    storm(
      options,
      threadGroupExit.about,
      (d) => [
        ...each(4, (k) => [`c${k} = clone(0) -> d${d}leader${k}`]),
        'if c1 > 0:',
        '    kill(c1, KILL)',
        'repeat 4: wait()',
      ],
      (d) => [
        ...each(4, (k) => leader(d, k)),
        ...task(`d${d}ends`, ['getpid()', 'exit_group(7)']),
        ...task(`d${d}works`, ['repeat 20:', '    mem[2] = 1', '    getppid()', '    sched_yield()', 'exit(0)']),
        ...task(`d${d}waits`, ['pause()', 'exit(0)']),
      ],
    ),
};

/** A leader with three threads; how the group ends depends on its number. */
function leader(d: number, k: number): string[] {
  const thread = (name: string): string => `t = clone(VM|FS|FILES|SIGHAND|THREAD) -> d${d}${name}`;
  const ends = [
    [thread('ends'), thread('works'), 'exit(1)'],
    [thread('waits'), thread('works'), 'pause()', 'exit(2)'],
    [thread('works'), thread('waits'), 'exec()', 'exit(3)'],
    [thread('works'), thread('works'), 'exit_group(4)'],
  ];
  return task(`d${d}leader${k}`, ends[k] ?? []);
}

export const pidChurn: Scenario = {
  name: 'pid-churn',
  about: 'short-lived processes come and go, are signalled and looked up, so that numbers are reused',
  invariant: 'a number is taken exactly as long as some task has it',
  text: (options) =>
    storm(
      options,
      pidChurn.about,
      (d) => [
        `a = fork() -> d${d}short`,
        `b = vfork() -> d${d}short`,
        'if a > 0: kill(a, 0)',
        `readlink("/proc/d${d}short/cwd")`,
        'if b > 0: kill(b, TERM)',
        `c = clone(PARENT|FS) -> d${d}short`,
        'repeat 2: wait()',
      ],
      (d) => task(`d${d}short`, ['getpid()', 'exit(0)']),
    ),
};
