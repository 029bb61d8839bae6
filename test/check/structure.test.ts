/** Lists, families, numbers, queues and mounts that no longer agree with each other are found. */
import { beforeEach, describe, expect, test } from 'vitest';
import { EXIT_ZOMBIE, PIDTYPE_SID } from '../../dist/src/kernel/abi.js';
import { SEM_CACHE } from '../../dist/src/kernel/caches.js';
import { current } from '../../dist/src/kernel/context.js';
import * as layout from '../../dist/src/kernel/layout.js';
import { kernel, list_head, namespace, pid_link, task_struct } from '../../dist/src/kernel/layout.js';
import { kmem_cache_alloc } from '../../dist/src/kernel/slab.js';
import { Lab } from '../support/lab.ts';
import { playScene, type Scene } from '../support/scene.ts';

const lab = new Lab();
let scene: Scene;
beforeEach(() => {
  scene = playScene(lab);
});

const field = (task: number, offset: number): number => lab.word(task + offset);
const add = (address: number, n: number): void => lab.poke(address, lab.word(address) + n);
const pidBit = (pid: number): void =>
  lab.poke(kernel.pidmap + 4 * (pid >>> 5), lab.word(kernel.pidmap + 4 * (pid >>> 5)) ^ (1 << (pid & 31)));

test('the untouched machine is right', () => expect(lab.wrong()).toEqual([]));

/** A damage and the title of what must be found. */
const damages: readonly (readonly [name: string, damage: () => void, title: string])[] = [
  ['a pid bit set that no task has', () => pidBit(20_000), 'assert: pid taken that no task has in free_pidmap'],
  ['a pid bit lost', () => pidBit(lab.pid(scene.child)), 'assert: pid free that a task has in alloc_pidmap'],
  [
    'a process that forgets its scene.user',
    () => lab.poke(scene.child + task_struct.pids + PIDTYPE_SID * pid_link.SIZE + pid_link.nr, 77),
    'assert: pid free that a task has in alloc_pidmap',
  ],
  [
    'the task counter',
    () => add(kernel.nr_threads, 1),
    'assert: nr_threads differs from the task list in copy_process',
  ],
  [
    'a run queue counter',
    () => add(layout.cpuDataAddress(0) + layout.cpu_data.rq + layout.rq.nr_running, 1),
    'assert: nr_running differs from the queue in schedule',
  ],
  [
    'a task that says it is on a queue and is not',
    () => {
      lab.poke(scene.zombie + task_struct.on_rq, 1);
    },
    'assert: task in no run queue or in two in schedule',
  ],
  [
    'a runnable task that was never queued',
    () => {
      const task = [scene.leader, scene.thread, scene.child, scene.user].find((each) => each !== current()) ?? 0;
      const [next, prev] = [lab.word(task + task_struct.run_list), lab.word(task + task_struct.run_list + 4)];
      lab.poke(next + list_head.prev, prev);
      lab.poke(prev + list_head.next, next);
      lab.poke(task + task_struct.on_rq, 0);
      add(layout.cpuDataAddress(0) + layout.cpu_data.rq + layout.rq.nr_running, -1);
    },
    'assert: runnable task that no CPU will run in try_to_wake_up',
  ],
  [
    'a child of two parents',
    () => lab.poke(scene.child + task_struct.parent, lab.init),
    'assert: child of two parents in forget_original_parent',
  ],
  [
    'a zombie that still has memory',
    () => {
      lab.poke(scene.zombie + task_struct.mm, field(scene.leader, task_struct.mm));
    },
    'assert: zombie that still has mm in do_exit',
  ],
  [
    'a zombie nobody will wait for',
    () => lab.poke(scene.zombie + task_struct.exit_signal, -1),
    'assert: self-reaping task stays a zombie in exit_notify',
  ],
  [
    'a zombie of a dead parent',
    () => lab.poke(scene.leader + task_struct.exit_state, EXIT_ZOMBIE),
    'assert: zombie whose parent is dead in forget_original_parent',
  ],
  [
    'one thread of a group with other handlers',
    () => lab.poke(scene.thread + task_struct.sighand, field(scene.child, task_struct.sighand)),
    'assert: thread group under two sets of handlers in sys_unshare',
  ],
  [
    'sharers of handlers with other memory',
    () => lab.poke(scene.thread + task_struct.mm, field(scene.child, task_struct.mm)),
    'assert: handlers shared over two memories in sys_unshare',
  ],
  [
    'a mount with a foreign owner',
    () => {
      const ns = field(scene.leader, task_struct.namespace);
      const last = lab.word(ns + namespace.list + list_head.prev) - layout.vfsmount.mnt_list;
      lab.poke(last + layout.vfsmount.mnt_namespace, field(lab.init, task_struct.namespace));
    },
    'isolation: mount with a foreign owner in copy_tree',
  ],
  [
    'a namespace without its root',
    () => lab.poke(field(scene.leader, task_struct.namespace) + namespace.root, 0x2000),
    'isolation: namespace without its root in copy_tree',
  ],
  [
    'a task in a namespace that its root is not in',
    () => lab.poke(scene.user + task_struct.namespace, field(scene.leader, task_struct.namespace)),
    'isolation: task that looks into a foreign namespace in sys_unshare',
  ],
  [
    'an object that nothing refers to',
    () => void kmem_cache_alloc(SEM_CACHE, 1),
    expect.stringMatching(/^leak: sem_array that nothing refers to in \w+$/) as unknown as string,
  ],
];

describe('damage to what belongs together', () => {
  test.each(damages)('%s', (_name, damage, title) => {
    damage();
    expect(lab.wrong()).toContainEqual(title);
  });
});
