/** Names of pages on a thread that the world has begun with: they are there, as in the world, and starting a worker is refused. */
import type { Gate } from './gate.ts';
import { RefusedImport } from './modules.ts';

export function installPages(gate: Gate): void {
  const why = 'it starts a Worker of pages, which cannot be done on these threads: start it by node:worker_threads';
  const own = {
    self: globalThis,
    Worker: function Worker(): never {
      gate.tell({ kind: 'refused', why });
      throw new RefusedImport(why);
    },
  };
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
