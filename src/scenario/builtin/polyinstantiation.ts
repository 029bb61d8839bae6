/**
 * The story that unshare was written for: a login server gives each user a /tmp of his own, in the calls of pam_namespace.
 * A session fails closed: whatever goes wrong before the user's program is there, there is no session.
 */
import { driverLoop, drivers, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

/** One user, as his login is made of: what makes its process, and who looks for whose files. */
interface Login {
  readonly name: string;
  readonly uid: number;
  readonly made: string;
  readonly other: string;
}

/**
 * Two logins at once by one server. alice's process shares the server's fs part, as one does in a server that made it with
 * clone(FS) to move both with one chdir; bob's does not.
 */
function logins(d: number): readonly Login[] {
  const [alice, bob] = [`alice${d}`, `bob${d}`];
  return [
    { name: alice, uid: 1000 + 2 * d, made: `clone(FS) -> ${alice}`, other: 'b' },
    { name: bob, uid: 1001 + 2 * d, made: `fork() -> ${bob}`, other: 'a' },
  ];
}

/** The calls of pam_sm_open_session, method user. Each step that fails ends the login with its own code. */
function openSession(uid: number): string[] {
  const instance = `"/inst/${uid}"`;
  return [
    'r = unshare(NEWNS)',
    'if r < 0: exit(1)',
    'm, u = stat("/inst")',
    'if m != 0: exit(2)',
    'if u != 0: exit(2)',
    `r = mkdir(${instance}, 0)`,
    'if r == EEXIST: r = 0',
    'if r < 0: exit(3)',
    'm, u = stat("/tmp")',
    `r = chown(${instance}, u, u)`,
    'if r < 0: exit(4)',
    `r = chmod(${instance}, m)`,
    'if r < 0: exit(5)',
    `r = bind(${instance}, "/tmp")`,
    'if r < 0: exit(6)',
    `r = setuid(${uid})`,
    'if r < 0: exit(7)',
    'r = exec()',
    'if r < 0: exit(8)',
  ];
}

/** What the user does: his files are his alone, and whatever he starts has the same view. */
function session({ name, uid, other }: Login): string[] {
  const mine = name.charAt(0);
  return task(name, [
    ...openSession(uid),
    `mkdir("/tmp/${mine}")`,
    'r = access("/tmp/raw")',
    'expect r == ENOENT',
    `r = access("/tmp/${other}")`,
    'expect r == ENOENT',
    `r = access("/inst/${uid}")`,
    'expect r == EACCES',
    `c = fork() -> ${name}_child`,
    'wait()',
    'exit(0)',
  ]);
}

function child({ name }: Login): string[] {
  return task(`${name}_child`, [
    `r = access("/tmp/${name.charAt(0)}")`,
    'expect r == 0',
    'r = chdir("/tmp")',
    'exit(0)',
  ]);
}

/** Serves its two users, and must see after it what it saw before. */
function server(options: ScenarioOptions, d: number): string[] {
  const users = logins(d);
  const started = users.map(({ made }, i) => `c${i} = ${made}`);
  const collected = users.flatMap((_, i) => [`w, code = wait(c${i})`, 'expect code == 0']);
  const round = [...started, ...collected, 'r = access("/tmp/raw")', 'expect r == 0'];
  return task(`server${d}`, ['barrier ready PARTIES', driverLoop(options), ...indent(round)]);
}

export const polyinstantiation: Scenario = {
  name: 'polyinstantiation',
  about: 'two users log in at once, each with a /tmp of his own, while an administrator mounts and a daemon looks on',
  invariant:
    'F1 to F8 of docs/polyinstantiation.md: nobody is in the /tmp of another, and no user in that of the system',
  text(options) {
    const count = drivers(options.cpus);
    const lines = heading(options, polyinstantiation.about);
    lines.push('polydir "/tmp" "/inst"', 'shared ready');
    for (let d = 0; d < count; d++) {
      lines.push(...server(options, d));
      for (const user of logins(d)) lines.push(...session(user), ...child(user));
    }
    const prepare = ['mkdir("/inst", 0)', 'chmod("/tmp", 0o1777)', 'mkdir("/tmp/raw")'];
    const mounts = ['tmpfs("/a")', 'bind("/a", "/b")', 'umount("/b")', 'umount("/a", DETACH)'];
    lines.push(...task('administrator', [...prepare, 'barrier ready PARTIES', driverLoop(options), ...indent(mounts)]));
    const look = ['r = access("/tmp/raw")', 'expect r == 0', 'r = access("/tmp/a")', 'expect r == ENOENT'];
    const peek = ['readlink("/proc/alice0/cwd")'];
    lines.push(
      ...task('daemon', ['barrier ready PARTIES', 'setuid(9)', driverLoop(options), ...indent([...look, ...peek])]),
    );
    return `${lines.join('\n').replaceAll('PARTIES', String(count + 2))}\n`;
  },
};
