/** Random programs of two or three tasks that share what clone lets them share, and take it back, signal, wait and end. */
import { Random } from '../../dist/src/base/random.js';

const SHARED = ['VM', 'FS', 'FILES', 'VM|SIGHAND', 'FS|FILES', 'VM|FS|FILES', 'VM|SIGHAND|THREAD', 'SYSVSEM'];
const UNSHARED = ['VM', 'FS', 'FILES', 'NEWNS', 'VM|SIGHAND', 'FS|FILES', 'VM|NEWNS', 'NEWNS|FILES'];
const CALLS: readonly ((random: Random) => string)[] = [
  (random) => `unshare(${random.pick(UNSHARED)})`,
  (random) => `unshare(${random.pick(UNSHARED)})`,
  () => 'mem[0] = 3',
  () => 'r = getpid()',
  () => 'r = getppid()',
  () => 'chdir("/a")',
  () => 'r = mkdir("/b/d")',
  () => 'r = tmpfs("/c")',
  () => 'r = open("/f")',
  () => 'r = close(0)',
  () => 'r = getcwd()',
  () => 'sigaction(USR1, IGN)',
  () => 'sched_yield()',
];

const calls = (random: Random, most: number, all = CALLS): string[] =>
  Array.from({ length: random.below(most + 1) }, () => `    ${random.pick(all)(random)}`);

/** What a task may do that `last` does not: there would be no end. */
const WITH_CHILD = [...CALLS, () => 'r = fork() -> last'];

/** The program of this number, for a profile. */
export function randomProgram(seed: number, profile: string): string {
  const random = new Random(seed);
  const kills = random.below(4) === 0 ? ['    kill(c, USR1)'] : [];
  return [
    `profile ${profile}`,
    'cpus 2',
    'task one uid 1000:',
    '    mem[0] = 1',
    ...calls(random, 1, WITH_CHILD),
    `    c = clone(${random.pick(SHARED)}) -> two`,
    ...calls(random, 2),
    ...kills,
    ...(random.below(3) === 0 ? [] : ['    wait()']),
    'task two:',
    ...calls(random, 2, WITH_CHILD),
    '    exit(0)',
    'task last:',
    ...calls(random, 1),
    '    exit(1)',
    '',
  ].join('\n');
}
