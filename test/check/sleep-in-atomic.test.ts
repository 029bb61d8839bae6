/** The sleep-in-atomic checker by synthetic events. */
import { beforeEach, expect, test } from 'vitest';
import { SleepInAtomic } from '../../dist/src/check/observers/sleep-in-atomic.js';
import { LOCK_MMAP_SEM } from '../../dist/src/kernel/locks.js';
import { LOCK_CLASS } from '../../dist/src/machine/cpu.js';
import { cpu_area, cpuAddress } from '../../dist/src/machine/map.js';
import { DOWN_READ, DOWN_WRITE, LOAD, SPIN_LOCK } from '../../dist/src/machine/access.js';
import { FakeWorld } from '../support/fake-world.ts';

const SEM = 0x40000;
let world: FakeWorld;
const area = (cpu: number, field: number, value: number): void => world.poke(cpuAddress(cpu) + field, value);

beforeEach(() => {
  world = new FakeWorld(new SleepInAtomic());
  world.poke(SEM + LOCK_CLASS, LOCK_MMAP_SEM);
  world.at(0, 'machine/rwsem.ts:down_read', 'f');
});

test.each([DOWN_READ, DOWN_WRITE])('a semaphore (kind %i) with a spinlock held', (kind) => {
  area(0, cpu_area.preempt_count, 1);
  world.access(0, kind, SEM);
  expect(world.findings[0]?.details.join('\n')).toContain('takes mmap_sem at');
  expect(world.titles()).toEqual(['sleep-in-atomic: semaphore taken with a spinlock held in f']);
});

test('with interrupts off', () => {
  area(0, cpu_area.irqs_on, 0);
  world.access(0, DOWN_READ, SEM);
  expect(world.titles()).toEqual(['sleep-in-atomic: semaphore taken with interrupts off in f']);
});

test('clean twin: with neither, whatever another CPU does', () => {
  area(1, cpu_area.preempt_count, 1);
  area(1, cpu_area.irqs_on, 0);
  world.access(0, DOWN_READ, SEM);
  expect(world.titles()).toEqual([]);
});

test('clean twin: a spinlock inside a spinlock', () => {
  area(0, cpu_area.preempt_count, 1);
  world.access(0, SPIN_LOCK, SEM);
  expect(world.titles()).toEqual([]);
});

test('user memory and last references, once for each place and execution', () => {
  area(0, cpu_area.preempt_count, 1);
  world.at(0, 'user_to_ram', 'get_user');
  world.access(0, LOAD, SEM);
  world.access(0, LOAD, SEM);
  world.at(0, '__mntput');
  world.access(0, LOAD, SEM);
  const titles = [
    'sleep-in-atomic: user memory used with a spinlock held in user_to_ram',
    'sleep-in-atomic: mount released with a spinlock held in __mntput',
  ];
  expect(world.titles()).toEqual(titles);
  world.begin();
  world.access(0, LOAD, SEM);
  expect(world.titles()).toEqual(titles.slice(1));
});

test('clean twin: an access elsewhere', () => {
  area(0, cpu_area.preempt_count, 1);
  world.at(0, 'mntget');
  world.access(0, LOAD, SEM);
  expect(world.titles()).toEqual([]);
});
