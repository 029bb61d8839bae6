/** The unshare and clone stressors of stress-ng, what they accept included. */
import { Random } from '../../base/random.ts';
import { driverLoop, drivers, each, heading, indent, type Scenario, task } from './scenario.ts';

/** Children at once; stress-ng has 32. */
const CHILDREN = 6;
/** The order in which the unshare stressor asks for one flag after the other. */
const ONE_BY_ONE = ['FS', 'FILES', 'NEWCGROUP', 'NEWIPC', 'NEWNS', 'NEWPID', 'NEWUSER', 'NEWUTS', 'SYSVSEM'];
const LAST = ['THREAD', 'SIGHAND', 'VM'];
/** What a clone takes back in the end, in order. */
const TAKEN_BACK = ['FILES', 'FS', 'NEWIPC', 'NEWNET', 'NEWNS', 'NEWUTS', 'SYSVSEM', 'NEWCGROUP'];
/** Flags of the clone stressor: VM is avoided on purpose. */
const CLONED = ['FS', 'PTRACE', 'VFORK', 'PARENT', 'SYSVSEM', 'DETACHED', 'UNTRACED', 'FILES'];

/** An unshare whose errors are those that stress-ng lives with; the fourth of them, ENOSPC, cannot come about here. */
const tolerated = (flags: string): string[] => [
  `r = unshare(${flags})`,
  'if r != EPERM:',
  '    if r != EACCES:',
  '        if r != EINVAL: expect r == 0',
];

const some = (random: Random, flags: readonly string[], oneIn: number): string =>
  flags.filter(() => random.below(oneIn) === 0).join('|') || '0';

/** A child that asks for flags, every second one for several at once first; a third of them have no rights. */
function unsharer(random: Random, driver: number, index: number): string[] {
  const first = index % 2 === 0 ? tolerated(some(random, [...ONE_BY_ONE, ...LAST], 2)) : [];
  const user = index % 3 === 2 ? ' uid 1000' : '';
  return task(`d${driver}c${index}${user}`, [...first, ...[...ONE_BY_ONE, ...LAST].flatMap(tolerated), 'exit(0)']);
}

export const unshareStressor: Scenario = {
  name: 'unshare-stressor',
  about: 'children ask for every flag in turn, some for many at once, and are killed meanwhile',
  invariant: 'an unshare succeeds or answers EPERM, EACCES or EINVAL, and each child is collected once',
  text(options) {
    const random = new Random(options.seed);
    const lines = heading(options, unshareStressor.about);
    for (let d = 0; d < drivers(options.cpus); d++) {
      const round = [
        ...each(CHILDREN, (i) => [`c${i} = fork() -> d${d}c${i}`]),
        ...each(CHILDREN, (i) => [`if c${i} > 0: kill(c${i}, KILL)`]),
        `repeat ${CHILDREN}: w = wait()`,
        'expect w > 0',
      ];
      lines.push(...task(`driver${d}`, [driverLoop(options), ...indent(round)]));
      for (let i = 0; i < CHILDREN; i++) lines.push(...unsharer(random, d, i));
    }
    return `${lines.join('\n')}\n`;
  },
};

/** Clones without an exit signal, as the stressor makes them: only __WCLONE collects them. Those of init keep theirs. */
function clones(random: Random, driver: number): string[] {
  return each(CHILDREN, (i) => {
    const flags = i < CLONED.length / 2 ? random.pick(CLONED) : some(random, CLONED, 3);
    const signal = flags.includes('PARENT') ? 'CHLD' : '0';
    const mine = flags.includes('PARENT') ? [] : ['if c > 0: n = n + 1'];
    return [`c = clone(${flags}, ${signal}) -> d${driver}k${i % 2}`, 'expect c > 0', ...mine];
  });
}

export const cloneStressor: Scenario = {
  name: 'clone-stressor',
  about: 'clones with flags of all kinds but VM take back what they share, part by part, and are collected by __WCLONE',
  invariant: 'every clone ran, is collected once, and its unshares succeed or answer EPERM, EACCES or EINVAL',
  text(options) {
    const random = new Random(options.seed);
    const lines = heading(options, cloneStressor.about);
    for (let d = 0; d < drivers(options.cpus); d++) {
      const collect = ['repeat n:', '    w = waitpid(-1, WCLONE)', '    expect w > 0'];
      const round = ['n = 0', ...clones(random, d), ...collect, 'w = waitpid(-1, WCLONE)', 'expect w == ECHILD'];
      lines.push(...task(`driver${d}`, [driverLoop(options), ...indent(round)]));
      for (const k of [0, 1]) {
        const user = k === 1 ? ' uid 1000' : '';
        lines.push(...task(`d${d}k${k}${user}`, [...TAKEN_BACK.flatMap(tolerated), 'exit(0)']));
      }
    }
    return `${lines.join('\n')}\n`;
  },
};
