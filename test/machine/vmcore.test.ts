import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRam, hashRam } from '../../dist/src/machine/ram.js';
import { readVmcore, VmcoreError, type VmcoreHeader, writeVmcore } from '../../dist/src/machine/vmcore.js';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-vmcore-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'good.vmcore');
const header: VmcoreHeader = {
  build: '0123456789abcdef',
  profile: 'linux-2.6.16',
  reason: 'use-after-free: ünïcode in do_exit',
  ramBytes: 1 << 20,
  symbols: { init_task: 0x6b80, tasklist_lock: 0x6bb0 },
};
const memory = createRam({ cpus: 2, bytes: 1 << 20 });
let bytes = Buffer.alloc(0);
beforeAll(() => {
  new Int32Array(memory).forEach((_, i, words) => {
    if (i > 1024) words[i] = Math.imul(i, i);
  });
  writeVmcore(file, header, memory);
  bytes = readFileSync(file);
});

/** What a damaged copy of the file is refused with. */
function refusal(damaged: Buffer): string {
  const path = join(directory, 'bad.vmcore');
  writeFileSync(path, damaged);
  try {
    readVmcore(path);
  } catch (error) {
    expect(error).toBeInstanceOf(VmcoreError);
    return (error as Error).message.replace(path, 'FILE');
  }
  return 'accepted';
}

test('what is read is what was written', () => {
  const core = readVmcore(file);
  expect(core.header).toEqual(header);
  expect(Buffer.from(core.memory).equals(Buffer.from(new Uint8Array(memory)))).toBe(true);
  expect(hashRam(core.memory as unknown as SharedArrayBuffer)).toBe(hashRam(memory));
});

describe('a file that is cut off', () => {
  test.each([0, 1, 7, 8, 15])('after %d bytes is no vmcore', (length) => {
    expect(refusal(bytes.subarray(0, length))).toBe('FILE is no vmcore of tasklock');
  });

  test.each([0.05, 0.5, 0.999])('after %d of its length is damaged', (part) => {
    const length = Math.floor(bytes.length * part);
    expect(refusal(bytes.subarray(0, length))).toBe('FILE is damaged or cut off');
  });
});

describe('a flipped bit', () => {
  test('is noticed wherever it is', () => {
    const places = [12, 13, 16, 40, 100, 1000, bytes.length >> 1, bytes.length - 5, bytes.length - 4, bytes.length - 1];
    for (const place of places) {
      const damaged = Buffer.from(bytes);
      damaged[place] = (damaged[place] ?? 0) ^ 4;
      expect(refusal(damaged), `byte ${place}`).toBe('FILE is damaged or cut off');
    }
  });

  test('in the magic makes it foreign', () => {
    const damaged = Buffer.from(bytes);
    damaged[3] = 0x20;
    expect(refusal(damaged)).toBe('FILE is no vmcore of tasklock');
  });
});

test('another format version is named with the one this build reads', () => {
  const newer = Buffer.from(bytes);
  newer.writeUInt32LE(7, 8);
  expect(refusal(newer)).toBe('FILE has vmcore format 7, this build reads 1');
});

test('a foreign file is no vmcore', () => {
  expect(refusal(Buffer.from('ELF and so on, for longer than a prefix'))).toBe('FILE is no vmcore of tasklock');
});

test('bytes behind the end are damage', () => {
  expect(refusal(Buffer.concat([bytes, Buffer.from([0])]))).toBe('FILE is damaged or cut off');
});
