/** The owner pushes two tasks and takes one back, a thief steals: every task is somebody's, and nobody else's. */
import { Deque } from './deque.ts';

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly taken: number[];
}

export const setup = (): Shared => ({ memory: new SharedArrayBuffer(16), taken: [] });

export const agents = [
  function owner({ memory, taken }: Shared): void {
    const deque = new Deque(memory);
    deque.push(1);
    deque.push(2);
    taken.push(deque.pop(), deque.pop());
  },
  function thief({ memory, taken }: Shared): void {
    taken.push(new Deque(memory).steal());
  },
];

export function finished({ taken }: Shared): boolean | string {
  const tasks = taken.filter((task) => task !== 0).sort();
  return tasks.join() === '1,2' || `taken: ${taken.join(', ')}`;
}
