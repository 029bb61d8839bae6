/** One pushes three numbers through a ring of two, the other takes what it finds: in order, and nothing else. */
import { Ring } from './ring.ts';

const CAPACITY = 2;

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly got: number[];
}

export function setup(): Shared {
  return { memory: new SharedArrayBuffer(Ring.bytes(CAPACITY)), got: [] };
}

function producer({ memory }: Shared): void {
  const ring = new Ring(memory, CAPACITY);
  for (let next = 1; next <= 3; next++) if (!ring.push(next)) return;
}

function consumer({ memory, got }: Shared): void {
  const ring = new Ring(memory, CAPACITY);
  for (let tries = 0; tries < 4; tries++) {
    const value = ring.pop();
    if (value !== undefined) got.push(value);
  }
}

export const agents = [producer, consumer];

export function finished({ got }: Shared): boolean | string {
  return got.every((value, i) => value === i + 1) || `got ${got.join(', ')}`;
}
