import { beforeEach, describe, expect, test } from 'vitest';
import { attach, store } from '../../dist/src/machine/bus.js';
import { POISON } from '../../dist/src/machine/atomic.js';
import { MachineFault, MachineStopped } from '../../dist/src/machine/fault.js';
import { MAX_HELD_LOCKS } from '../../dist/src/machine/limits.js';
import { cpu_area, cpuAddress, machine } from '../../dist/src/machine/map.js';
import { createRam } from '../../dist/src/machine/ram.js';
import * as rwlock from '../../dist/src/machine/rwlock.js';
import * as rwsem from '../../dist/src/machine/rwsem.js';
import * as spinlock from '../../dist/src/machine/spinlock.js';
import { onWarning } from '../../dist/src/machine/warning.js';

const CLASS = 3;
const LOCK = 0x80000;
const BIAS = 0x01000000;
const area = cpuAddress(0);
let words: Int32Array = new Int32Array();
let warnings: string[] = [];
beforeEach(() => {
  const memory = createRam({ cpus: 1, bytes: 1 << 20 });
  words = new Int32Array(memory);
  attach(memory, 0);
  warnings = [];
  onWarning((kind, what) => warnings.push(`${kind}: ${what}`));
});

const word = (address: number): number => words[address >> 2] ?? 0;
const held = (): number[] => {
  const first = (area + cpu_area.held) >> 2;
  return Array.from(words.subarray(first, first + word(area + cpu_area.held_count)));
};
const acquired = (): number => word(area + cpu_area.lock_acquired + 4 * CLASS);
const irqs = (): number => word(area + cpu_area.irqs_on);
const preempt = (): number => word(area + cpu_area.preempt_count);

function faultOf(deed: () => unknown): unknown[] {
  try {
    deed();
  } catch (error) {
    if (error instanceof MachineFault) return [error.kind, error.address];
    throw error;
  }
  return ['no fault'];
}

/** Every kind of lock: how it is made, taken and released, and what its word says. */
const kinds = [
  [
    'spinlock',
    () => spinlock.spin_lock_init(LOCK, CLASS),
    () => spinlock.spin_lock(LOCK),
    () => spinlock.spin_unlock(LOCK),
    1,
    0,
    1,
  ],
  [
    'rwlock, writer',
    () => rwlock.rwlock_init(LOCK, CLASS),
    () => rwlock.write_lock(LOCK),
    () => rwlock.write_unlock(LOCK),
    BIAS,
    0,
    1,
  ],
  [
    'rwlock, reader',
    () => rwlock.rwlock_init(LOCK, CLASS),
    () => rwlock.read_lock(LOCK),
    () => rwlock.read_unlock(LOCK),
    BIAS,
    BIAS - 1,
    1,
  ],
  [
    'rwsem, writer',
    () => rwsem.init_rwsem(LOCK, CLASS),
    () => rwsem.down_write(LOCK),
    () => rwsem.up_write(LOCK),
    0,
    -1,
    0,
  ],
  [
    'rwsem, reader',
    () => rwsem.init_rwsem(LOCK, CLASS),
    () => rwsem.down_read(LOCK),
    () => rwsem.up_read(LOCK),
    0,
    1,
    0,
  ],
] as const;

describe.each(kinds)('%s', (name, make, take, release, free, taken, atomic) => {
  beforeEach(() => make());

  test('its word says free, taken, free', () => {
    const seen = [word(LOCK)];
    take();
    seen.push(word(LOCK));
    release();
    expect([...seen, word(LOCK)]).toEqual([free, taken, free]);
  });

  test('is on the list of the CPU while it is held, and counted under its class', () => {
    take();
    expect([held(), preempt(), acquired()]).toEqual([[LOCK], atomic, 1]);
    release();
    expect([held(), preempt(), acquired()]).toEqual([[], 0, 1]);
  });

  test('released when it is not held is a bug', () => {
    expect(faultOf(release)).toEqual(['lock-order', LOCK]);
    take();
    release();
    expect(faultOf(release)).toEqual(['lock-order', LOCK]);
  });

  test('in a freed object is a use after free', () => {
    for (let at = LOCK; at < LOCK + 16; at += 4) store(at, POISON);
    expect(faultOf(take)[0]).toBe('use-after-free');
  });

  test('held by somebody else is waited for until the console stops the machine', () => {
    store(LOCK, name.startsWith('rwlock') ? 0 : name.startsWith('rwsem') ? -1 : 0);
    words[machine.stop >> 2] = 1;
    expect(take).toThrow(MachineStopped);
    expect([word(area + cpu_area.waiting_for), held()]).toEqual([LOCK, []]);
    expect(word(area + cpu_area.lock_contended + 4 * CLASS)).toBe(1);
  });
});

describe('taken twice by one CPU', () => {
  test.each(kinds.filter(([name]) => !name.endsWith('reader')))('%s is a deadlock', (_name, make, take) => {
    make();
    take();
    expect(faultOf(take)).toEqual(['deadlock', LOCK]);
  });

  test('read locks nest', () => {
    rwlock.rwlock_init(LOCK, CLASS);
    rwlock.read_lock(LOCK);
    rwlock.read_lock(LOCK);
    expect([word(LOCK), held()]).toEqual([BIAS - 2, [LOCK, LOCK]]);
    rwlock.read_unlock(LOCK);
    expect([word(LOCK), held()]).toEqual([BIAS - 1, [LOCK]]);
  });
});

describe('spin_trylock', () => {
  test('takes a free lock and leaves a taken one', () => {
    spinlock.spin_lock_init(LOCK, CLASS);
    expect([spinlock.spin_trylock(LOCK), spinlock.spin_trylock(LOCK)]).toEqual([1, 0]);
    expect([held(), preempt()]).toEqual([[LOCK], 1]);
    spinlock.spin_unlock(LOCK);
    expect(word(LOCK)).toBe(1);
  });
});

describe('interrupts', () => {
  beforeEach(() => spinlock.spin_lock_init(LOCK, CLASS));

  test('are off between the irq forms', () => {
    spinlock.spin_lock_irq(LOCK);
    expect(irqs()).toBe(0);
    spinlock.spin_unlock_irq(LOCK);
    expect([irqs(), warnings]).toEqual([1, []]);
  });

  test('are put back as they were by the save form', () => {
    const outer = spinlock.spin_lock_irqsave(LOCK);
    spinlock.spin_lock_init(LOCK + 64, CLASS);
    const inner = spinlock.spin_lock_irqsave(LOCK + 64);
    spinlock.spin_unlock_irqrestore(LOCK + 64, inner);
    expect(irqs()).toBe(0);
    spinlock.spin_unlock_irqrestore(LOCK, outer);
    expect(irqs()).toBe(1);
  });

  test('on where an irq-enabling unlock would turn them on is a warning', () => {
    spinlock.spin_lock(LOCK);
    spinlock.spin_unlock_irq(LOCK);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^lock-order: /);
    expect(word(machine.warnings)).toBe(1);
  });
});

describe('the list of held locks', () => {
  const locks = Array.from({ length: MAX_HELD_LOCKS + 1 }, (_, i) => LOCK + 64 * i);
  beforeEach(() => locks.forEach((lock) => spinlock.spin_lock_init(lock, CLASS)));

  test('keeps the order when one in the middle goes', () => {
    const [a = 0, b = 0, c = 0] = locks;
    for (const lock of [a, b, c]) spinlock.spin_lock(lock);
    spinlock.spin_unlock(b);
    expect(held()).toEqual([a, c]);
  });

  test('has room for 16', () => {
    for (const lock of locks.slice(0, MAX_HELD_LOCKS)) spinlock.spin_lock(lock);
    expect(faultOf(() => spinlock.spin_lock(locks[MAX_HELD_LOCKS] ?? 0))[0]).toBe('assert');
  });
});
