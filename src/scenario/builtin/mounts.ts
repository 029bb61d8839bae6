/** Mount namespaces made, filled, looked at and thrown away, in the way pam_namespace builds a private /tmp. */
import { driverLoop, drivers, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

/** One login: a private namespace, an instance directory bound over /tmp, work in it, and an end without umount. */
function login(d: number, k: number): string[] {
  return task(`d${d}login${k}`, [
    'r = unshare(NEWNS)',
    'if r == 0:',
    '    tmpfs("/home")',
    `    mkdir("/home/u${k}")`,
    `    bind("/home/u${k}", "/tmp")`,
    '    chdir("/tmp")',
    '    mkdir("mine")',
    `    c = clone(FS) -> d${d}shell${k}`,
    '    wait()',
    'exit(0)',
  ]);
}

function shell(d: number, k: number): string[] {
  const work = [
    'stat("mine")',
    'getcwd()',
    'umount("/home")',
    'chdir("/")',
    'umount("/tmp", DETACH)',
    'access("/tmp/mine")',
  ];
  return task(`d${d}shell${k}`, [...work, 'exit(0)']);
}

/** Changes the mounts that everybody else's copies are made from. */
function administrator(options: ScenarioOptions): string[] {
  const round = ['tmpfs("/a")', 'mkdir("/a/x")', 'bind("/a", "/b")', 'sched_yield()', 'umount("/b")', 'umount("/a")'];
  return task('administrator', [driverLoop(options), ...indent(round)]);
}

export const mountChurn: Scenario = {
  name: 'mount-churn',
  about: 'logins build private namespaces with a private /tmp while an administrator mounts and readers look',
  invariant: "a login never sees another one's /tmp, and a namespace takes all its mounts with it",
  text(options) {
    const lines = heading(options, mountChurn.about);
    for (let d = 0; d < drivers(options.cpus); d++) {
      const round = [0, 1, 2].map((k) => `c = clone(0) -> d${d}login${k}`);
      lines.push(...task(`driver${d}`, [driverLoop(options), ...indent([...round, 'repeat 3: wait()'])]));
      for (const k of [0, 1, 2]) lines.push(...login(d, k), ...shell(d, k));
    }
    lines.push(...administrator(options));
    const peek = ['fd = open("/proc/d0login0/mounts")', 'readlink("/proc/d0login1/cwd")', 'sched_yield()'];
    const use = ['if fd >= 0:', '    read(fd)', '    close(fd)'];
    lines.push(...task('reader', [driverLoop(options), ...indent([...peek, ...use])]));
    return `${lines.join('\n')}\n`;
  },
};
