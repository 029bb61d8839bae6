/** Where objects lie in a page of a slab cache: from an address to the object, and back. */
import { cacheObjectSize, NR_CACHES } from '../../kernel/caches.ts';
import { slab_header } from '../../kernel/layout.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import { STRIDES } from '../evidence/objects.ts';

const PAGE_WORDS = PAGE_SIZE / 4;

/** For a cache, by word of a page: the number of the object whose body it is, or -1. */
function bodies(cache: number): Int8Array {
  const numbers = new Int8Array(PAGE_WORDS).fill(-1);
  const stride = STRIDES[cache] as number;
  for (let i = 0; (i + 1) * stride <= PAGE_SIZE; i++) {
    const from = (i * stride + slab_header.SIZE) >> 2;
    numbers.fill(i, from, from + (cacheObjectSize(cache) >> 2));
  }
  return numbers;
}

export const BODIES: readonly Int8Array[] = Array.from({ length: NR_CACHES }, (_, cache) => bodies(cache));

/** Number within its page of the object of a cache at an address, header included. */
export const numberAt = (address: number, cache: number): number =>
  Math.floor((address & (PAGE_SIZE - 1)) / (STRIDES[cache] as number));

/** Address of that object. */
export const objectOf = (address: number, cache: number): number =>
  (address & -PAGE_SIZE) + numberAt(address, cache) * (STRIDES[cache] as number) + slab_header.SIZE;
