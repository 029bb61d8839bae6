/** The owner pushes two tasks and takes one back, a thief steals: every task is somebody's, and nobody else's. */
import { Deque } from './deque.ts';

interface Shared {
  readonly memory: SharedArrayBuffer;
  /** Who got which tasks: a list each. */
  readonly popped: number[];
  readonly stolen: number[];
}

export const setup = (): Shared => ({ memory: new SharedArrayBuffer(16), popped: [], stolen: [] });

export const agents = [
  function owner({ memory, popped }: Shared): void {
    const deque = new Deque(memory);
    deque.push(1);
    deque.push(2);
    popped.push(deque.pop(), deque.pop());
  },
  function thief({ memory, stolen }: Shared): void {
    stolen.push(new Deque(memory).steal());
  },
];

export function finished({ popped, stolen }: Shared): boolean | string {
  const taken = [...popped, ...stolen];
  const tasks = taken.filter((task) => task !== 0).sort();
  return tasks.join() === '1,2' || `taken: ${taken.join(', ')}`;
}
