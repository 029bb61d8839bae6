/** What pivot_root moves of others is no change by a call of theirs that fails; everything else still is. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Spec } from '../../dist/src/check/observers/spec/spec.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { fs_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { NR_chdir, NR_chroot, NR_pivot_root } from '../../dist/src/kernel/syscall-numbers.js';
import { LOCK_EXCLUSIVE, LOCK_SHARED } from '../../dist/src/machine/trace.js';
import { FakeWorld } from '../support/fake-world.ts';
import { Lab } from '../support/lab.ts';
import { subjectOfText } from '../support/programs.ts';

/** The checker beside a machine, of which the test says who runs where. */
class Beside extends FakeWorld {
  running: readonly number[] = [];

  override task(cpu?: number): number {
    return this.running[cpu ?? 0] ?? 0;
  }
}

const changed = (what: string): string[] => [`spec: a failed chdir changed ${what} in sys_chdir`];

describe('by hand', () => {
  const lab = new Lab();
  let world: Beside;
  let fs = 0;
  beforeEach(() => {
    lab.reset();
    world = new Beside(new Spec(), 2, lab.memory as SharedArrayBuffer);
    world.running = [lab.clone(), lab.clone()];
    fs = lab.word((world.running[0] ?? 0) + task_struct.fs);
    world.observer.onSyscallEnter?.(0, NR_chdir);
  });

  /** CPU 1 in a call writes a word of the fs part of CPU 0's task, with the lock in that mode. */
  function moves(call: number, field: number, to: number, mode = LOCK_EXCLUSIVE): void {
    world.observer.onSyscallEnter?.(1, call);
    world.observer.onLock?.(1, fs + fs_struct.lock, mode);
    lab.poke(fs + field, to);
    world.observer.onUnlock?.(1, fs + fs_struct.lock);
    world.observer.onSyscallLeave?.(1, call, 0);
  }

  const failed = (): string[] => {
    world.observer.onSyscallLeave?.(0, NR_chdir, -2);
    return world.titles();
  };

  test('pivot_root moves the root: no change', () => {
    moves(NR_pivot_root, fs_struct.root, 64);
    expect(failed()).toEqual([]);
  });

  test('nor while it holds the lock still', () => {
    world.observer.onSyscallEnter?.(1, NR_pivot_root);
    world.observer.onLock?.(1, fs + fs_struct.lock, LOCK_EXCLUSIVE);
    lab.poke(fs + fs_struct.root, 64);
    expect(failed()).toEqual([]);
  });

  test('what the call itself changes besides is told', () => {
    moves(NR_pivot_root, fs_struct.root, 64);
    lab.poke(fs + fs_struct.pwd, 64);
    expect(failed()).toEqual(changed('fs pwd'));
  });

  test('so is what it changed before, or puts back after', () => {
    const root = lab.word(fs + fs_struct.root);
    lab.poke(fs + fs_struct.pwd, 64);
    moves(NR_pivot_root, fs_struct.root, 64);
    lab.poke(fs + fs_struct.root, root);
    expect(failed()).toEqual(changed('fs root, fs pwd'));
  });

  test.each([
    ['another call', NR_chroot, LOCK_EXCLUSIVE],
    ['pivot_root, holding the lock for reading', NR_pivot_root, LOCK_SHARED],
  ])('and what %s moves', (_name, call, mode) => {
    moves(call, fs_struct.root, 64, mode);
    expect(failed()).toEqual(changed('fs root'));
  });

  test('and what that CPU moves once its pivot_root is over', () => {
    moves(NR_pivot_root, fs_struct.root, 64);
    moves(NR_chroot, fs_struct.root, 68);
    expect(failed()).toEqual(changed('fs root'));
  });
});

/** Does not hear of locks, and so of what pivot_root moves under them. */
class Unaware extends Spec {
  override onLock(): void {}
}

describe.each(['linux-2.6.16', 'linux-6'] as const)('on the stepped kernel, %s', (profile) => {
  const text = `profile ${profile}
cpus 2
task owner:
    tmpfs("/a")
    mkdir("/a/new")
    tmpfs("/a/new")
    mkdir("/a/new/old")
    chroot("/a")
    chdir("/")
    c = clone(0) -> failing
    pivot_root("/new", "/new/old")
    wait()
task failing:
    repeat 16: chdir("/nosuch")
    exit(0)
`;
  const titles = (spec: Spec): string[] => {
    const runner = new Runner(subjectOfText(text), [spec]);
    const walk = new RandomWalk(1);
    const found = Array.from({ length: 30 }, (_, i) => runner.run(walk, i)?.bugs ?? []).flat();
    return [...new Set(found.map(({ title }) => title))];
  };

  test('calls that fail meanwhile have changed nothing', () => expect(titles(new Spec())).toEqual([]));

  test('which would be told without a look at pivot_root', () => {
    expect(titles(new Unaware()).join()).toContain('spec: a failed chdir changed fs ');
  });
});
