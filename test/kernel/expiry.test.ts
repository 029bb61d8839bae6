/** Mounts that expire by time: what the two looks take away, and whom they meet. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import * as abi from '../../dist/src/kernel/abi.js';
import { kernel, namespace } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { type Broken, titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold } from '../support/hold.ts';
import { Lab } from '../support/lab.ts';
import { programText, subjectOfText } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);

type Place = ConstructorParameters<typeof Hold>[1];

/** Both kernels of 2.6 look and take away under different locks. */
const OLD = ['desai-2005', 'linux-2.6.16'] as const;

/** Titles of what an execution shows with its tasks held at these places. */
function held(name: string, profile: ProfileName, ...places: Place[]): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const strategy = new Hold(subject, ...places);
  const outcome = new Runner(subject, createObservers(ALL)).run(strategy, 0);
  expect(strategy.reached).toBe(places.length);
  return (outcome?.bugs ?? []).map(({ title }) => title);
}

/** Has chosen what expires, and waits for the semaphore. */
const WAITS = (task: string): Place => [task, 'expire_mounts_2_6', 'down_write('];

const broken = (
  program: string,
  profile: ProfileName,
  [edit, also]: readonly [Broken['edit'], Broken['also']?],
  ...places: Place[]
): Promise<readonly string[]> =>
  titlesOfBroken({
    edit,
    ...(also === undefined ? {} : { also }),
    program: programText(program, profile),
    executions: 1,
    strategy: (subject) => new Hold(subject, ...places),
  });

/** A task of root that mounts, and looks at the list. */
class Root {
  readonly lab: Lab;
  readonly task: number;
  readonly #trigger: number;

  constructor(profile: ProfileName) {
    this.lab = new Lab(profile);
    this.task = this.lab.clone();
    this.#trigger = this.call(nr.NR_open, '/proc/sysrq-trigger', abi.O_WRONLY, 0);
    expect(this.#trigger).toBeGreaterThanOrEqual(0);
  }

  call(number: number, ...args: (number | string)[]): number {
    return this.lab.call(this.task, number, ...args);
  }

  look(times = 1): void {
    for (let i = 0; i < times; i++) expect(this.call(nr.NR_write, this.#trigger, 'x', 1)).toBe(1);
  }

  mount(path: string, type = 'afs'): void {
    expect(this.call(nr.NR_mount, 0, path, type, 0, 0)).toBe(0);
  }

  /** Whether something is mounted there: umount says so, and leaves it. */
  isMounted(path: string): boolean {
    const said = this.call(nr.NR_umount2, path, abi.MNT_EXPIRE);
    expect([-abi.EAGAIN, -abi.EINVAL, -abi.EBUSY]).toContain(said);
    return said !== -abi.EINVAL;
  }

  /** Mounts on the list. */
  waiting(): number {
    let count = 0;
    for (let at = this.lab.word(kernel.expiry_list); at !== kernel.expiry_list; at = this.lab.word(at)) count++;
    return count;
  }
}

describe.each(profileNames)('%s', (profile) => {
  test('a mount that nobody used between two looks goes, and only one that expires', () => {
    const root = new Root(profile);
    root.mount('/a');
    root.mount('/b', 'tmpfs');
    expect(root.waiting()).toBe(1);
    root.look();
    expect(root.waiting()).toBe(1);
    root.look();
    expect([root.waiting(), root.isMounted('/a'), root.isMounted('/b')]).toEqual([0, false, true]);
    expect(root.lab.wrong()).toEqual([]);
  });

  test('one that is used stays, and has two looks again', () => {
    const root = new Root(profile);
    root.mount('/a');
    root.look();
    expect(root.call(nr.NR_chdir, '/a')).toBe(0);
    root.look(3);
    expect(root.waiting()).toBe(1);
    expect(root.call(nr.NR_chdir, '/')).toBe(0);
    root.look();
    expect(root.waiting()).toBe(1);
    root.look();
    expect([root.waiting(), root.isMounted('/a')]).toEqual([0, false]);
    expect(root.lab.wrong()).toEqual([]);
  });

  test('what is mounted below keeps it until that is gone', () => {
    const root = new Root(profile);
    root.mount('/a');
    expect(root.call(nr.NR_mkdir, '/a/x', 0o700)).toBe(0);
    root.mount('/a/x');
    root.look(2);
    expect(root.waiting()).toBe(1);
    root.look(2);
    expect([root.waiting(), root.isMounted('/a')]).toEqual([0, false]);
    expect(root.lab.wrong()).toEqual([]);
  });

  test('umount, move and bind take it off the list; a copied namespace has its copy there', () => {
    const root = new Root(profile);
    for (const path of ['/a', '/b']) root.mount(path);
    expect(root.call(nr.NR_umount2, '/a', 0)).toBe(0);
    expect(root.waiting()).toBe(1);
    expect(root.call(nr.NR_mount, '/b', '/a', 0, abi.MS_BIND, 0)).toBe(0);
    expect(root.waiting()).toBe(1);
    const other = root.lab.clone(abi.CLONE_NEWNS, root.task);
    expect(root.waiting()).toBe(2);
    expect(root.call(nr.NR_mount, '/b', '/c', 0, abi.MS_MOVE, 0)).toBe(0);
    expect(root.waiting()).toBe(1);
    root.look(2);
    expect([root.waiting(), root.isMounted('/c')]).toEqual([0, true]);
    expect(root.lab.call(other, nr.NR_umount2, '/b', 0)).toBe(-abi.EINVAL);
    root.lab.exit(other);
    expect(root.lab.wrong()).toEqual([]);
  });

  test('a namespace that ends takes its own off the list', () => {
    const root = new Root(profile);
    root.mount('/a');
    const other = root.lab.clone(abi.CLONE_NEWNS, root.task);
    root.look();
    root.lab.exit(other);
    expect(root.waiting()).toBe(1);
    root.look();
    expect(root.waiting()).toBe(0);
    expect(root.lab.wrong()).toEqual([]);
  });
});

describe('expiry: a task that enters meanwhile', () => {
  test.each(OLD)('%s: is asked about again', (profile) => {
    expect(held('expiry', profile, WAITS('daemon'), ['guest', 'sys_getcwd'])).toEqual([]);
  });

  test('or is left without it', async () => {
    const titles = await broken('expiry', 'linux-2.6.16', [['expiry.js', /!== 2/, '=== -7']], WAITS('daemon'), [
      'guest',
      'sys_getcwd',
    ]);
    expect(titles).toEqual(['assert: expectation of line 26 failed in guest']);
  });
});

describe('expiry-meets-umount: who unmounts meanwhile', () => {
  test.each(OLD)('%s: finds it busy', (profile) => {
    expect(held('expiry-meets-umount', profile, WAITS('root'))).toEqual([
      'assert: expectation of line 17 failed in other',
    ]);
  });

  test('linux-6: waits', () => {
    expect(held('expiry-meets-umount', 'linux-6', ['root', 'unlink_mount'])).toEqual([]);
  });
});

/** Its last task has given it up, and waits to take the mounts down. */
describe('expiry-meets-exit: a namespace that is going away', () => {
  const gone: Place[] = [
    ['root', 'proc_write', 2],
    ['guest', 'put_namespace', 'down_write('],
  ];

  test.each(OLD)('%s: its mount keeps the reference for good (B65)', (profile) => {
    const titles = held('expiry-meets-exit', profile, ...gone);
    expect(titles).toContain('leak: vfsmount that nothing refers to in alloc_vfsmnt');
    expect(titles.filter((title) => !title.startsWith('leak: '))).toEqual([]);
  });

  test('linux-6: takes none', () => {
    expect(held('expiry-meets-exit', 'linux-6', ...gone)).toEqual([]);
  });

  test('B21: one that goes without vfsmount_lock is brought back, and taken down twice', async () => {
    const dropped =
      /if \(atomic_dec_and_lock\(ns \+ 0, \d+\) === 0\)\s+return;\s+const root = [^;]+;\s+store\([^;]+;\s+spin_unlock\(\d+\);/;
    const titles = await broken(
      'expiry-meets-exit',
      'linux-2.6.16',
      [
        [
          'namespace.js',
          dropped,
          `if (atomic_dec_and_test(ns) === 0) return;\nconst root = load(ns + ${namespace.root});\n\n\n`,
        ],
        ['import { atomic_inc,', 'import { atomic_dec_and_test, atomic_inc,'],
      ],
      ...gone,
    );
    expect(titles.join()).toMatch(/use-after-free|double-free/);
  });
});

/** Two mounts are chosen; while the first waits for the semaphore, both are copied. */
describe('expiry-meets-clone: a namespace that is copied', () => {
  test.each(OLD)('%s: the copy of the second is put without a reference (B66)', (profile) => {
    const titles = held('expiry-meets-clone', profile, WAITS('root'), ['guest', 'do_exit']);
    expect(titles).toContain('use-after-free: write to freed vfsmount in umount_tree');
  });

  const copying: Place[] = [
    ['root', 'proc_write', 2],
    ['maker', 'copy_tree', 'const one ='],
  ];

  test('linux-6: waits until the copy is whole', () => {
    expect(held('expiry-meets-clone', 'linux-6', ...copying)).toEqual([]);
    expect(held('expiry-meets-clone', 'linux-6', ['root', 'unlink_mount'], ['guest', 'do_exit'])).toEqual([]);
  });

  test('and meets a tree that changes without the semaphore', async () => {
    const titles = await broken(
      'expiry-meets-clone',
      'linux-6',
      [
        ['expiry.js', /down_write\(\d+\);/, ''],
        [/up_write\(\d+\);/, ''],
      ],
      ...copying,
    );
    expect(titles.join()).toMatch(/use-after-free|data-race/);
  });
});
