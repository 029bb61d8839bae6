/**
 * refcount: a context that is given back while a living task still points to it was counted down once too often. The
 * counts themselves are held against all referrers at the end of every execution (refcounts.ts).
 */
import { FILES_CACHE, FS_CACHE, MM_CACHE, NAMESPACE_CACHE, SIGHAND_CACHE, SIGNAL_CACHE } from '../../kernel/caches.ts';
import { task_struct } from '../../kernel/layout.ts';
import { blamed } from '../evidence/call-chain.ts';
import { finding } from '../evidence/finding.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { cacheName, objectAt } from '../evidence/objects.ts';
import { withinRam } from '../evidence/view.ts';

/** Pointer of a task to what a cache holds. */
const POINTERS: Readonly<Record<number, number>> = {
  [MM_CACHE]: task_struct.mm,
  [SIGHAND_CACHE]: task_struct.sighand,
  [SIGNAL_CACHE]: task_struct.signal,
  [FS_CACHE]: task_struct.fs,
  [FILES_CACHE]: task_struct.files,
  [NAMESPACE_CACHE]: task_struct.namespace,
};

export class RefcountRelease implements Observer {
  readonly name = 'refcount';
  #world: World | undefined;

  begin(world: World): void {
    this.#world = world;
  }

  keep(): () => void {
    const world = this.#world as World;
    return () => this.begin(world);
  }

  onCallRcu(cpu: number, head: number): void {
    const object = this.#world === undefined ? undefined : objectAt(this.#world.view, head);
    if (object !== undefined) this.onFree(cpu, object.address, object.cache);
  }

  onFree(cpu: number, object: number, cache: number): void {
    const world = this.#world;
    const field = POINTERS[cache];
    if (world === undefined || field === undefined) return;
    const holder = holderOf(world, object, field);
    if (holder === 0) return;
    const { view } = world;
    const where = blamed(world.stack(cpu));
    const pid = `pid ${view.word(holder + task_struct.pid)} points to it`;
    world.report(finding('refcount', `${cacheName(cache)} freed while a task still has it`, where, object, pid));
  }
}

/** The first task on the task list that points to an object, 0 for none. The list may be half-way through a change. */
function holderOf({ view }: World, object: number, field: number): number {
  return withinRam(() => view.tasks().find((task) => view.word(task + field) === object) ?? 0, 0);
}
