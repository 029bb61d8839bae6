/** Shared memory of the simplest kind, for tests of the language: one agent, no places. */
import type { Operation } from '../../dist/src/javascript/operation.js';
import { running } from '../../dist/src/javascript/agent.js';
import type { Memory } from '../../dist/src/javascript/language/memory.js';

type Elements = Record<PropertyKey, unknown>;

const isShared = (object: unknown): object is ArrayBufferView =>
  ArrayBuffer.isView(object) && object.buffer instanceof SharedArrayBuffer;

function operation(kind: Operation['kind'], site: number, perform: () => unknown): Operation {
  return { kind, site, touches: [], text: () => kind, perform };
}

export const simpleMemory: Memory = {
  isShared: (object, key) => isShared(object) && !(object instanceof DataView) && /^(?:0|[1-9]\d*)$/.test(String(key)),
  read: (object, key, site) => operation('read', site, () => (object as Elements)[key as PropertyKey]),
  write: (object, key, value, site) =>
    operation('write', site, () => {
      running.agent!.effects++;
      (object as Elements)[key as PropertyKey] = value;
      return value;
    }),
  atomic: (name, args, site) =>
    operation(name === 'load' ? 'load' : 'update', site, () => {
      const [view, index] = args as [Int32Array, number];
      const before = name.startsWith('wait') || name === 'notify' ? undefined : view[index];
      const result = (Atomics as unknown as Record<string, (...all: unknown[]) => unknown>)[name]!(...args);
      if (before !== undefined && view[index] !== before) running.agent!.effects++;
      return result;
    }),
  bulk(f, self, args, _name, site) {
    if (!isShared(self) && !args.some(isShared)) return undefined;
    if ((f as unknown) === Uint8Array.prototype.subarray) return undefined;
    return (function* () {
      return yield operation('bulk', site, () => Reflect.apply(f, self, args));
    })();
  },
  bulkNew(f, args, newTarget, site) {
    if (!args.some(isShared)) return undefined;
    return (function* () {
      return yield operation('bulk', site, () => Reflect.construct(f, args, newTarget));
    })();
  },
};
