/**
 * use-after-free, out-of-bounds, double-free: every access to the heap has to lie in a live object. After KASAN
 * (Konovalov, Vyukov: the kernel address sanitizer), with the difference that RAM is small enough to keep the state of
 * every object exactly: a page belongs to one cache, so the place of a word in its page tells object, header and red
 * zone, and one byte for each object tells whether it is live.
 *
 * The allocator itself works on free objects, so its accesses are exempt. That is looked at only when an
 * access is bad, by the place it was made.
 */
import { isAllocator } from '../../base/file-roles.ts';
import { cacheObjectSize, cacheStride, NR_CACHES } from '../../kernel/caches.ts';
import { kernel, slab_header } from '../../kernel/layout.ts';
import { OBJECT_IN_USE } from '../../kernel/slab.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import { isWrite } from '../../machine/access-kinds.ts';
import { isBenignUse } from './benign-races.ts';
import { blamed, frameText } from '../evidence/call-chain.ts';
import { finding } from '../evidence/finding.ts';
import { addressText } from '../evidence/machine-state.ts';
import { accessName, heldLines, whoText } from '../evidence/moment.ts';
import { cacheName } from '../evidence/objects.ts';
import type { Observer, World } from '../evidence/observer.ts';
import { PlaceFlags } from './place-flags.ts';
import { SlabHistory } from './slab-history.ts';
import { isKernelMachine, variableName } from '../evidence/variable.ts';

/** Room for the objects of one page: the smallest takes a cache line. */
const PAGE_OBJECTS = PAGE_SIZE / 64;
const PAGE_WORDS = PAGE_SIZE / 4;
/** A page that the page allocator has not given to any cache, and one outside the heap. */
const NO_SLAB = 254;
const NO_HEAP = 255;

/** For a cache, by word of a page: the number of the object whose body it is, or -1. */
function bodies(cache: number): Int8Array {
  const numbers = new Int8Array(PAGE_WORDS).fill(-1);
  const stride = cacheStride(cache);
  for (let i = 0; (i + 1) * stride <= PAGE_SIZE; i++) {
    const from = (i * stride + slab_header.SIZE) >> 2;
    numbers.fill(i, from, from + (cacheObjectSize(cache) >> 2));
  }
  return numbers;
}

const BODIES: readonly Int8Array[] = Array.from({ length: NR_CACHES }, (_, cache) => bodies(cache));

export class UseAfterFree implements Observer {
  readonly name = 'use-after-free';
  #world: World | undefined;
  /** By page: its cache, NO_SLAB or NO_HEAP. */
  #cacheOf = new Uint8Array(0);
  /** By page and object: 1 when it is live. */
  #live = new Uint8Array(0);
  readonly #history = new SlabHistory();
  readonly #exempt = new PlaceFlags((frame) => isAllocator(frame.file));

  begin(world: World): void {
    const { view } = world;
    this.#world = world;
    this.#history.clear();
    const pages = view.bytes / PAGE_SIZE;
    if (this.#cacheOf.length !== pages) {
      this.#cacheOf = new Uint8Array(pages);
      this.#live = new Uint8Array(pages * PAGE_OBJECTS);
    }
    this.#cacheOf.fill(NO_HEAP);
    if (isKernelMachine(view)) this.#readHeap(world);
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
      const stride = cacheStride(cache);
      for (let i = 0; (i + 1) * stride <= PAGE_SIZE; i++) {
        const state = words[(page * PAGE_SIZE + i * stride + slab_header.state) >> 2];
        this.#live[page * PAGE_OBJECTS + i] = state === OBJECT_IN_USE ? 1 : 0;
      }
    }
  }

  onAccess(cpu: number, kind: number, address: number, bytes: number): void {
    const page = address >>> 12;
    const cache = this.#cacheOf[page] as number;
    if (cache === NO_HEAP || cache === undefined) return;
    if (cache !== NO_SLAB) {
      const object = (BODIES[cache] as Int8Array)[(address & (PAGE_SIZE - 1)) >> 2] as number;
      if (object >= 0 && this.#live[page * PAGE_OBJECTS + object] === 1) {
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
    this.#live[this.#slot(object, cache)] = 1;
    this.#history.allocated(this.#here(), cpu, object, site);
  }

  onFree(cpu: number, object: number, cache: number, site: number): void {
    const world = this.#here();
    const slot = this.#slot(object, cache);
    const isObject = this.#cacheOf[object >>> 12] === cache && this.#startsAt(object, cache);
    if (!isObject || this.#live[slot] !== 1) {
      const what = isObject ? `${cacheName(cache)} freed twice` : `free of what is no ${cacheName(cache)}`;
      const lines = [
        `free of ${addressText(world.view, object)} by ${this.#who(cpu)}`,
        ...this.#history.lines(world.view, isObject ? object : 0),
      ];
      world.report(finding('double-free', what, blamed(world.stack(cpu)), object, ...lines, ...heldLines(world, cpu)));
      return;
    }
    this.#live[slot] = 0;
    this.#history.freed(world, cpu, object, site);
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
    const index = Math.floor((object & (PAGE_SIZE - 1)) / cacheStride(cache));
    return (object >>> 12) * PAGE_OBJECTS + index;
  }

  #startsAt(object: number, cache: number): boolean {
    return ((object & (PAGE_SIZE - 1)) - slab_header.SIZE) % cacheStride(cache) === 0;
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
    const stride = cacheStride(cache);
    const size = cacheObjectSize(cache);
    const name = cacheName(cache);
    const index = Math.floor((address & (PAGE_SIZE - 1)) / stride);
    const object = page * PAGE_SIZE + index * stride + slab_header.SIZE;
    const offset = address - object;
    const live = this.#live[page * PAGE_OBJECTS + index] === 1;
    if (offset >= 0 && offset < size && !live) {
      return { what: `freed ${name}`, object, lines: [`  ${offset} bytes inside ${name} of ${size} bytes`] };
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
