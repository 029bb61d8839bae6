/** An owner that does not ask whether a thief was there first: the last task is taken twice. */
import { Deque } from './deque.ts';

class Greedy extends Deque {
  protected override takeLast(): boolean {
    return true;
  }
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly taken: number[];
}

export const setup = (): Shared => ({ memory: new SharedArrayBuffer(16), taken: [] });

export const agents = [
  function owner({ memory, taken }: Shared): void {
    const deque = new Greedy(memory);
    deque.push(1);
    deque.push(2);
    taken.push(deque.pop(), deque.pop());
  },
  function thief({ memory, taken }: Shared): void {
    taken.push(new Greedy(memory).steal());
  },
];

export function finished({ taken }: Shared): boolean | string {
  const tasks = taken.filter((task) => task !== 0).sort();
  return tasks.join() === '1,2' || `taken: ${taken.join(', ')}`;
}
