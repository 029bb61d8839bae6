/** Memory that was written behind the back of its owner, and pointers that lead to the wrong place, are found. */
import { beforeEach, expect, test } from 'vitest';
import { context_switch } from '../../dist/src/kernel/cpu-loop.js';
import * as layout from '../../dist/src/kernel/layout.js';
import { list_head, slab_header, task_struct } from '../../dist/src/kernel/layout.js';
import { NR_close, NR_open } from '../../dist/src/kernel/syscall-numbers.js';
import { RCU_BATCH } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';
import { playScene, type Scene } from '../support/scene.ts';

const lab = new Lab();
let scene: Scene;
beforeEach(() => {
  scene = playScene(lab);
});

const field = (task: number, offset: number): number => lab.word(task + offset);

/** Closes the leader's open file, which waits for RCU from then on; where it was. */
const closedFile = (): number => {
  const files = field(scene.leader, task_struct.files);
  const file = lab.word(files + layout.files_struct.fdtab + layout.fdtable.fd);
  lab.call(scene.leader, NR_close, 0);
  return file;
};

/** The same, and enough others for RCU to give them back, which takes two switches of the CPU then. */
const freedFile = (): number => {
  const file = closedFile();
  for (let i = 1; i < RCU_BATCH; i++) lab.call(scene.leader, NR_close, lab.call(scene.leader, NR_open, '/f', 0));
  expect(lab.wrong()).toEqual([]);
  context_switch();
  context_switch();
  return file;
};

test('a word of a freed object', () => {
  lab.poke(freedFile() + 8, 0);
  expect(lab.wrong()).toEqual(['use-after-free: freed file written to in fput']);
});

test('the red zone in front of an object', () => {
  lab.poke(scene.child - slab_header.SIZE + slab_header.redzone, 0);
  expect(lab.wrong()).toEqual([expect.stringMatching(/^assert: red zone of task_struct overwritten in \w+$/)]);
});

test('the red zone behind an object', () => {
  lab.poke(scene.child + task_struct.SIZE, 0);
  expect(lab.wrong()).toEqual([expect.stringMatching(/^assert: red zone of task_struct overwritten in \w+$/)]);
});

test('the header of a freed object', () => {
  lab.poke(freedFile() - slab_header.SIZE + slab_header.state, 7);
  expect(lab.wrong()).toEqual([expect.stringMatching(/^assert: header of file overwritten in \w+$/)]);
});

test('a pointer to a freed object', () => {
  const file = closedFile();
  lab.poke(field(scene.leader, task_struct.files) + layout.files_struct.fdtab + layout.fdtable.fd, file);
  expect(lab.wrong()).toEqual(['use-after-free: files->fd points to a freed file in fput']);
});

test('a pointer to something else', () => {
  lab.poke(scene.user + task_struct.user, field(scene.user, task_struct.files));
  expect(lab.wrong()).toContain('use-after-free: task->user points to no user_struct in unknown');
});

test('a list pointer that leads out of memory ends the walk with one finding', () => {
  lab.poke(scene.leader + task_struct.tasks + list_head.next, 0x7ffffff0);
  expect(lab.wrong()).toEqual(['assert: a list or pointer leads out of memory in the task tables']);
});

test('a list that bites its own tail ends the walk with one finding', () => {
  lab.poke(scene.leader + task_struct.tasks + list_head.next, scene.leader + task_struct.tasks);
  expect(lab.wrong()).toEqual(['assert: a list or pointer leads out of memory in the task tables']);
});

test('the untouched machine is right, a freed object included', () => {
  freedFile();
  expect(lab.wrong()).toEqual([]);
});
