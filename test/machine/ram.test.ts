import { describe, expect, test } from 'vitest';
import { MACHINE_MAGIC, cpu_area, cpuAddress, machine } from '../../dist/src/machine/map.js';
import { createRam, hashRam, restoreRam, snapshotRam } from '../../dist/src/machine/ram.js';

const MIB = 1 << 20;
const HASH = /^[0-9a-f]{16}$/;

describe('sizes', () => {
  test.each([0, -1, 65, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    '%d CPUs are a RangeError that names the limits',
    (cpus) => {
      expect(() => createRam({ cpus })).toThrow(new RangeError(`a machine has 1 to 64 CPUs, not ${cpus}`));
    },
  );

  test.each([0, MIB - 4096, MIB + 4, 16 * MIB + 4096, Number.NaN, -MIB])('%d bytes are a RangeError', (bytes) => {
    expect(() => createRam({ cpus: 1, bytes })).toThrow(
      new RangeError(`RAM is 1048576 to 16777216 bytes in whole pages, not ${bytes}`),
    );
  });

  test.each([
    [1, MIB],
    [64, 16 * MIB],
    [3, MIB + 4096],
  ])('%d CPUs and %d bytes are a machine that knows its size', (cpus, bytes) => {
    const words = new Int32Array(createRam({ cpus, bytes }));
    expect(words.byteLength).toBe(bytes);
    expect([machine.magic, machine.ncpus, machine.ram_bytes].map((at) => words[at >> 2])).toEqual([
      MACHINE_MAGIC,
      cpus,
      bytes,
    ]);
    expect(words[(cpuAddress(63) + cpu_area.number) >> 2]).toBe(63);
  });

  test('16 MiB when nothing is said', () => expect(createRam({ cpus: 1 }).byteLength).toBe(16 * MIB));
});

describe('a snapshot', () => {
  test('is a copy, and puts RAM back to what it was', () => {
    const memory = createRam({ cpus: 1, bytes: MIB });
    const words = new Int32Array(memory);
    words[5000] = 7;
    const snapshot = snapshotRam(memory);
    const before = hashRam(memory);
    words[5000] = 8;
    words[MIB / 4 - 1] = -1;
    expect(hashRam(memory)).not.toBe(before);
    restoreRam(memory, snapshot);
    expect([words[5000], words[MIB / 4 - 1], hashRam(memory)]).toEqual([7, 0, before]);
  });

  test('of another size is refused', () => {
    const small = createRam({ cpus: 1, bytes: MIB });
    expect(() => restoreRam(createRam({ cpus: 1, bytes: 2 * MIB }), snapshotRam(small))).toThrow(
      'snapshot has 1048576 bytes, RAM has 2097152',
    );
  });
});

describe('the hash', () => {
  test('is the same for equal RAM, and has 16 hex digits', () => {
    const hash = hashRam(createRam({ cpus: 2, bytes: MIB }));
    expect(hash).toMatch(HASH);
    expect(hashRam(createRam({ cpus: 2, bytes: MIB }))).toBe(hash);
  });

  test('changes with any one bit, anywhere', () => {
    const memory = createRam({ cpus: 1, bytes: MIB });
    const words = new Int32Array(memory);
    const seen = new Set([hashRam(memory)]);
    const places = [0x1000 >> 2, 0x1004 >> 2, 100_000, MIB / 4 - 1];
    for (const place of places) {
      for (let bit = 0; bit < 32; bit++) {
        words[place] = (words[place] ?? 0) ^ (1 << bit);
        seen.add(hashRam(memory));
        words[place] = (words[place] ?? 0) ^ (1 << bit);
      }
    }
    expect(seen.size).toBe(1 + 32 * places.length);
  });

  test('changes when two words change places', () => {
    const memory = createRam({ cpus: 1, bytes: MIB });
    const words = new Int32Array(memory);
    [words[9000], words[9001]] = [1, 2];
    const before = hashRam(memory);
    [words[9000], words[9001]] = [2, 1];
    expect(hashRam(memory)).not.toBe(before);
  });

  test('looks at the words it is asked for', () => {
    const memory = createRam({ cpus: 1, bytes: MIB });
    const whole = hashRam(memory);
    const part = hashRam(memory, 0x2000, 0x3000);
    new Int32Array(memory)[0x3000 >> 2] = 1;
    expect(hashRam(memory)).not.toBe(whole);
    expect(hashRam(memory, 0x2000, 0x3000)).toBe(part);
  });

  test('of a fixed pattern is pinned: recordings compare with it', () => {
    const memory = new SharedArrayBuffer(0x3000);
    const words = new Int32Array(memory);
    for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b9);
    expect(hashRam(memory)).toBe('00b63de188739259');
  });
});
