/** Words taken as numbers without sign. No access and no step; a quotient by 0 is 0, as it is with sign. */

export function udiv(a: number, b: number): number {
  return ((a >>> 0) / (b >>> 0)) | 0;
}

export function umod(a: number, b: number): number {
  return ((a >>> 0) % (b >>> 0)) | 0;
}

/** 1 when a < b. */
export function ult(a: number, b: number): number {
  return a >>> 0 < b >>> 0 ? 1 : 0;
}

/** 1 when a <= b. */
export function ule(a: number, b: number): number {
  return a >>> 0 <= b >>> 0 ? 1 : 0;
}
