/** sfc32, as in base/random.ts. */
import { at, put } from './memory.ts';
import { RANDOM, SEED } from './places.ts';

/** Becomes what a new one of the seed would be, for a stream. */
export function restart(stream: number): void {
  put(RANDOM, at(SEED));
  put(RANDOM + 4, 0x9e3779b9 | 0);
  put(RANDOM + 8, 0x243f6a88 ^ stream);
  put(RANDOM + 12, 1);
  for (let i = 0; i < 12; i++) draw();
}

/** 32 bits. */
export function draw(): number {
  const a = at(RANDOM);
  const b = at(RANDOM + 4);
  const c = at(RANDOM + 8);
  const counter = at(RANDOM + 12);
  const sum = (((a + b) | 0) + counter) | 0;
  put(RANDOM, b ^ (b >>> 9));
  put(RANDOM + 4, (c + (c << 3)) | 0);
  put(RANDOM + 8, (((c << 21) | (c >>> 11)) + sum) | 0);
  put(RANDOM + 12, (counter + 1) | 0);
  return sum;
}

/** 0 to n - 1. */
export function below(n: number): number {
  return Math.floor(((draw() >>> 0) / 0x1_0000_0000) * n);
}
