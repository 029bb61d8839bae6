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

/** By cache: from one object to the next. As a table, because each struct has a shape of its own. */
export const STRIDES = Int32Array.from({ length: NR_CACHES }, (_, cache) => cacheStride(cache));

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

/** Calls for every object of every slab, in address order. */
export function forEachObject(view: RamView, visit: (address: number, cache: number, inUse: boolean) => void): void {
  const end = view.word(kernel.heap_next);
  for (let page = view.word(kernel.heap_start); page < end; page += PAGE_SIZE) {
    const cache = cacheOfPage(view, page);
    if (cache < 0) continue;
    const stride = STRIDES[cache] as number;
    for (let at = page; at + stride <= page + PAGE_SIZE; at += stride) {
      visit(at + slab_header.SIZE, cache, view.word(at + slab_header.state) === OBJECT_IN_USE);
    }
  }
}

/** The cache of the object that begins at an address, or -1 where none does. */
export function cacheAt(view: RamView, address: number): number {
  if (address < view.word(kernel.heap_start) || address >= view.word(kernel.heap_next)) return -1;
  const page = address & ~(PAGE_SIZE - 1);
  const cache = cacheOfPage(view, page);
  if (cache < 0) return -1;
  const stride = STRIDES[cache] as number;
  const at = address - page - slab_header.SIZE;
  return at >= 0 && at % stride === 0 && at + stride <= PAGE_SIZE ? cache : -1;
}

/** Whether the object that begins at an address is in use. */
export const isInUse = (view: RamView, address: number): boolean =>
  view.word(address - slab_header.SIZE + slab_header.state) === OBJECT_IN_USE;

/** The object that an address lies in or beside, or undefined for an address that is in no slab. */
export function objectAt(view: RamView, address: number): SlabObject | undefined {
  if (address < view.word(kernel.heap_start) || address >= view.word(kernel.heap_next)) return undefined;
  const page = address & ~(PAGE_SIZE - 1);
  const cache = cacheOfPage(view, page);
  if (cache < 0) return undefined;
  const stride = STRIDES[cache] as number;
  const at = page + Math.floor((address - page) / stride) * stride;
  if (at + stride > page + PAGE_SIZE) return undefined;
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
