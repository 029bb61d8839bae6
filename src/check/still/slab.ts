/** C14: red zones of every object and the poison of every free one are intact; C15: what is in use is reachable. */
import { POISON } from '../../machine/atomic.ts';
import { cacheObjectSize, NR_CACHES } from '../../kernel/caches.ts';
import { slab_header } from '../../kernel/layout.ts';
import { OBJECT_FREE, REDZONE } from '../../kernel/slab.ts';
import type { Census } from './census.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { cacheName, forEachObject, provenance } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

/** By cache, as a table: each struct has a shape of its own. */
const SIZES = Int32Array.from({ length: NR_CACHES }, (_, cache) => cacheObjectSize(cache));

/** Offset of the first word of a free object that is not poison, or -1. */
function damagedPoison(view: RamView, object: number, size: number): number {
  for (let i = 0; i < size; i += 4) if (view.word(object + i) !== POISON) return i;
  return -1;
}

/** Objects with a broken header or red zone, and freed ones that were written to. */
export function checkSlabs(view: RamView): Finding[] {
  const found: Finding[] = [];
  forEachObject(view, (address, cache, inUse) => {
    const header = address - slab_header.SIZE;
    const size = SIZES[cache] as number;
    if (view.word(header + slab_header.redzone) !== REDZONE || view.word(address + size) !== REDZONE) {
      found.push(blame(view, 'assert', `red zone of ${cacheName(cache)} overwritten`, address, 'alloc', []));
    } else if (!inUse && view.word(header + slab_header.state) !== OBJECT_FREE) {
      found.push(blame(view, 'assert', `header of ${cacheName(cache)} overwritten`, address, 'alloc', []));
    } else if (!inUse) {
      const at = damagedPoison(view, address, size);
      if (at < 0) return;
      const details = [`byte ${at} holds 0x${(view.word(address + at) >>> 0).toString(16)}`];
      found.push(blame(view, 'use-after-free', `freed ${cacheName(cache)} written to`, address, 'free', details));
    }
  });
  return found;
}

/** Objects in use that nothing refers to. Needs every CPU outside system calls. */
export function checkLeaks(census: Census): Finding[] {
  const found: Finding[] = [];
  forEachObject(census.view, (address, cache, inUse) => {
    if (inUse && !census.references.has(address)) {
      found.push(blame(census.view, 'leak', `${cacheName(cache)} that nothing refers to`, address, 'alloc', []));
    }
  });
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
