/**
 * The test that the author of unshare asked for in his design document: about ten tasks that share different things
 * are released together; two exec, two exit, the rest unshare different combinations; over and over, while readers
 * look at all of them through /proc.
 */
import { Random } from '../../base/random.ts';
import { driverLoop, drivers, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

const WORKERS = 10;
const READERS = 2;

/** Contexts each worker shares with its driver. The last one is an ordinary user with memory and handlers of its own. */
const SHARED: readonly string[] = [
  'VM|FS|FILES|SIGHAND',
  'VM|SIGHAND',
  'VM|FS|FILES',
  'FS|FILES|SYSVSEM',
  'FS|FILES',
  'VM|SIGHAND|FS',
  'VM|FILES|SYSVSEM',
  'FS',
  'VM|FS|FILES|SIGHAND',
  'FS|FILES',
];

/** What the unsharing workers ask for, by profile: each a combination that the profile takes in some state. */
const COMBINATIONS: Readonly<Record<ScenarioOptions['profile'], readonly string[]>> = {
  'desai-2005': ['VM', 'VM|SIGHAND', 'NEWNS', 'VM|NEWNS', 'VM|SIGHAND|NEWNS'],
  'linux-2.6.16': ['FS', 'FILES', 'FS|FILES', 'NEWNS', 'NEWNS|FILES', 'VM|SIGHAND', 'FS|FILES|SYSVSEM', 'FS|NEWNS|VM'],
  'linux-6': ['FS', 'FILES', 'FS|FILES', 'NEWNS', 'NEWNS|FILES|SYSVSEM', 'VM', 'SIGHAND', 'THREAD', 'FS|SYSVSEM'],
};

/** What a worker does once it is released. */
function deed(index: number, flags: string): string[] {
  if (index < 2) return ['exec()', 'mem[0] = 1', 'exit(0)'];
  if (index < 4) return ['exit(3)'];
  const work = ['chdir("/tmp")', 'getcwd()', 'fd = open("/f")', 'close(fd)', 'mem[1] = 7', 'exit(0)'];
  return [`r = unshare(${flags})`, ...work];
}

function workerTask(of: number, index: number, flags: string): string[] {
  const user = index === WORKERS - 1 ? ' uid 1000' : '';
  const wait = [`while gate${of} == 0: futex_wait(gate${of}, 0)`];
  return task(`d${of}w${index}${user}`, [...wait, ...deed(index, flags)]);
}

function driverTask(options: ScenarioOptions, index: number): string[] {
  const clones = SHARED.map((flags, w) => `c = clone(${flags}) -> d${index}w${w}`);
  const release = [`gate${index} = 1`, `futex_wake(gate${index}, 64)`];
  const round = [`gate${index} = 0`, ...clones, ...release, `repeat ${WORKERS}: wait()`];
  return task(`driver${index}`, [driverLoop(options), ...indent(round)]);
}

/** Looks at one worker: its links, its files, and the files of /proc that pin mm and namespace. */
function look(name: string): string[] {
  const read = (file: string): string[] => [
    `fd = open("/proc/${name}/${file}")`,
    'if fd >= 0:',
    '    read(fd)',
    '    close(fd)',
  ];
  return [
    `readlink("/proc/${name}/cwd")`,
    `readlink("/proc/${name}/root")`,
    `readlink("/proc/${name}/fd/0")`,
    ...read('status'),
    ...read('maps'),
    ...read('mounts'),
    `kill(${name}, 0)`,
  ];
}

function reader(options: ScenarioOptions, index: number): string[] {
  const all = drivers(options.cpus);
  const names = Array.from({ length: all * WORKERS }, (_, i) => `d${i % all}w${Math.floor(i / all)}`);
  const mine = names.filter((_, i) => i % READERS === index).flatMap(look);
  return task(`reader${index}`, [driverLoop(options), ...indent([...mine, 'sched_yield()'])]);
}

export const unshareTestPlan: Scenario = {
  name: 'unshare-test-plan',
  about: 'ten tasks released together: two exec, two exit, the rest unshare, while readers look through /proc',
  invariant: 'no oops and no hang, and at every pause each reference count equals its referrers',
  text(options) {
    const random = new Random(options.seed);
    const lines = heading(options, unshareTestPlan.about);
    const count = drivers(options.cpus);
    lines.push(`shared ${Array.from({ length: count }, (_, d) => `gate${d}`).join(', ')}`);
    for (let d = 0; d < count; d++) {
      lines.push(...driverTask(options, d));
      for (let w = 0; w < WORKERS; w++) lines.push(...workerTask(d, w, random.pick(COMBINATIONS[options.profile])));
    }
    for (let r = 0; r < READERS; r++) lines.push(...reader(options, r));
    return `${lines.join('\n')}\n`;
  },
};
