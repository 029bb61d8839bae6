/**
 * The queue for many of queue.ts, as operations. Without a model they are what they are alone: and there is an order in which
 * one that pops finds nothing, though a push has ended before it began, because another push has taken the cell in front.
 */
import { Queue } from './queue.ts';

export const setup = (): SharedArrayBuffer => Queue.make(2);

export const attach = (memory: SharedArrayBuffer): Queue => new Queue(memory, 2);

export const operations = {
  push1: (queue: Queue) => queue.push(1),
  push2: (queue: Queue) => queue.push(2),
  pop: (queue: Queue) => queue.pop(),
};
