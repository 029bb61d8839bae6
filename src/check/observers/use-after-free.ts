/**
 * use-after-free, out-of-bounds, double-free: every access to the heap has to lie in a live object. After KASAN
 * (Konovalov, Vyukov: the kernel address sanitizer), with the difference that RAM is small enough to keep the state of
 * every object exactly: a page belongs to one cache, so the place of a word in its page tells object, header and red
 * zone, and one byte for each object tells whether it is live.
 *
 * What waits for RCU is free already but for readers that were there before (read-sections.ts), and may not be given back
 * while one of them is.
 *
 * The allocator itself works on free objects, so its accesses are exempt. That is looked at only when an
 * access is bad, by the place it was made.
 */
import { isAllocator } from '../../base/file-roles.ts';
import { cacheObjectSize, NR_CACHES } from '../../kernel/caches.ts';
import { kernel, slab_header, task_struct } from '../../kernel/layout.ts';
import { OBJECT_IN_USE } from '../../kernel/slab.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import { isWrite } from '../../machine/access-kinds.ts';
import { isBenignUse } from './benign-races.ts';
import {
  ASKS_HEAP,
  CACHE_OF,
  FREE,
  HELD_BY_RCU,
  IS_ALLOCATOR,
  LIVE,
  LIVES,
  NO_HEAP,
  NO_SLAB,
  PAGE_OBJECTS,
  WAITING,
} from '../compiled/places.ts';
import { isPut } from '../evidence/callbacks.ts';
import { blamed, type Frame, frameText } from '../evidence/call-chain.ts';
import { finding } from '../evidence/finding.ts';
import { addressText } from '../evidence/machine-state.ts';
import { accessName, heldLines, stackLines, whoText } from '../evidence/moment.ts';
import { cacheName, STRIDES } from '../evidence/objects.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { OwnStorage, type Storage } from '../evidence/storage.ts';
import { PlaceFlags } from './place-flags.ts';
import { ReadSections } from './read-sections.ts';
import { SlabHistory } from './slab-history.ts';
import { BODIES, numberAt, objectOf } from './slab-places.ts';
import { isKernelMachine, variableName } from '../evidence/variable.ts';

const isExempt = (frame: Frame): boolean => isAllocator(frame.file);

export class UseAfterFree implements Observer {
  readonly name = 'use-after-free';
  readonly compiled = { asks: ASKS_HEAP, places: [{ flag: IS_ALLOCATOR, test: isExempt }] };
  #world: World | undefined;
  #hasKernel = false;
  #storage: Storage | undefined;
  /** By page: its cache, NO_SLAB or NO_HEAP. */
  #cacheOf: Int32Array = new Int32Array(0);
  /** By page and object: FREE, LIVE, WAITING or HELD_BY_RCU. */
  #live: Int32Array = new Int32Array(0);
  readonly #history = new SlabHistory();
  readonly #sections = new ReadSections();
  readonly #exempt = new PlaceFlags(isExempt);

  begin(world: World): void {
    const { view } = world;
    this.#world = world;
    this.#history.clear(view.bytes);
    const pages = view.bytes / PAGE_SIZE;
    if (this.#cacheOf.length !== pages || (world.storage !== undefined && world.storage !== this.#storage)) {
      this.#storage = world.storage ?? new OwnStorage();
      this.#cacheOf = this.#storage.words(CACHE_OF, pages);
      this.#live = this.#storage.words(LIVES, pages * PAGE_OBJECTS);
    }
    this.#sections.begin(view.words, world.cpus, this.#storage as Storage);
    this.#cacheOf.fill(NO_HEAP);
    this.#hasKernel = isKernelMachine(view);
    if (this.#hasKernel) this.#readHeap(world);
  }

  keep(): () => void {
    const [world, cacheOf, live] = [this.#world, this.#cacheOf.slice(), this.#live.slice()];
    const parts = [this.#history.keep(), this.#sections.keep()];
    return () => {
      this.#world = world;
      this.#cacheOf.set(cacheOf);
      this.#live.set(live);
      for (const back of parts) back();
    };
  }

  /** The objects in use in RAM as it stands. */
  #readHeap({ view }: World): void {
    const { words } = view;
    const first = view.word(kernel.heap_start) / PAGE_SIZE;
    const end = view.word(kernel.heap_next) / PAGE_SIZE;
    this.#cacheOf.fill(NO_SLAB, first, Math.max(end, view.word(kernel.heap_end) / PAGE_SIZE));
    for (let page = first; page < end; page++) {
      const cache = (words[(kernel.page_cache >> 2) + page] as number) - 1;
      if (cache < 0 || cache >= NR_CACHES) continue;
      this.#cacheOf[page] = cache;
      const stride = STRIDES[cache] as number;
      for (let i = 0; (i + 1) * stride <= PAGE_SIZE; i++) {
        const state = words[(page * PAGE_SIZE + i * stride + slab_header.state) >> 2];
        this.#live[page * PAGE_OBJECTS + i] = state === OBJECT_IN_USE ? LIVE : FREE;
      }
    }
  }

  onAccess(cpu: number, kind: number, address: number, bytes: number): void {
    if (this.#hasKernel) this.#sections.at(cpu, this.#here().step);
    const page = address >>> 12;
    const cache = this.#cacheOf[page] as number;
    if (cache === NO_HEAP || cache === undefined) return;
    if (cache !== NO_SLAB) {
      const object = (BODIES[cache] as Int8Array)[(address & (PAGE_SIZE - 1)) >> 2] as number;
      const state = object < 0 ? FREE : this.#live[page * PAGE_OBJECTS + object];
      if (state === LIVE || (state !== FREE && this.#mayUse(cpu, objectOf(address, cache), state as number))) {
        if (bytes === 4) return;
        const last = (BODIES[cache] as Int8Array)[((address + bytes - 4) & (PAGE_SIZE - 1)) >> 2];
        if (last === object && (address + bytes - 4) >>> 12 === page) return;
      }
    }
    this.#judge(cpu, kind, address, bytes);
  }

  onAlloc(cpu: number, object: number, cache: number, site: number): void {
    const page = object >>> 12;
    if (this.#cacheOf[page] !== cache) {
      this.#cacheOf[page] = cache;
      this.#live.fill(0, page * PAGE_OBJECTS, (page + 1) * PAGE_OBJECTS);
    }
    this.#live[this.#slot(object, cache)] = LIVE;
    this.#history.allocated(this.#here(), cpu, object, site);
  }

  onFree(cpu: number, object: number, cache: number, site: number): void {
    const world = this.#here();
    const slot = this.#slot(object, cache);
    const isObject = this.#cacheOf[object >>> 12] === cache && objectOf(object, cache) === object;
    const wasWaiting = isObject && this.#live[slot] !== LIVE && this.#live[slot] !== FREE;
    if (!isObject || this.#live[slot] === FREE) {
      const what = isObject ? `${cacheName(cache)} freed twice` : `free of what is no ${cacheName(cache)}`;
      const lines = [
        `free of ${addressText(world.view, object)} by ${this.#who(cpu)}`,
        ...this.#history.lines(world.view, isObject ? object : 0),
      ];
      world.report(finding('double-free', what, blamed(world.stack(cpu)), object, ...lines, ...heldLines(world, cpu)));
      return;
    }
    if (wasWaiting) this.#judgeGracePeriod(cpu, object, cache);
    else this.#history.freed(world, cpu, object, site);
    this.#live[slot] = FREE;
    this.#sections.freed(object);
  }

  onCallRcu(cpu: number, head: number, site: number): void {
    const cache = this.#cacheOf[head >>> 12] as number;
    const object = objectOf(head, cache);
    const slot = this.#slot(object, cache);
    if (this.#live[slot] !== LIVE) {
      this.onFree(cpu, object, cache, site);
      return;
    }
    this.#live[slot] = isPut(this.#here().view, head) ? HELD_BY_RCU : WAITING;
    this.#sections.queued(object, this.#here().step);
    this.#history.freed(this.#here(), cpu, object, site);
  }

  /**
   * Whether a CPU may use what RCU has been given: as a reader from before, or because somebody has a reference besides the one
   * that RCU is to let go of, or it has let go.
   */
  #mayUse(cpu: number, object: number, state: number): boolean {
    if (this.#sections.mayHave(cpu, object)) return true;
    if (state !== HELD_BY_RCU) return false;
    const { view } = this.#here();
    return !isPut(view, object + task_struct.rcu) || view.word(object + task_struct.usage) > 1;
  }

  onRcuDereference(cpu: number): void {
    if (this.#sections.isInside(cpu)) return;
    const stack = this.#here().stack(cpu);
    const what = 'pointer of RCU read outside a read section';
    this.#here().report(finding('assert', what, blamed(stack), 0, this.#who(cpu), ...stackLines(stack)));
  }

  /** RCU gives an object back: nobody else may be inside a section from before it began to wait. */
  #judgeGracePeriod(cpu: number, object: number, cache: number): void {
    const world = this.#here();
    for (let other = 0; other < world.cpus; other++) {
      if (other === cpu || !this.#sections.mayHave(other, object)) continue;
      world.report(
        finding(
          'use-after-free',
          `${cacheName(cache)} given back by RCU while a reader may have it`,
          blamed(world.stack(cpu)),
          object,
          `reader: ${whoText(world, other, world.task(other), world.step)}`,
          ...stackLines(world.stack(other)),
          `given back by ${this.#who(cpu)}`,
          ...this.#history.lines(world.view, object),
        ),
      );
      return;
    }
  }

  #here(): World {
    if (this.#world === undefined) throw new Error('use-after-free: an event before begin()');
    return this.#world;
  }

  #who(cpu: number): string {
    const world = this.#here();
    return whoText(world, cpu, world.task(cpu), world.step);
  }

  #slot(object: number, cache: number): number {
    return (object >>> 12) * PAGE_OBJECTS + numberAt(object, cache);
  }

  /** An access that is not inside one live object: wrong unless it is the allocator's. */
  #judge(cpu: number, kind: number, address: number, bytes: number): void {
    const world = this.#here();
    if (this.#exempt.has(world, world.place(cpu))) return;
    const stack = world.stack(cpu);
    if (!isWrite(kind) && isBenignUse(variableName(world.view, address), stack)) return;
    const { what, object, lines } = this.#describe(address, bytes);
    const access = isWrite(kind) ? 'write to' : 'read of';
    const at = stack[0] === undefined ? 'unknown' : frameText(stack[0]);
    world.report(
      finding(
        'use-after-free',
        `${access} ${what}`,
        blamed(stack),
        address,
        `${accessName(kind)} of ${bytes} bytes at ${addressText(world.view, address)} by ${this.#who(cpu)}`,
        `  in ${at}`,
        ...heldLines(world, cpu),
        ...lines,
        ...this.#history.lines(world.view, object),
      ),
    );
  }

  /** What an address is that no live object holds: for the title, and in numbers. */
  #describe(address: number, bytes: number): { what: string; object: number; lines: string[] } {
    const page = address >>> 12;
    const cache = this.#cacheOf[page] as number;
    if (cache === NO_SLAB) return { what: 'unallocated memory', object: 0, lines: [] };
    const size = cacheObjectSize(cache);
    const name = cacheName(cache);
    const object = objectOf(address, cache);
    const offset = address - object;
    const live = this.#live[this.#slot(object, cache)] === LIVE;
    if (offset >= 0 && offset < size && !live) {
      const lines = [`  ${offset} bytes inside ${name} of ${size} bytes`];
      if (this.#sections.since(object) !== undefined) lines.push('  it waits for RCU, for readers from before only');
      return { what: `freed ${name}`, object, lines };
    }
    const where =
      offset < 0
        ? `${-offset} bytes before`
        : offset >= size
          ? `${offset - size} bytes behind`
          : `${offset + bytes - size} bytes beyond the end of`;
    return { what: `memory outside ${name}`, object, lines: [`  ${where} ${name} of ${size} bytes`] };
  }
}
