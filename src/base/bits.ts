/** Sets of CPUs as bits of a number. */

/** Index of the lowest bit of a mask that has any. */
export function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

/** Index of the n-th lowest bit of a mask that has more than n. */
export function nthBit(mask: number, n: number): number {
  if (mask >>> 0 < SMALL) return NTH[mask * 8 + n] as number;
  return nthBitSlow(mask, n);
}

function nthBitSlow(mask: number, n: number): number {
  let rest = mask;
  for (let i = 0; i < n; i++) rest &= rest - 1;
  return lowestBit(rest);
}

/** Number of bits set. */
export function bitCount(mask: number): number {
  return mask >>> 0 < SMALL ? (COUNTS[mask] as number) : bitCountSlow(mask);
}

function bitCountSlow(mask: number): number {
  let v = mask - ((mask >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Masks of up to 8 CPUs are looked up: loops over bits cost more than the step they choose. */
const SMALL = 256;
const COUNTS = new Uint8Array(SMALL);
const NTH = new Uint8Array(SMALL * 8);
for (let mask = 0; mask < SMALL; mask++) {
  for (let bit = 0; bit < 8; bit++) {
    if ((mask & (1 << bit)) !== 0) NTH[mask * 8 + (COUNTS[mask] as number)++] = bit;
  }
}
