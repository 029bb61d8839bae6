/** Running out of memory: every call that allocates either works or fails cleanly, whichever allocation it was. */
import { describe, expect, test } from 'vitest';
import {
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_SYSVSEM,
  CLONE_VFORK,
  CLONE_VM,
  EAGAIN,
  EFAULT,
  EINVAL,
} from '../../dist/src/kernel/abi.js';
import {
  CLONE_FILES,
  ENOMEM,
  IPC_NOWAIT,
  MS_BIND,
  SEM_UNDO,
  SEMGET,
  SEMOP,
  SIGCHLD,
} from '../../dist/src/kernel/abi.js';
import { cacheStructs } from '../../dist/src/kernel/caches.js';
import { context_switch } from '../../dist/src/kernel/cpu-loop.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { cpu_cache, cpu_data, cpuDataAddress, kernel, kmem_cache } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { NR_clone, NR_execve, NR_mount, NR_open } from '../../dist/src/kernel/syscall-numbers.js';
import { structInfo } from '../../dist/src/machine/struct.js';
import { Lab } from '../support/lab.ts';
import { playScene, type Scene } from '../support/scene.ts';

/** No new pages, and only `left` free objects in one cache. */
function starve(lab: Lab, cache: number, left: number): void {
  lab.poke(kernel.heap_end, lab.word(kernel.heap_next));
  const ring = cpuDataAddress(0) + cpu_data.caches + cache * cpu_cache.SIZE;
  lab.poke(ring + cpu_cache.count, Math.min(left, lab.word(ring + cpu_cache.count)));
  const shared = kernel.caches + cache * kmem_cache.SIZE;
  for (const field of [kmem_cache.free_first, kmem_cache.free_last, kmem_cache.free_count]) lab.poke(shared + field, 0);
}

type Deed = (lab: Lab, scene: Scene) => number;
const clone =
  (flags: number): Deed =>
  (lab, { leader }) =>
    lab.call(leader, NR_clone, flags | SIGCHLD);

const deeds: Readonly<Record<string, Deed>> = {
  fork: clone(0),
  'clone(NEWNS)': clone(CLONE_NEWNS),
  'clone(SYSVSEM)': (lab, { child }) => lab.call(child, NR_clone, CLONE_SYSVSEM | SIGCHLD),
  'unshare(FS|FILES|NEWNS)': (lab, { child }) => lab.unshare(child, CLONE_FS | CLONE_FILES | CLONE_NEWNS),
  exec: (lab, { child }) => lab.call(child, NR_execve),
  mkdir: (lab, { child }) => lab.call(child, nr.NR_mkdir, '/b/new', 0o755),
  open: (lab, { child }) => lab.call(child, NR_open, '/f', 0),
  'open of /proc/self/mounts': (lab, { child }) => lab.call(child, NR_open, '/proc/self/mounts', 0),
  tmpfs: (lab, { child }) => lab.call(child, NR_mount, 0, '/b', 'tmpfs', 0, 0),
  bind: (lab, { child }) => lab.call(child, NR_mount, '/c', '/b', 0, MS_BIND, 0),
  setuid: (lab, { child }) => lab.call(child, nr.NR_setuid, 4711),
  semget: (lab, { child }) => lab.call(child, nr.NR_ipc, SEMGET, 0, 2, 0, 0),
  'semop with SEM_UNDO': (lab, { child }) => lab.call(child, nr.NR_ipc, SEMOP, 0, 1, 0, BUFFER_STAT),
};

/** The errors that running out of memory may show as. */
const expected = new Set([-ENOMEM, -EAGAIN, -EFAULT]);

describe('each allocation of a call may fail', () => {
  test.each(Object.keys(deeds))('%s', (name) => {
    const lab = new Lab();
    const failures = new Set<number>();
    for (const [cache] of cacheStructs.entries()) {
      for (let left = 0; left < 5; left++) {
        const scene = playScene(lab);
        // Arguments are written before memory runs out: the pages they lie in are there.
        for (const task of [scene.leader, scene.child]) {
          lab.call(task, nr.NR_access, '/f', 0);
          lab.putWords(task, BUFFER_STAT, [1 << 16, SEM_UNDO | IPC_NOWAIT]);
        }
        starve(lab, cache, left);
        const result = deeds[name]?.(lab, scene) ?? 0;
        const what = `${structInfo(cacheStructs[cache] ?? {}).name}, ${left} left: ${result}`;
        if (result < 0) {
          expect([...expected], what).toContain(result);
          failures.add(result);
        }
        expect(lab.wrong(), what).toEqual([]);
        expect(lab.warnings, what).toEqual([]);
      }
    }
    expect(failures.size).toBe(1);
  });
});

test('fork until memory is out, kill all: nothing leaks, and the memory is there again', () => {
  const lab = new Lab();
  lab.poke(kernel.max_threads, 100_000);
  lab.poke(kernel.heap_end, lab.word(kernel.heap_next) + (256 << 10));
  const round = (): number => {
    const pids: number[] = [];
    for (;;) {
      const pid = lab.call(lab.init, NR_clone, SIGCHLD);
      if (pid < 0) {
        expect(pid).toBe(-ENOMEM);
        break;
      }
      pids.push(pid);
    }
    expect(lab.wrong()).toEqual([]);
    for (const pid of pids) lab.exit(lab.task(pid));
    expect(lab.reapOrphans()).toEqual(pids);
    expect(lab.wrong()).toEqual([]);
    return pids.length;
  };
  const first = round();
  expect(first).toBeGreaterThan(10);
  // RCU gives back what waits for it.
  context_switch();
  context_switch();
  expect(round()).toBe(first);
});

test('vfork without memory for its completion leaves parent and number alone', () => {
  const lab = new Lab();
  const parent = lab.clone();
  const last = cacheStructs.findIndex((each) => structInfo(each).name === 'vfork_completion');
  starve(lab, last, 0);
  expect(lab.call(parent, NR_clone, CLONE_VFORK | CLONE_VM | SIGCHLD)).toBe(-ENOMEM);
  expect(lab.call(parent, NR_clone, CLONE_FS | CLONE_NEWNS)).toBe(-EINVAL);
  expect(lab.wrong()).toEqual([]);
});
