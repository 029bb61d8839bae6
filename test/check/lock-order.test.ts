/** The lock-order checker by synthetic events: what can deadlock, and the twin that cannot. */
import { beforeEach, describe, expect, test } from 'vitest';
import { LockOrder } from '../../dist/src/check/observers/lock-order.js';
import { FS_CACHE } from '../../dist/src/kernel/caches.js';
import { fs_struct, kernel } from '../../dist/src/kernel/layout.js';
import * as classes from '../../dist/src/kernel/locks.js';
import { LOCK_CLASS } from '../../dist/src/machine/cpu.js';
import { cpu_area, cpuAddress } from '../../dist/src/machine/map.js';
import { LOCK_EXCLUSIVE } from '../../dist/src/machine/trace.js';
import { DOWN_READ, DOWN_WRITE, READ_LOCK, SPIN_LOCK, WRITE_LOCK } from '../../dist/src/machine/access.js';
import { FakeWorld } from '../support/fake-world.ts';

/** Locks in memory that nothing else uses, one or two of each class. */
const HEAP = 0x40000;
const lockAt = (index: number): number => HEAP + 16 * index;
const ALLOC = lockAt(1);
const ALLOC2 = lockAt(2);
const FILE = lockAt(3);
const FS = lockAt(4);
const SEM = lockAt(5);
const MMAP = lockAt(6);
const MMAP2 = lockAt(7);
const SIGLOCK = lockAt(8);
const RQ = lockAt(9);
const TASKLIST = kernel.tasklist_lock;

let world: FakeWorld;
const irqs = (cpu: number, on: number): void => world.poke(cpuAddress(cpu) + cpu_area.irqs_on, on);

beforeEach(() => {
  world = new FakeWorld(new LockOrder());
  const of: readonly (readonly [number, number])[] = [
    [ALLOC, classes.LOCK_ALLOC],
    [ALLOC2, classes.LOCK_ALLOC],
    [FILE, classes.LOCK_FILE],
    [FS, classes.LOCK_FS],
    [SEM, classes.LOCK_NAMESPACE_SEM],
    [MMAP, classes.LOCK_MMAP_SEM],
    [MMAP2, classes.LOCK_MMAP_SEM],
    [SIGLOCK, classes.LOCK_SIGLOCK],
    [RQ, classes.LOCK_RQ],
    [TASKLIST, classes.LOCK_TASKLIST],
  ];
  for (const [lock, number] of of) world.poke(lock + LOCK_CLASS, number);
  world.at(0, 'machine/spinlock.ts:spin_lock', 'f');
  world.at(1, 'machine/spinlock.ts:spin_lock', 'g');
});

type Take = readonly [kind: number, lock: number];

/** Takes locks in this order and gives them back in the other. */
function nested(cpu: number, ...takes: readonly Take[]): void {
  for (const [kind, lock] of takes) world.lock(cpu, kind, lock);
  for (const [kind, lock] of takes.toReversed()) world.unlock(cpu, kind, lock);
}

describe('orders', () => {
  test('two locks in both orders, one after the other', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    expect(world.titles()).toEqual([]);
    nested(1, [SPIN_LOCK, FILE], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual([expect.stringMatching(/^lock-order: alloc_lock -> file_lock -> alloc_lock in /)]);
  });

  test('clean twin: always the same order, any instances', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    nested(1, [SPIN_LOCK, ALLOC2], [SPIN_LOCK, FILE]);
    nested(1, [SPIN_LOCK, FILE]);
    nested(1, [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual([]);
  });

  test('the report has where each order was seen', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    nested(1, [SPIN_LOCK, FILE], [SPIN_LOCK, ALLOC]);
    const details = world.findings[0]?.details.join('\n');
    expect(details).toMatch(/holding file_lock, takes alloc_lock\n.*\n {2}g \(/);
    expect(details).toMatch(/holding alloc_lock, takes file_lock\n.*\n {2}f \(/);
  });

  test('a ring of three', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    nested(0, [SPIN_LOCK, FILE], [SPIN_LOCK, FS]);
    expect(world.titles()).toEqual([]);
    nested(1, [SPIN_LOCK, FS], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual([expect.stringContaining('alloc_lock -> file_lock -> fs->lock -> alloc_lock')]);
  });

  test('each execution is judged by itself', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    world.begin();
    nested(1, [SPIN_LOCK, FILE], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual([]);
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    const title = world.titles();
    expect(title).toHaveLength(1);
    world.begin();
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    nested(1, [SPIN_LOCK, FILE], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual(title);
  });

  test('a lock that an execution left taken is not held in the next', () => {
    world.lock(0, SPIN_LOCK, ALLOC);
    world.begin();
    nested(0, [SPIN_LOCK, FILE]);
    nested(0, [SPIN_LOCK, FILE], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual([]);
  });

  test('a lock that was only tried for keeps nobody waiting', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, FILE]);
    world.lock(1, SPIN_LOCK, FILE);
    world.observer.onLock?.(1, ALLOC, LOCK_EXCLUSIVE);
    expect(world.titles()).toEqual([]);
  });

  test('locks without a class are each their own', () => {
    const [a, b, c] = [lockAt(20), lockAt(21), lockAt(22)];
    nested(0, [SPIN_LOCK, a], [SPIN_LOCK, b]);
    nested(0, [SPIN_LOCK, b], [SPIN_LOCK, c]);
    expect(world.titles()).toEqual([]);
    nested(1, [SPIN_LOCK, c], [SPIN_LOCK, a]);
    expect(world.titles()).toHaveLength(1);
  });
});

describe('readers', () => {
  const rwlock = FS;

  test('of a rwlock do not wait for each other', () => {
    nested(0, [READ_LOCK, rwlock], [SPIN_LOCK, ALLOC]);
    nested(1, [SPIN_LOCK, ALLOC], [READ_LOCK, rwlock]);
    expect(world.titles()).toEqual([]);
  });

  test('but a writer does', () => {
    nested(0, [READ_LOCK, rwlock], [SPIN_LOCK, ALLOC]);
    nested(1, [SPIN_LOCK, ALLOC], [WRITE_LOCK, rwlock]);
    expect(world.titles()).toHaveLength(1);
  });

  test('of a semaphore wait for a writer between them', () => {
    nested(0, [DOWN_READ, SEM], [SPIN_LOCK, ALLOC]);
    nested(1, [SPIN_LOCK, ALLOC], [DOWN_READ, SEM]);
    expect(world.titles()).toHaveLength(1);
  });

  test('may take a rwlock again, not a semaphore', () => {
    nested(0, [READ_LOCK, rwlock], [READ_LOCK, rwlock]);
    expect(world.titles()).toEqual([]);
    nested(0, [DOWN_READ, SEM], [DOWN_READ, SEM]);
    expect(world.titles()).toEqual(['lock-order: namespace->sem taken again by its holder in f']);
  });
});

describe('one class', () => {
  test('two of it have no order', () => {
    nested(0, [SPIN_LOCK, ALLOC], [SPIN_LOCK, ALLOC2]);
    expect(world.titles()).toEqual(['lock-order: two alloc_lock taken with no order between them in f']);
  });

  test('clean twin: where a rule gives the reason', () => {
    world.at(0, 'machine/rwsem.ts:down_write', 'dup_mmap');
    nested(0, [DOWN_WRITE, MMAP], [DOWN_WRITE, MMAP2]);
    expect(world.titles()).toEqual([]);
    world.at(0, 'machine/rwsem.ts:down_write', 'another');
    nested(0, [DOWN_WRITE, MMAP], [DOWN_WRITE, MMAP2]);
    expect(world.titles()).toEqual(['lock-order: two mmap_sem taken with no order between them in another']);
  });
});

describe('interrupts', () => {
  test('a lock that they take, taken with interrupts on', () => {
    nested(0, [SPIN_LOCK, SIGLOCK]);
    expect(world.titles()).toEqual(['lock-order: siglock, which interrupts take, taken with interrupts on in f']);
  });

  test('clean twin: with interrupts off', () => {
    irqs(0, 0);
    nested(0, [SPIN_LOCK, SIGLOCK]);
    expect(world.titles()).toEqual([]);
  });

  test('tasklist_lock may be read with interrupts on, not written', () => {
    nested(0, [READ_LOCK, TASKLIST]);
    expect(world.titles()).toEqual([]);
    nested(0, [WRITE_LOCK, TASKLIST]);
    expect(world.titles()).toEqual(['lock-order: tasklist_lock, which interrupts take, taken with interrupts on in f']);
  });

  test('task_lock under tasklist_lock for writing, once it was taken with interrupts on', () => {
    nested(0, [SPIN_LOCK, ALLOC]);
    irqs(1, 0);
    nested(1, [WRITE_LOCK, TASKLIST], [SPIN_LOCK, ALLOC]);
    expect(world.titles()).toEqual(['lock-order: alloc_lock -> tasklist_lock -> alloc_lock by an interrupt in g']);
  });

  test('tasklist_lock for writing inside task_lock is forbidden, though nobody takes them the other way round', () => {
    irqs(0, 0);
    nested(0, [SPIN_LOCK, ALLOC], [WRITE_LOCK, TASKLIST]);
    expect(world.findings.map((one) => one.details.join()).join()).toContain(
      'task_lock never nests with tasklist_lock',
    );
    expect(world.titles()).toEqual(['lock-order: tasklist_lock for writing inside alloc_lock in f']);
  });

  test.each([
    ['reading', READ_LOCK],
    ['writing', WRITE_LOCK],
  ])('tasklist_lock for %s inside siglock is forbidden', (mode, kind) => {
    irqs(0, 0);
    nested(0, [SPIN_LOCK, SIGLOCK], [kind, TASKLIST]);
    expect(world.titles()).toContain(`lock-order: tasklist_lock for ${mode} inside siglock in f`);
  });

  test('clean twins: for reading, in either order', () => {
    nested(0, [SPIN_LOCK, ALLOC]);
    nested(1, [READ_LOCK, TASKLIST], [SPIN_LOCK, ALLOC]);
    nested(1, [SPIN_LOCK, ALLOC], [READ_LOCK, TASKLIST]);
    expect(world.titles()).toEqual([]);
  });

  test('the run queue, which wake-ups by interrupts take', () => {
    irqs(1, 0);
    nested(1, [SPIN_LOCK, SIGLOCK], [SPIN_LOCK, RQ]);
    expect(world.titles()).toEqual([]);
    nested(0, [SPIN_LOCK, RQ]);
    expect(world.titles()).toEqual(['lock-order: rq->lock, which interrupts take, taken with interrupts on in f']);
  });
});

describe('held wrongly', () => {
  test('unlock of what is not held', () => {
    world.unlock(0, SPIN_LOCK, ALLOC);
    expect(world.titles()).toEqual(['lock-order: unlock of a lock that is not held in f']);
  });

  test('held at the return to user mode', () => {
    world.lock(0, SPIN_LOCK, ALLOC);
    world.at(0, 'system_call');
    world.observer.onSyscallLeave?.(0, 1, 0);
    expect(world.titles()).toEqual(['lock-order: alloc_lock still held at return to user in f']);
    world.observer.onSyscallLeave?.(0, 1, 0);
    expect(world.titles()).toEqual([]);
  });

  test('freed while held', () => {
    const object = HEAP + 0x1000;
    const lock = object + fs_struct.lock;
    world.poke(lock + LOCK_CLASS, classes.LOCK_FS);
    nested(1, [READ_LOCK, lock]);
    world.observer.onFree?.(0, object, FS_CACHE, 0);
    expect(world.titles()).toEqual([]);
    world.lock(1, READ_LOCK, lock);
    world.observer.onFree?.(0, object, FS_CACHE, 0);
    expect(world.titles()).toEqual(['lock-order: fs_struct freed with its fs->lock held in f']);
  });
});
