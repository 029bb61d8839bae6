import { beforeEach, describe, expect, test } from 'vitest';
import { FS_CACHE, VMA_CACHE } from '../../dist/src/kernel/caches.js';
import {
  cpu_cache,
  cpu_data,
  cpuDataAddress,
  kernel,
  slab_header,
  vm_area_struct,
} from '../../dist/src/kernel/layout.js';
import { IN_USE_FILL, kmem_cache_alloc, kmem_cache_free } from '../../dist/src/kernel/slab.js';
import { POISON } from '../../dist/src/machine/atomic.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { CPU_QUARANTINE } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
beforeEach(() => lab.reset());

const SITE = 1;
const alloc = (): number => kmem_cache_alloc(VMA_CACHE, SITE);
const free = (object: number): void => kmem_cache_free(VMA_CACHE, object, SITE);
const words = (object: number): number[] =>
  Array.from({ length: vm_area_struct.SIZE / 4 }, (_, i) => lab.word(object + 4 * i));

/** Kind, text and address of the fault a deed ends in. */
function faultOf(deed: () => unknown): unknown[] {
  try {
    deed();
  } catch (error) {
    if (error instanceof MachineFault) return [error.kind, error.what, error.address];
    throw error;
  }
  throw new Error('there was no fault');
}

test('a new object is filled with 0x5a and knows who allocated it', () => {
  const object = alloc();
  expect(new Set(words(object))).toEqual(new Set([IN_USE_FILL]));
  expect(lab.word(object - slab_header.SIZE + slab_header.alloc_ip)).toBe(SITE);
});

test('a freed object is all poison', () => {
  const object = alloc();
  free(object);
  expect(new Set(words(object))).toEqual(new Set([POISON]));
});

test('freeing twice is a fault at the second free', () => {
  const object = alloc();
  free(object);
  expect(faultOf(() => free(object))).toEqual(['double-free', 'object freed twice', object]);
});

describe('freeing what is no object of the cache', () => {
  test('an address inside one', () => {
    const object = alloc();
    expect(faultOf(() => free(object + 4))[0]).toMatch(/double-free|assert/);
  });

  test('an object of another cache', () => {
    const object = kmem_cache_alloc(FS_CACHE, SITE);
    expect(faultOf(() => free(object))).toEqual(['double-free', 'free of what is no object', object]);
  });

  test('NULL', () => expect(faultOf(() => free(0))[0]).toBe('use-after-free'));
});

/** Allocates until the object would come again: through this CPU's ring and the shared quarantine. */
const allocateMany = (): number[] => Array.from({ length: 200 }, alloc);

describe('the quarantine', () => {
  test('a freed object does not come back at once', () => {
    const object = alloc();
    free(object);
    expect(Array.from({ length: CPU_QUARANTINE }, alloc)).not.toContain(object);
  });

  test('but it does come back: memory is not lost', () => {
    const object = alloc();
    free(object);
    expect(allocateMany()).toContain(object);
  });

  test('objects in use are all different', () => {
    const objects = allocateMany();
    expect(new Set(objects).size).toBe(objects.length);
  });
});

test('a write after free is found when the object is handed out again', () => {
  const object = alloc();
  free(object);
  lab.poke(object + 8, 1);
  expect(faultOf(allocateMany)).toEqual(['use-after-free', 'freed object written to', object + 8]);
});

test('a write past the end is found at free', () => {
  const object = alloc();
  lab.poke(object + vm_area_struct.SIZE, 1);
  expect(faultOf(() => free(object))).toEqual(['assert', 'slab redzone overwritten', object]);
});

test('without memory the answer is 0, the failure is counted, and a free makes it good', () => {
  free(alloc());
  lab.poke(kernel.heap_end, lab.word(kernel.heap_next));
  const objects: number[] = [];
  for (let object = alloc(); object !== 0; object = alloc()) objects.push(object);
  expect(objects.length).toBeGreaterThan(0);
  const ring = cpuDataAddress(0) + cpu_data.caches + VMA_CACHE * cpu_cache.SIZE;
  expect(lab.word(ring + cpu_cache.failed)).toBe(1);
  expect(alloc()).toBe(0);
  const last = objects.pop() ?? 0;
  free(last);
  expect(alloc()).toBe(last);
});
