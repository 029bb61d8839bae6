/**
 * sleep-in-atomic: a place where Linux may sleep, reached with a spinlock held (the preempt count is not zero) or with
 * interrupts off. The model's own might_sleep() stands in the allocator, in copies from and to user memory, and in mmput,
 * and tells of itself; here are the places that have none: semaphores, the walk of a user's page table, and the last
 * reference to what takes others down with it. What sleeps in this model only in Linux is reported all the same.
 */
import { cpu_area, cpuAddress } from '../../machine/map.ts';
import { isSleepingLock } from '../../machine/access-kinds.ts';
import { ASKS_SLEEPERS, IS_SLEEPER } from '../compiled/places.ts';
import { blamed, type Frame } from '../evidence/call-chain.ts';
import { finding } from '../evidence/finding.ts';
import { lockText } from '../evidence/machine-state.ts';
import { heldLines, stackLines, whoText } from '../evidence/moment.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { PlaceFlags } from './place-flags.ts';
import { isKernelMachine } from '../evidence/variable.ts';

/** Functions whose own accesses come after the point where they may sleep, and what they do there. */
const SLEEPERS: ReadonlyMap<string, string> = new Map([
  ['user_to_ram', 'user memory used'],
  ['fput', 'file closed'],
  ['put_files_struct', 'descriptors closed'],
  ['free_fs_struct', 'fs part released'],
  ['__mntput', 'mount released'],
  ['dput', 'name released'],
  ['kill_tree', 'superblock released'],
]);

const maySleep = (frame: Frame): boolean => SLEEPERS.has(frame.function);

export class SleepInAtomic implements Observer {
  readonly name = 'sleep-in-atomic';
  readonly compiled = { asks: ASKS_SLEEPERS, places: [{ flag: IS_SLEEPER, test: maySleep }] };
  #world: World | undefined;
  #hasKernel = false;
  #words: Int32Array = new Int32Array(0);
  /** Places that were reported in this execution. */
  readonly #reported = new Set<number>();
  readonly #sleeps = new PlaceFlags(maySleep);

  begin(world: World): void {
    this.#world = world;
    this.#hasKernel = isKernelMachine(world.view);
    this.#words = world.view.words;
    this.#reported.clear();
  }

  keep(): () => void {
    const world = this.#world as World;
    const reported = [...this.#reported];
    return () => {
      this.begin(world);
      for (const place of reported) this.#reported.add(place);
    };
  }

  onAccess(cpu: number, kind: number, address: number): void {
    const area = cpuAddress(cpu);
    const locked = this.#words[(area + cpu_area.preempt_count) >> 2] !== 0;
    if (!locked && (!this.#hasKernel || this.#words[(area + cpu_area.irqs_on) >> 2] !== 0)) return;
    const world = this.#world;
    if (world === undefined) throw new Error('sleep-in-atomic: an event before begin()');
    if (isSleepingLock(kind)) {
      this.#report(world, cpu, locked, 'semaphore taken', [`takes ${lockText(world.view, address)}`]);
    } else if (this.#hasKernel && this.#sleeps.has(world, world.place(cpu))) {
      this.#report(world, cpu, locked, SLEEPERS.get(world.frame(world.place(cpu)).function) ?? '', []);
    }
  }

  #report(world: World, cpu: number, locked: boolean, what: string, more: readonly string[]): void {
    const place = world.place(cpu);
    if (this.#reported.has(place)) return;
    this.#reported.add(place);
    const stack = world.stack(cpu);
    const state = locked ? 'with a spinlock held' : 'with interrupts off';
    const who = whoText(world, cpu, world.task(cpu), world.step);
    const lines = [who, ...more, ...heldLines(world, cpu), ...stackLines(stack)];
    world.report(finding('sleep-in-atomic', `${what} ${state}`, blamed(stack), 0, ...lines));
  }
}
