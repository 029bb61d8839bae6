/** Everything at once: programs drawn from the seed, of tasks that clone, share, unshare, look and exit. */
import { Random } from '../../base/random.ts';
import { driverLoop, drivers, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

const CHILDREN = 6;
const PARTS = ['VM', 'FS', 'FILES', 'SYSVSEM', 'VM|SIGHAND', 'NEWNS', 'PARENT'];

/** Statements that never sleep for good, whatever state they meet. */
const CALLS: readonly string[] = [
  'getpid()',
  'getppid()',
  'umask(0o22)',
  'chdir("/a")',
  'chdir("..")',
  'getcwd()',
  'mkdir("/tmp/d0")',
  'stat("/a/fa")',
  'access("/b/fb")',
  'fd = open("/f")',
  'lseek(fd, 1)',
  'dup(fd)',
  'close(fd)',
  'fdget(0)',
  'sigaction(USR1, IGN)',
  'sigaction(USR2, H1)',
  'mem[0] = 3',
  'v = mem[1]',
  'tmpfs("/c")',
  'bind("/a", "/b")',
  'umount("/b")',
  'umount("/c", DETACH)',
  'semop(0, 1, UNDO|NOWAIT)',
  'semop(0, -1, UNDO|NOWAIT)',
  'semget(0)',
  'sched_yield()',
  'waitpid(-1, WNOHANG)',
  'exec()',
  'readlink("/proc/self/cwd")',
  'fd = open("/tmp/n", CREAT|RW|APPEND, 0o644)',
  'write(fd, "x")',
  'link("/tmp/n", "/a/n")',
  'unlink("/a/n")',
  'unlink("/tmp/n")',
  'rmdir("/tmp/d0")',
  'bind("/a", "/b", REC)',
  'move("/b", "/c")',
  'umount("/c", EXPIRE)',
  'setcontext("/tmp/d0", "u:o:tmp:s1")',
  'getcontext("/tmp/d0")',
];

const UNSHARES = [
  'FS',
  'FILES',
  'NEWNS',
  'VM',
  'VM|SIGHAND',
  'FS|FILES',
  'SYSVSEM',
  'THREAD',
  'NEWNS|FILES',
  'VM|NEWNS',
];

function flags(random: Random): string {
  const chosen = PARTS.filter(() => random.below(3) === 0).join('|');
  const legal = chosen.includes('NEWNS') ? chosen.replace(/\|FS|FS\|/, '') : chosen;
  return legal === '' ? '0' : legal;
}

/** One statement; clones only of tasks further down, so that the family tree ends. */
function statement(random: Random, driver: number, level: number): string {
  const draw = random.below(20);
  const other = random.below(CHILDREN);
  if (draw < 4 && level < CHILDREN - 1) {
    const target = level + 1 + random.below(CHILDREN - 1 - level);
    return `c = clone(${flags(random)}) -> d${driver}t${target}`;
  }
  if (draw < 7) return `unshare(${random.pick(UNSHARES)})`;
  if (draw === 7) return `kill(d${driver}t${other}, 0)`;
  if (draw === 8) return `readlink("/proc/d${driver}t${other}/${random.pick(['cwd', 'root', 'fd/0'])}")`;
  return random.pick(CALLS);
}

function child(random: Random, driver: number, level: number): string[] {
  const user = random.below(4) === 0 ? ' uid 1000' : '';
  const body = Array.from({ length: 6 + random.below(10) }, () => statement(random, driver, level));
  return task(`d${driver}t${level}${user}`, ['fd = 0', ...body, `exit(${level})`]);
}

function program(options: ScenarioOptions): string {
  const random = new Random(options.seed);
  const lines = heading(options, mix.about);
  for (let d = 0; d < drivers(options.cpus); d++) {
    const starts = [0, 0, 1].map((level) => `c = clone(${flags(random)}) -> d${d}t${level}`);
    const reap = ['repeat 3: wait()', 'repeat 8: waitpid(-1, WNOHANG)'];
    lines.push(...task(`driver${d}`, [driverLoop(options), ...indent([...starts, ...reap])]));
    for (let level = 0; level < CHILDREN; level++) lines.push(...child(random, d, level));
  }
  return `${lines.join('\n')}\n`;
}

export const mix: Scenario = {
  name: 'mix',
  about: 'random programs drawn from the seed, of every call there is',
  invariant: 'whatever the calls, no object outlives its users and none dies before them',
  text: program,
};
