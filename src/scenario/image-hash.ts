/** Which program an image is: two images with the same hash run the same and are judged the same. */
import { createHash } from 'node:crypto';
import type { ProgramImage } from './image.ts';

/** 32 hexadecimal digits over the text, what it was assembled to, and the kernel it is for. */
export function programHash({ source, profile, code, rodata, always, tasks }: ProgramImage): string {
  const hash = createHash('sha256');
  for (const part of [source, profile, JSON.stringify([always, tasks])]) hash.update(`${part.length}:${part}`);
  for (const words of [code, rodata]) {
    hash.update(`${words.byteLength}:`).update(new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}
