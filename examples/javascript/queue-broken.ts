/** A cell that is published before its value is in it. */
import { Queue } from './queue.ts';

class Hasty extends Queue {
  protected override fill(cell: number, value: number, sequence: number): void {
    this.publish(cell, sequence);
    this.put(cell, value);
  }
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly got: number[];
}

export const setup = (): Shared => ({ memory: Queue.make(2), got: [] });

const pushes =
  (value: number) =>
  ({ memory }: Shared) =>
    void new Hasty(memory, 2).push(value);

export const agents = [
  pushes(1),
  pushes(2),
  function taker({ memory, got }: Shared): void {
    const queue = new Hasty(memory, 2);
    got.push(queue.pop(), queue.pop());
  },
];

export function finished({ got }: Shared): boolean | string {
  const values = got.filter((value) => value !== 0);
  return (
    (values.every((value) => value === 1 || value === 2) && new Set(values).size === values.length) ||
    `got ${got.join(', ')}`
  );
}
