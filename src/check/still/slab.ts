/** C14: red zones of every object and the poison of every free one are intact; C15: what is in use is reachable. */
import { POISON } from '../../machine/atomic.ts';
import { cacheObjectSize } from '../../kernel/caches.ts';
import { slab_header } from '../../kernel/layout.ts';
import { OBJECT_FREE, REDZONE } from '../../kernel/slab.ts';
import type { Census } from './census.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { cacheName, provenance, slabObjects } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

/** Offset of the first word of a free object that is not poison, or -1. */
function damagedPoison(view: RamView, object: number, size: number): number {
  for (let at = 0; at < size; at += 4) if (view.word(object + at) !== POISON) return at;
  return -1;
}

/** Objects with a broken header or red zone, and freed ones that were written to. */
export function checkSlabs(view: RamView): Finding[] {
  const found: Finding[] = [];
  for (const { address, cache, inUse } of slabObjects(view)) {
    const header = address - slab_header.SIZE;
    const size = cacheObjectSize(cache);
    const name = cacheName(cache);
    const state = view.word(header + slab_header.state);
    if (view.word(header + slab_header.redzone) !== REDZONE || view.word(address + size) !== REDZONE) {
      found.push(blame(view, 'assert', `red zone of ${name} overwritten`, address, 'alloc', []));
    } else if (!inUse && state !== OBJECT_FREE) {
      found.push(blame(view, 'assert', `header of ${name} overwritten`, address, 'alloc', []));
    } else if (!inUse) {
      const at = damagedPoison(view, address, size);
      const details = [`byte ${at} holds 0x${(view.word(address + Math.max(at, 0)) >>> 0).toString(16)}`];
      if (at >= 0) found.push(blame(view, 'use-after-free', `freed ${name} written to`, address, 'free', details));
    }
  }
  return found;
}

/** Objects in use that nothing refers to. Needs every CPU outside system calls. */
export function checkLeaks(census: Census): Finding[] {
  const found: Finding[] = [];
  for (const { address, cache, inUse } of slabObjects(census.view)) {
    if (inUse && !census.references.has(address)) {
      found.push(blame(census.view, 'leak', `${cacheName(cache)} that nothing refers to`, address, 'alloc', []));
    }
  }
  return found;
}

function blame(
  view: RamView,
  kind: Finding['kind'],
  what: string,
  object: number,
  whom: 'alloc' | 'free',
  details: readonly string[],
): Finding {
  const { allocSite, freeSite } = provenance(view, object);
  return finding(kind, what, site(whom === 'alloc' ? allocSite : freeSite).function, object, ...details);
}
