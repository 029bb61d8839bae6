/** Each promise of private namespaces can be seen broken: by a login that does it wrong, by the patch of 2005, or by hand. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { Isolation } from '../../dist/src/check/observers/isolation/isolation.js';
import { checkPolydirs } from '../../dist/src/check/polydirs/polydirs.js';
import { dentry, fs_struct, super_block, task_struct, vfsmount } from '../../dist/src/kernel/layout.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { NR_chdir, NR_readlink, NR_setuid } from '../../dist/src/kernel/syscall-numbers.js';
import { CLONE_FS } from '../../dist/src/kernel/abi.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { FakeWorld } from '../support/fake-world.ts';
import { Lab } from '../support/lab.ts';
import { subjectOfText, walks } from '../support/programs.ts';

const login = (profile: ProfileName, name = 'polyinstantiation'): string => {
  const scenario = scenarios.find((one) => one.name === name);
  return scenario?.text({ profile, cpus: 2, seed: 1, iterations: 1 }) ?? expect.fail('no such scenario');
};

/** Titles of this checker, without what the profile is known for. */
function titles(text: string, executions = 2): Set<string> {
  const subject = subjectOfText(text);
  const found = walks(subject, executions, 1, ['isolation']).flatMap(({ bugs }) => bugs);
  const unknown = found.filter(({ title, details }) => knownFinding(subject.profile, title, details) === undefined);
  return new Set(unknown.map(({ title }) => title).filter((title) => title.startsWith('isolation: ')));
}

/** A login with one of its lines changed. */
function broken(from: string, to: string, name?: string): string {
  const text = login('linux-2.6.16', name);
  expect(text).toContain(from);
  return text.replaceAll(from, to);
}

const F1 = "isolation: F1: a user in another one's instance in path_lookup";
const F2 = 'isolation: F2: an instance in the view of the first namespace in sys_mount';
const F3 = "isolation: F3: a session without its user's instance in sys_setuid";
const LABEL = 'isolation: F3: an instance with another context in sys_setxattr';
const F4 = 'isolation: F4: a user in the directory of instances in path_lookup';
const F5 = 'isolation: F5: the child of a session outside its namespace in copy_namespace';
const F6 = 'isolation: F6: a namespace that is gone is still counted in put_namespace';
const F7 = 'isolation: F7: an fs part shared across namespaces in sys_unshare';
const F8 = 'isolation: F8: a link of /proc followed without the right to trace in sys_readlink';
const APART = 'isolation: task_lock released with the root in another namespace in sys_unshare';
const READER = 'isolation: a reader finds the namespace and the root of a task apart in get_fs_struct';

describe('a login of two users', () => {
  test.each(['linux-2.6.16', 'linux-6'] as const)('keeps all of it on %s', (profile) => {
    expect(titles(login(profile), 4)).toEqual(new Set());
  });

  test('with the patch of 2005 the server that shares its fs part is moved along', () => {
    const found = titles(login('desai-2005'));
    expect([...found]).toEqual(expect.arrayContaining([F2, F7]));
  });

  test.each([
    ['F1: into the directory of another', 'bind("/inst/1001"', 'bind("/inst/1000"', F1],
    ['F2: without a namespace', 'r = unshare(NEWNS)', 'r = 0', F2],
    ['F3: whatever bind says', 'r = bind("/inst/1000", "/tmp")', 'r = bind("/inst/nowhere", "/tmp")', F3],
    ['F3: as the user before the last step', 'm, u = stat("/tmp")', 'setuid(1000)', F3],
    ['F4: behind a door that is open', 'mkdir("/inst", 0)', 'mkdir("/inst", 0o755)', F4],
  ])('%s', (_name, from, to, title) => {
    // Nobody fails closed.
    const text = broken(from, to).replaceAll(/^ +if .*: exit\(\d\)\n/gm, '');
    expect([...titles(text)]).toContain(title);
  });

  test.each([
    ['no namespace', 'r = unshare(NEWNS)', 'r = unshare(-1)'],
    ['a directory of instances that is open', 'mkdir("/inst", 0)', 'mkdir("/inst", 0o755)'],
    ['no instance', 'mkdir("/inst/1000", 0)', 'mkdir("/inst/no/1000", 0)'],
    ['an instance that cannot be given away', 'chown("/inst/1000", u, u)', 'chown("/inst/no", u, u)'],
    ['or made accessible', 'chmod("/inst/1000", m)', 'chmod("/inst/no", m)'],
    ['or mounted', 'bind("/inst/1000", "/tmp")', 'bind("/inst/no", "/tmp")'],
  ])('fails closed: with %s there is no session, and nothing is seen', (_name, from, to) => {
    const subject = subjectOfText(broken(from, to));
    const [one] = walks(subject, 1, 1, ['isolation']);
    expect(one?.bugs.map(({ title }) => title)).toEqual(['assert: expectation of line 13 failed in server0']);
  });

  test('F5: a child that took another namespace before its parent became the user', () => {
    const body = ['r = bind("/inst/1000", "/tmp")', 'c = fork() -> helper', 'while gone == 0: sched_yield()'];
    const text = broken(body[0] ?? '', body.join('\n    ')).replace('shared ready', 'shared ready, gone, over');
    const helper = ['unshare(NEWNS)', 'gone = 1', 'while over == 0: sched_yield()', 'exit(0)'];
    const waits = text.replace('mkdir("/tmp/a")', 'over = 1');
    expect([...titles(`${waits}task helper:\n    ${helper.join('\n    ')}\n`)]).toContain(F5);
  });
});

test.each([
  ['unlink', 'unlink("/inst/1001/x")'],
  ['rmdir', 'rmdir("/inst/1001/d")'],
  ['link from there', 'link("/inst/1001/x", "/y")'],
  ['link to there', 'link("/f", "/inst/1001/y")'],
  ['none', 'link("/f", "/y")'],
])('F1: a name in the instance of another, by %s', (by, call) => {
  const made = ['mkdir("/inst", 0o755)', 'mkdir("/inst/1001", 0)', 'chmod("/inst/1001", 0o777)'];
  const inside = [
    'f = open("/inst/1001/x", W|CREAT)',
    'close(f)',
    'mkdir("/inst/1001/d")',
    'chmod("/", 0o777)',
    'fork() -> user',
    'wait()',
  ];
  const text = `polydir "/tmp" "/inst"\ntask root:\n    ${[...made, ...inside].join('\n    ')}
task user:\n    setuid(1000)\n    r = ${call}\n    expect r == 0\n    exit(0)\n`;
  const found = titles(`profile linux-6\ncpus 1\n${text}`, 1);
  expect(found.has(F1)).toBe(by !== 'none');
});

describe.each([
  ['polyinstantiation-level', 's:o:tmp:s1_1000', 's:o:tmp:s2_1000', 's:o:tmp:s1'],
  ['polyinstantiation-context', 'u:r:x:s1_1000', 'u:r:x:s2_1000', 'u:r:x:s1'],
])('a login of one user in two contexts, %s', (name, alice, bob, member) => {
  test.each(['linux-2.6.16', 'linux-6'] as const)('keeps all of it on %s', (profile) => {
    expect(titles(login(profile, name), 4)).toEqual(new Set());
  });

  test.each([
    ['F1: into the instance of the other level', `bind("/inst/${bob}"`, `bind("/inst/${alice}"`, F1],
    ['F1: with the context of the other session', '"u:r:x:s2")', '"u:r:x:s1")', F1],
    ['F3: without asking for a context', 'r = write(f, "u:r:x:s2")', 'r = 0', F3],
    ['F3: an instance without its label', `setcontext("/inst/${alice}", "${member}")`, 'getuid()', LABEL],
    ['F2: without a namespace', 'r = unshare(NEWNS)', 'r = 0', F2],
  ])('%s', (_name, from, to, title) => {
    const text = broken(from, to, name).replaceAll(/^ +if .*: exit\(\d+\)\n/gm, '');
    expect([...titles(text)]).toContain(title);
  });

  test.each([
    ['a context that is none', 'r = write(f, "u:r:x:s1")', 'r = write(f, "s1")'],
    ['an instance that cannot be labelled', `setcontext("/inst/${alice}", "${member}")`, 'setcontext("/inst", "s1")'],
  ])('fails closed: with %s there is no session, and nothing is seen', (_name, from, to) => {
    const subject = subjectOfText(broken(from, to, name));
    const [one] = walks(subject, 1, 1, ['isolation']);
    expect(one?.bugs.map(({ title }) => title)).toEqual(['assert: expectation of line 13 failed in server0']);
  });
});

describe('namespace and root', () => {
  const twoSharers = `cpus 1
shared taken, looked
task parent:
    c = clone(FS) -> peer
    while taken == 0: sched_yield()
    r = unshare(NEWNS)
    looked = 1
    wait()
task peer:
    r = unshare(NEWNS)
    taken = 1
    while looked == 0: sched_yield()
    exit(0)
`;

  test('F7: two sharers of one fs part, the patch of 2005', () => {
    const found = titles(`profile desai-2005\n${twoSharers}`);
    expect([...found]).toEqual(expect.arrayContaining([F7, APART]));
  });

  test.each(['linux-2.6.16', 'linux-6'] as const)('are together on %s', (profile) => {
    expect(titles(`profile ${profile}\n${twoSharers}`)).toEqual(new Set());
  });

  test.each(['linux-2.6.16', 'linux-6'] as const)('a reader of %s may find them apart, which is known', (profile) => {
    const text = `profile ${profile}\ncpus 2
task parent:
    c = clone(0) -> peer
    unshare(NEWNS)
    wait()
task peer:
    repeat 3: readlink("/proc/parent/cwd")
    exit(0)
`;
    const found = walks(subjectOfText(text), 60, 1, ['isolation']).flatMap(({ bugs }) =>
      bugs.map(({ title }) => title),
    );
    expect(found).toContain(READER);
    expect(knownFinding(profile, READER, [])?.id).toBe('fs-moved-under-readers');
  });
});

/** The checker beside a machine of one CPU, of which the test says who runs. */
class Beside extends FakeWorld {
  current = 0;

  override task(): number {
    return this.current;
  }
}

describe('by hand', () => {
  const lab = new Lab();
  const start = (): Beside => {
    lab.reset();
    return new Beside(new Isolation(), 1, lab.memory as SharedArrayBuffer);
  };

  const home = (): number => lab.word(lab.word(lab.init + task_struct.fs) + fs_struct.rootmnt);
  const root = (): number => lab.word(lab.word(lab.init + task_struct.fs) + fs_struct.root);

  test.each([
    ['a mount', () => home() + vfsmount.mnt_count],
    ['a file system', () => lab.word(home() + vfsmount.mnt_sb) + super_block.s_active],
    ['a directory', () => root() + dentry.d_mounted],
  ])('F6: %s that is counted once too often', (_name, counter) => {
    const world = start();
    world.observer.onQuiescent?.();
    expect(world.titles()).toEqual([]);
    lab.poke(counter(), lab.word(counter()) + 1);
    world.observer.onQuiescent?.();
    expect(world.titles()).toEqual([F6]);
  });

  test('F6 is not asked while somebody is there', () => {
    const world = start();
    lab.call(lab.clone(CLONE_FS), NR_chdir, '/a');
    world.observer.onQuiescent?.();
    expect(world.titles()).toEqual([]);
  });

  test.each([
    [1000, 1000, []],
    [1001, 1000, []],
    [1000, 1001, []],
    [1001, 1001, [F8]],
  ])('F8: a link of user %d, then %d, told to user 1000', (before, after, expected) => {
    const world = start();
    const [reader, target] = [lab.clone(), lab.clone()];
    for (const task of [reader, target]) lab.call(task, NR_setuid, 1000);
    world.current = reader;
    lab.poke(target + task_struct.euid, before);
    world.observer.onSyscallEnter?.(0, NR_readlink);
    lab.poke(target + task_struct.euid, 1000);
    const length = lab.call(reader, NR_readlink, `/proc/${lab.pid(target)}/cwd`, BUFFER_TEXT, 64);
    expect(length).toBe(1);
    lab.poke(target + task_struct.euid, after);
    world.observer.onSyscallLeave?.(0, NR_readlink, length);
    expect(world.titles()).toEqual(expected);
  });
});

test('a program without the line has no such directories to be looked at', () => {
  for (const profile of profileNames) {
    const { view, polydirs } = subjectOfText(`profile ${profile}\ntask a:\n    getpid()\n`);
    expect(checkPolydirs(view, polydirs)).toEqual([]);
  }
});
