/** A pair is written, and read as a whole or not at all. */
import { Seqlock } from './seqlock.ts';

interface Shared {
  readonly words: Int32Array;
  readonly seen: (readonly [number, number])[];
}

export const setup = (): Shared => ({ words: new Int32Array(new SharedArrayBuffer(12)), seen: [] });

export const agents = [
  function writer({ words }: Shared): void {
    new Seqlock(words).write(1, 1);
  },
  function reader({ words, seen }: Shared): void {
    seen.push(new Seqlock(words).read());
  },
];

export const finished = ({ seen }: Shared): boolean | string =>
  seen.every(([low, high]) => low === high) || `torn: ${seen.join(' ')}`;
