import { beforeEach, expect, test } from 'vitest';
import * as atomic from '../../dist/src/machine/atomic.js';
import { attach, load, store } from '../../dist/src/machine/bus.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { createRam } from '../../dist/src/machine/ram.js';

const AT = 0x80000;
beforeEach(() => attach(createRam({ cpus: 1, bytes: 1 << 20 }), 0));

function faultOf(deed: () => unknown): string {
  try {
    deed();
  } catch (error) {
    if (error instanceof MachineFault) return error.kind;
    throw error;
  }
  return 'no fault';
}

test('counts up and down and says when it reached zero', () => {
  atomic.atomic_set(AT, 1);
  atomic.atomic_inc(AT);
  expect([atomic.atomic_read(AT), atomic.atomic_dec_and_test(AT), atomic.atomic_dec_and_test(AT)]).toEqual([2, 0, 1]);
  atomic.atomic_dec(AT);
  expect(load(AT)).toBe(-1);
});

test('a reference count never goes below zero', () => {
  for (const value of [0, -1, -1000]) {
    store(AT, value);
    expect(
      faultOf(() => atomic.atomic_dec_and_test(AT)),
      `${value}`,
    ).toBe('refcount');
  }
});

test('a counter that holds poison belongs to a freed object, even when it was moved a little', () => {
  for (const moved of [0, 1, -1, 100]) {
    for (const deed of [atomic.atomic_inc, atomic.atomic_dec, atomic.atomic_dec_and_test]) {
      store(AT, atomic.POISON + moved);
      expect(
        faultOf(() => deed(AT)),
        `${deed.name} of poison + ${moved}`,
      ).toBe('use-after-free');
    }
  }
});
