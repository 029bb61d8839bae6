/** A reader that does not look at the sequence again. */
import { Seqlock } from './seqlock.ts';

class Careless extends Seqlock {
  override read(): readonly [number, number] {
    while (Atomics.load(this.words, 0) % 2 === 1);
    return [Atomics.load(this.words, 1), Atomics.load(this.words, 2)];
  }
}

interface Shared {
  readonly words: Int32Array;
  readonly seen: (readonly [number, number])[];
}

export const setup = (): Shared => ({ words: new Int32Array(new SharedArrayBuffer(12)), seen: [] });

export const agents = [
  function writer({ words }: Shared): void {
    new Careless(words).write(1, 1);
  },
  function reader({ words, seen }: Shared): void {
    seen.push(new Careless(words).read());
  },
];

export const finished = ({ seen }: Shared): boolean | string =>
  seen.every(([low, high]) => low === high) || `torn: ${seen.join(' ')}`;
