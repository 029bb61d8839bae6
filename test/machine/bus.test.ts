import { beforeEach, describe, expect, test } from 'vitest';
import * as bus from '../../dist/src/machine/bus.js';
import { MachineFault, MachineStopped } from '../../dist/src/machine/fault.js';
import { cpuAddress, machine } from '../../dist/src/machine/map.js';
import { createRam } from '../../dist/src/machine/ram.js';

const SIZE = 1 << 20;
const AT = 0x80000;
let words: Int32Array = new Int32Array();
beforeEach(() => {
  const memory = createRam({ cpus: 2, bytes: SIZE });
  words = new Int32Array(memory);
  bus.attach(memory, 1);
});

const word = (address: number): number | undefined => words[address >> 2];

/** The fault a deed ends in. */
function faultOf(deed: () => unknown): unknown[] {
  try {
    deed();
  } catch (error) {
    if (error instanceof MachineFault) return [error.kind, error.what, error.address];
    throw error;
  }
  return ['no fault'];
}

test('a CPU has its own block', () => expect(bus.this_cpu()).toBe(cpuAddress(1)));

describe('words', () => {
  test('store and load, plain and marked, are the same word in RAM', () => {
    bus.store(AT, -5);
    bus.WRITE_ONCE(AT + 4, 0x7fffffff);
    expect([word(AT), word(AT + 4), bus.load(AT), bus.READ_ONCE(AT + 4)]).toEqual([-5, 0x7fffffff, -5, 0x7fffffff]);
  });

  test('are 32 bits, signed', () => {
    bus.store(AT, 0xffffffff);
    expect(bus.load(AT)).toBe(-1);
    expect(bus.xadd(AT, 1)).toBe(-1);
    bus.store(AT, 0x7fffffff);
    bus.xadd(AT, 1);
    expect(bus.load(AT)).toBe(-0x80000000);
  });

  test('at both ends of RAM', () => {
    bus.store(SIZE - 4, 1);
    expect(bus.load(SIZE - 4)).toBe(1);
    expect(bus.load(0x1000)).toBe(word(0x1000));
  });
});

describe('locked operations answer the old value', () => {
  test('xchg', () => {
    bus.store(AT, 3);
    expect([bus.xchg(AT, 9), word(AT)]).toEqual([3, 9]);
  });

  test('cmpxchg stores only on a match', () => {
    bus.store(AT, 3);
    expect([bus.cmpxchg(AT, 4, 9), word(AT)]).toEqual([3, 3]);
    expect([bus.cmpxchg(AT, 3, 9), word(AT)]).toEqual([3, 9]);
  });

  test('xadd, fetch_or, fetch_and', () => {
    bus.store(AT, 0b0110);
    expect([bus.xadd(AT, -2), word(AT)]).toEqual([6, 4]);
    expect([bus.fetch_or(AT, 0b0011), word(AT)]).toEqual([4, 7]);
    expect([bus.fetch_and(AT, 0b0101), word(AT)]).toEqual([7, 5]);
  });

  test('a fence changes nothing', () => {
    const before = words.slice();
    bus.smp_mb();
    expect(words).toEqual(before);
  });
});

describe('blocks', () => {
  test('memset fills exactly the words asked for', () => {
    bus.memset(AT, 7, 12);
    expect([-4, 0, 4, 8, 12].map((at) => word(AT + at))).toEqual([0, 7, 7, 7, 0]);
  });

  test('memcpy copies, memeq compares, memchr_inv finds the first other word', () => {
    for (let i = 0; i < 4; i++) bus.store(AT + 4 * i, i === 3 ? 6 : 5);
    bus.memcpy(AT + 64, AT, 16);
    expect([bus.memeq(AT, AT + 64, 16), bus.memchr_inv(AT, 5, 16), bus.memchr_inv(AT, 5, 12)]).toEqual([1, AT + 12, 0]);
    bus.store(AT + 76, 7);
    expect([bus.memeq(AT, AT + 64, 16), bus.memeq(AT, AT + 64, 12), bus.memeq(AT, AT + 64, 0)]).toEqual([0, 1, 1]);
  });

  test('that reach over the end of RAM fault', () => {
    expect(faultOf(() => bus.memset(SIZE - 4, 0, 8))[0]).toBe('use-after-free');
    expect(faultOf(() => bus.memcpy(AT, SIZE - 4, 8))).toEqual(['use-after-free', 'bad pointer', SIZE - 4]);
    expect(faultOf(() => bus.memcpy(SIZE - 4, AT, 8))).toEqual(['use-after-free', 'bad pointer', SIZE - 4]);
    expect(faultOf(() => bus.memchr_inv(SIZE - 4, 0, 8))[0]).toBe('use-after-free');
  });
});

const accesses: readonly (readonly [name: string, access: (address: number) => unknown])[] = [
  ['load', (at) => bus.load(at)],
  ['store', (at) => bus.store(at, 1)],
  ['READ_ONCE', (at) => bus.READ_ONCE(at)],
  ['WRITE_ONCE', (at) => bus.WRITE_ONCE(at, 1)],
  ['xchg', (at) => bus.xchg(at, 1)],
  ['cmpxchg', (at) => bus.cmpxchg(at, 0, 1)],
  ['xadd', (at) => bus.xadd(at, 1)],
  ['fetch_or', (at) => bus.fetch_or(at, 1)],
  ['fetch_and', (at) => bus.fetch_and(at, 1)],
  ['wait_for_change', (at) => bus.wait_for_change(at, 0)],
  ['memset', (at) => bus.memset(at, 0, 4)],
  ['memcpy', (at) => bus.memcpy(AT, at, 4)],
  ['memchr_inv', (at) => bus.memchr_inv(at, 0, 4)],
];

describe('an address that is no RAM faults', () => {
  test.each(accesses)('%s', (_name, access) => {
    for (const at of [0, 4, 0xffc]) {
      expect(
        faultOf(() => access(at)),
        `${at}`,
      ).toEqual(['use-after-free', 'NULL pointer dereference', at]);
    }
    for (const at of [SIZE, SIZE + 4, 0x7ffffffc, -4, -0x80000000]) {
      expect(
        faultOf(() => access(at)),
        `${at}`,
      ).toEqual(['use-after-free', 'bad pointer', at]);
    }
    const poison = 0x6b6b6b6b;
    expect(faultOf(() => access(poison))).toEqual(['use-after-free', 'pointer read from freed memory', poison]);
  });
});

describe('waiting', () => {
  test('is over at once when the word is another', () => {
    bus.store(AT, 1);
    bus.wait_for_change(AT, 0);
    expect(bus.load(AT)).toBe(1);
  });

  test('comes back in any case, for another look', () => {
    bus.wait_for_change(AT, 0);
    expect(bus.load(AT)).toBe(0);
  });

  test('ends when the console stops the machine, and so does a spin', () => {
    words[machine.stop >> 2] = 1;
    expect(() => bus.wait_for_change(AT, 0)).toThrow(MachineStopped);
    expect(() => bus.cpu_relax()).toThrow(MachineStopped);
  });
});
