/** The use-after-free checker by synthetic events, on the heap of a booted machine. */
import { beforeEach, describe, expect, test } from 'vitest';
import { forEachObject } from '../../dist/src/check/evidence/objects.js';
import { UseAfterFree } from '../../dist/src/check/observers/use-after-free.js';
import { cacheObjectSize, cacheStride, DENTRY_CACHE, FS_CACHE } from '../../dist/src/kernel/caches.js';
import { fs_struct, kernel, slab_header, task_struct } from '../../dist/src/kernel/layout.js';
import { PAGE_SIZE } from '../../dist/src/machine/limits.js';
import { bootMachine } from '../../dist/src/boot/boot.js';
import { LOAD, MEMSET, STORE } from '../../dist/src/machine/access.js';
import { FakeWorld } from '../support/fake-world.ts';

const NO_CODE = { code: new Int32Array(8), rodata: new Uint8Array(0) };
const memory = bootMachine({ profile: 'linux-2.6.16', cpus: 2, ramBytes: 1 << 20, ...NO_CODE });
const SIZE = cacheObjectSize(FS_CACHE);

let world: FakeWorld;
/** Init's fs part, and the free object behind it. */
let live = 0;
let free = 0;

beforeEach(() => {
  world = new FakeWorld(new UseAfterFree(), 2, memory);
  world.at(0, 'user');
  live = 0;
  forEachObject(world.view, (address, cache, inUse) => {
    if (live === 0 && cache === FS_CACHE && inUse) live = address;
  });
  free = live + cacheStride(FS_CACHE);
});

const alloc = (object: number): void => world.observer.onAlloc?.(0, object, FS_CACHE, 1);
const release = (object: number): void => world.observer.onFree?.(0, object, FS_CACHE, 2);

test('clean: objects in use when it begins, and those handed out since', () => {
  for (let at = 0; at < SIZE; at += 4) world.access(0, LOAD, live + at);
  alloc(free);
  world.access(0, MEMSET, free, SIZE);
  world.access(0, STORE, free + fs_struct.pwd);
  expect(world.titles()).toEqual([]);
});

test('a read and a write of a freed object', () => {
  release(live);
  world.access(0, LOAD, live + fs_struct.pwd);
  world.access(0, STORE, live);
  expect(world.titles()).toEqual([
    'use-after-free: read of freed fs_struct in user',
    'use-after-free: write to freed fs_struct in user',
  ]);
});

test('the report says where and by whom it was allocated and freed', () => {
  alloc(free);
  world.step = 10;
  release(free);
  world.access(0, LOAD, free + fs_struct.pwd);
  const [found] = world.findings;
  expect(found?.object).toBe(free + fs_struct.pwd);
  expect(found?.details).toEqual([
    expect.stringMatching(/^read of 4 bytes at 0x.* \(fs_struct->pwd, freed\) by no task on CPU 0 at step 11$/),
    expect.stringMatching(/^ {2}in user \(src\/kernel\/x.ts:/),
    expect.stringMatching(/^ {2}\d+ bytes inside fs_struct of \d+ bytes$/),
    expect.stringMatching(/^ {2}allocated at step 0 by pid 0: .*\(src\/kernel\//),
    expect.stringMatching(/^ {2}freed at step 10 by pid 0: .*\(src\/kernel\//),
  ]);
});

test('one that was free all along', () => {
  world.access(0, LOAD, free);
  expect(world.titles()).toEqual(['use-after-free: read of freed fs_struct in user']);
});

describe('outside objects', () => {
  test.each([
    ['the header before it', -4, 4],
    ['the red zone behind it', SIZE, 4],
    ['a block that runs out of it', 8, SIZE],
  ])('%s', (_, offset, bytes) => {
    world.access(0, bytes === 4 ? LOAD : MEMSET, live + offset, bytes);
    expect(world.titles()).toEqual([expect.stringMatching(/^use-after-free: .* memory outside fs_struct in user$/)]);
  });

  test('memory that no cache has', () => {
    world.access(0, LOAD, world.view.word(kernel.heap_next) + 64);
    expect(world.titles()).toEqual(['use-after-free: read of unallocated memory in user']);
  });

  test('clean twin: what is no heap, and user memory below it', () => {
    world.access(0, LOAD, kernel.last_pid);
    world.access(0, LOAD, world.view.word(kernel.image));
    expect(world.titles()).toEqual([]);
  });
});

test('the allocator works on free objects', () => {
  world.at(0, 'kernel/slab.ts:kmem_cache_alloc', 'user');
  world.access(0, MEMSET, free, SIZE);
  world.access(0, STORE, free - slab_header.SIZE);
  expect(world.titles()).toEqual([]);
});

test('a page that becomes a slab', () => {
  const page = world.view.word(kernel.heap_next);
  const object = page + slab_header.SIZE;
  alloc(object);
  world.access(0, STORE, object);
  expect(world.titles()).toEqual([]);
  world.access(0, STORE, object + cacheStride(FS_CACHE));
  expect(world.titles()).toEqual(['use-after-free: write to freed fs_struct in user']);
  world.begin();
  world.access(0, STORE, object);
  expect(world.titles()).toEqual(['use-after-free: write to unallocated memory in user']);
});

describe('free', () => {
  test('twice', () => {
    release(live);
    world.at(1, 'kernel/slab.ts:kmem_cache_free', 'put_fs_struct');
    world.observer.onFree?.(1, live, FS_CACHE, 2);
    expect(world.titles()).toEqual(['double-free: fs_struct freed twice in put_fs_struct']);
  });

  test('of what is no object, or one of another cache', () => {
    release(live + 4);
    world.observer.onFree?.(0, live, DENTRY_CACHE, 2);
    release(PAGE_SIZE);
    expect(world.titles()).toEqual([
      'double-free: free of what is no fs_struct in user',
      'double-free: free of what is no dentry in user',
      'double-free: free of what is no fs_struct in user',
    ]);
  });

  test('clean twin: freed, handed out again, freed', () => {
    release(live);
    alloc(live);
    release(live);
    expect(world.titles()).toEqual([]);
  });
});

test('getppid may read the number of a parent that is gone', () => {
  const task = world.view.word(kernel.init_task);
  world.observer.onFree?.(0, task, 0, 2);
  world.at(0, 'sys_getppid', 'process_call');
  world.access(0, LOAD, task + task_struct.tgid);
  expect(world.titles()).toEqual([]);
  world.access(0, LOAD, task + task_struct.pid);
  expect(world.titles()).toEqual(['use-after-free: read of freed task_struct in sys_getppid']);
});
