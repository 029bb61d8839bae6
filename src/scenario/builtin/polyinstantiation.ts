/**
 * The story that unshare was written for: a login server gives each user a /tmp of his own, in the calls of pam_namespace.
 * A session fails closed: whatever goes wrong before the user's program is there, there is no session.
 */
import type { PolydirMethod } from '../ast.ts';
import { driverLoop, drivers, heading, indent, type Scenario, type ScenarioOptions, task } from './scenario.ts';

/** One session: what makes its process, whose it is, the context it asks for, and who looks for whose files. */
interface Login {
  readonly name: string;
  readonly uid: number;
  /** Security context of the session, and of its instance; none with method user. */
  readonly context: string | undefined;
  readonly member: string | undefined;
  readonly made: string;
  readonly other: string;
}

/** The context of /tmp, of which method level takes all but the level. */
const TMP_CONTEXT = 's:o:tmp:s0';

/** Contexts of a session and of its instance, at one of two levels. */
function contexts(method: PolydirMethod, level: number): Pick<Login, 'context' | 'member'> {
  if (method === 'user') return { context: undefined, member: undefined };
  const context = `u:r:x:s${level}`;
  return { context, member: method === 'level' ? `s:o:tmp:s${level}` : context };
}

/**
 * Two logins at once by one server. With method user they are of two users, else of one user at two levels. alice's process shares the server's fs part, as one does in a server that made it with
 * clone(FS) to move both with one chdir; bob's does not.
 */
function logins(d: number, method: PolydirMethod): readonly Login[] {
  const [alice, bob] = [`alice${d}`, `bob${d}`];
  const uids = method === 'user' ? [1000 + 2 * d, 1001 + 2 * d] : [1000 + d, 1000 + d];
  return [
    { name: alice, uid: uids[0] ?? 0, ...contexts(method, 1), made: `clone(FS) -> ${alice}`, other: 'b' },
    { name: bob, uid: uids[1] ?? 0, ...contexts(method, 2), made: `fork() -> ${bob}`, other: 'a' },
  ];
}

/** Where the instance of a session lies. */
const instancePath = ({ uid, member }: Login): string => `"/inst/${member === undefined ? uid : `${member}_${uid}`}"`;

/** The calls of pam_selinux: the next exec is to give the process its context. */
const askForContext = (context: string): string[] => [
  'f = open("/proc/self/attr/exec", W)',
  'if f < 0: exit(9)',
  `r = write(f, "${context}")`,
  'if r < 0: exit(9)',
  'close(f)',
];

/** The calls of pam_sm_open_session. Each step that fails ends the login with its own code. */
function openSession(login: Login): string[] {
  const { uid, context, member } = login;
  const instance = instancePath(login);
  const label = [`r = setcontext(${instance}, "${member}")`, 'if r < 0: exit(10)'];
  return [
    ...(context === undefined ? [] : askForContext(context)),
    'r = unshare(NEWNS)',
    'if r < 0: exit(1)',
    'm, u = stat("/inst")',
    'if m != 0: exit(2)',
    'if u != 0: exit(2)',
    `r = mkdir(${instance}, 0)`,
    'if r == EEXIST: r = 0',
    'if r < 0: exit(3)',
    ...(member === undefined ? [] : label),
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
function session(login: Login): string[] {
  const { name, other } = login;
  const mine = name.charAt(0);
  return task(name, [
    ...openSession(login),
    `mkdir("/tmp/${mine}")`,
    'r = access("/tmp/raw")',
    'expect r == ENOENT',
    `r = access("/tmp/${other}")`,
    'expect r == ENOENT',
    `r = access(${instancePath(login)})`,
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
function server(options: ScenarioOptions, d: number, method: PolydirMethod): string[] {
  const users = logins(d, method);
  const started = users.map(({ made }, i) => `c${i} = ${made}`);
  const collected = users.flatMap((_, i) => [`w, code = wait(c${i})`, 'expect code == 0']);
  const round = [...started, ...collected, 'r = access("/tmp/raw")', 'expect r == 0'];
  return task(`server${d}`, ['barrier ready PARTIES', driverLoop(options), ...indent(round)]);
}

const INVARIANT =
  'F1 to F8 of docs/polyinstantiation.md: nobody is in the /tmp of another, and no user in that of the system';

function program(options: ScenarioOptions, about: string, method: PolydirMethod): string {
  const count = drivers(options.cpus);
  const lines = heading(options, about);
  lines.push(`polydir "/tmp" "/inst"${method === 'user' ? '' : ` ${method}`}`, 'shared ready');
  for (let d = 0; d < count; d++) {
    lines.push(...server(options, d, method));
    for (const login of logins(d, method)) lines.push(...session(login), ...child(login));
  }
  const label = method === 'user' ? [] : [`setcontext("/tmp", "${TMP_CONTEXT}")`];
  const prepare = ['mkdir("/inst", 0)', 'chmod("/tmp", 0o1777)', ...label, 'mkdir("/tmp/raw")'];
  const mounts = ['tmpfs("/a")', 'bind("/a", "/b")', 'umount("/b")', 'umount("/a", DETACH)'];
  lines.push(...task('administrator', [...prepare, 'barrier ready PARTIES', driverLoop(options), ...indent(mounts)]));
  const look = ['r = access("/tmp/raw")', 'expect r == 0', 'r = access("/tmp/a")', 'expect r == ENOENT'];
  const peek = ['readlink("/proc/alice0/cwd")'];
  lines.push(
    ...task('daemon', ['barrier ready PARTIES', 'setuid(9)', driverLoop(options), ...indent([...look, ...peek])]),
  );
  return `${lines.join('\n').replaceAll('PARTIES', String(count + 2))}\n`;
}

const scenario = (name: string, about: string, method: PolydirMethod): Scenario => ({
  name,
  about,
  invariant: INVARIANT,
  text: (options) => program(options, about, method),
});

export const polyinstantiation = scenario(
  'polyinstantiation',
  'two users log in at once, each with a /tmp of his own, while an administrator mounts and a daemon looks on',
  'user',
);

export const polyinstantiationByLevel = scenario(
  'polyinstantiation-level',
  'a user logs in at two levels at once, with a /tmp for each (method level)',
  'level',
);

export const polyinstantiationByContext = scenario(
  'polyinstantiation-context',
  'a user logs in with two security contexts at once, with a /tmp for each (method context)',
  'context',
);
