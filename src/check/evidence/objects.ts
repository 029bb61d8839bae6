/** Slab objects as a reader outside sees them: which there are, and who allocated and freed each. */
import { PAGE_SIZE } from '../../machine/limits.ts';
import { structInfo } from '../../machine/struct.ts';
import { cacheStride, cacheStructs, NR_CACHES } from '../../kernel/caches.ts';
import { kernel, slab_header } from '../../kernel/layout.ts';
import { OBJECT_IN_USE } from '../../kernel/slab.ts';
import type { RamView } from './view.ts';

export interface SlabObject {
  readonly address: number;
  readonly cache: number;
  readonly inUse: boolean;
}

/** Name of the struct that a cache holds. */
export function cacheName(cache: number): string {
  const table = cacheStructs[cache];
  return table === undefined ? `cache ${cache}` : structInfo(table).name;
}

/** The cache whose slab a page is, or -1. */
function cacheOfPage(view: RamView, page: number): number {
  const cache = view.word(kernel.page_cache + 4 * (page / PAGE_SIZE)) - 1;
  return cache < NR_CACHES ? cache : -1;
}

/** Every object of every slab, in address order. */
export function* slabObjects(view: RamView): Generator<SlabObject> {
  const end = view.word(kernel.heap_next);
  for (let page = view.word(kernel.heap_start); page < end; page += PAGE_SIZE) {
    const cache = cacheOfPage(view, page);
    if (cache < 0) continue;
    const stride = cacheStride(cache);
    for (let at = page; at + stride <= page + PAGE_SIZE; at += stride) {
      const inUse = view.word(at + slab_header.state) === OBJECT_IN_USE;
      yield { address: at + slab_header.SIZE, cache, inUse };
    }
  }
}

/** The object that an address lies in or beside, or undefined for an address that is in no slab. */
export function objectAt(view: RamView, address: number): SlabObject | undefined {
  if (address < view.word(kernel.heap_start) || address >= view.word(kernel.heap_next)) return undefined;
  const page = address & ~(PAGE_SIZE - 1);
  const cache = cacheOfPage(view, page);
  if (cache < 0) return undefined;
  const index = Math.floor((address - page) / cacheStride(cache));
  const at = page + index * cacheStride(cache);
  if (at + cacheStride(cache) > page + PAGE_SIZE) return undefined;
  const inUse = view.word(at + slab_header.state) === OBJECT_IN_USE;
  return { address: at + slab_header.SIZE, cache, inUse };
}

/** Who allocated an object and who freed it last: place numbers and pids. */
export function provenance(view: RamView, object: number) {
  const header = object - slab_header.SIZE;
  return {
    allocSite: view.word(header + slab_header.alloc_ip),
    allocPid: view.word(header + slab_header.alloc_pid),
    freeSite: view.word(header + slab_header.free_ip),
    freePid: view.word(header + slab_header.free_pid),
  };
}
