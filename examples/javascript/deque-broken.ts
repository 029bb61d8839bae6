/** An owner that does not ask whether a thief was there first: the last task is taken twice. */
import { Deque } from './deque.ts';

class Greedy extends Deque {
  protected override takeLast(): boolean {
    return true;
  }
}

interface Shared {
  readonly memory: SharedArrayBuffer;
  /** Who got which tasks: a list each. */
  readonly popped: number[];
  readonly stolen: number[];
}

export const setup = (): Shared => ({ memory: new SharedArrayBuffer(16), popped: [], stolen: [] });

export const agents = [
  function owner({ memory, popped }: Shared): void {
    const deque = new Greedy(memory);
    deque.push(1);
    deque.push(2);
    popped.push(deque.pop(), deque.pop());
  },
  function thief({ memory, stolen }: Shared): void {
    stolen.push(new Greedy(memory).steal());
  },
];

export function finished({ popped, stolen }: Shared): boolean | string {
  const taken = [...popped, ...stolen];
  const tasks = taken.filter((task) => task !== 0).sort();
  return tasks.join() === '1,2' || `taken: ${taken.join(', ')}`;
}
