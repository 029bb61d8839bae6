/** The same with a push that publishes the index before the element is there. */
import { Ring } from './ring.ts';

class Hasty extends Ring {
  override push(value: number): boolean {
    const tail = Atomics.load(this.index, Ring.TAIL);
    if (tail - Atomics.load(this.index, Ring.HEAD) === this.slots.length) return false;
    Atomics.store(this.index, Ring.TAIL, tail + 1);
    this.slots[tail % this.slots.length] = value;
    return true;
  }
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly got: number[];
}

export function setup(): Shared {
  return { memory: new SharedArrayBuffer(Ring.bytes(2)), got: [] };
}

export const agents = [
  function producer({ memory }: Shared): void {
    new Hasty(memory, 2).push(7);
  },
  function consumer({ memory, got }: Shared): void {
    const value = new Hasty(memory, 2).pop();
    if (value !== undefined) got.push(value);
  },
];

export function finished({ got }: Shared): boolean | string {
  return got.every((value) => value === 7) || `got ${got.join(', ')}`;
}
