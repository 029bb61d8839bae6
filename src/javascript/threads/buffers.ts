/** Buffers of shared memory on a thread: watched as views are, and so is what decodes and encodes. */
import { Buffer } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import type { Gate } from './gate.ts';
import { bare, isShared, type Views } from './views.ts';

type Native = (this: unknown, ...args: unknown[]) => unknown;

/** These look at no element, or give a view of the same memory. */
const STILL: ReadonlySet<string> = new Set(['constructor', 'subarray', 'slice', 'parent', 'offset']);
const CODING = [
  [StringDecoder.prototype, ['write', 'end']],
  [TextDecoder.prototype, ['decode']],
  [TextEncoder.prototype, ['encodeInto']],
] as const;
const STATIC = ['from', 'concat', 'compare', 'copyBytesFrom'] as const;

/** Puts forms in place of the engine's that stop at the gate in front of what comes to shared memory. */
export function installBuffers(views: Views, gate: Gate): void {
  const names = Object.getOwnPropertyNames(Buffer.prototype).filter((name) => !STILL.has(name));
  for (const [prototype, own] of [[Buffer.prototype, names] as const, ...CODING]) {
    for (const name of own) {
      const property = Object.getOwnPropertyDescriptor(prototype, name);
      if (typeof property?.value !== 'function') continue;
      const native = property.value as Native;
      const value = watching(native, gate);
      if (prototype === Buffer.prototype) views.forms.set(value, native.name);
      Object.defineProperty(prototype, name, { ...property, value });
    }
  }
  for (const name of ['subarray', 'slice'] as const) views.forms.set(Buffer.prototype[name], 'subarray');
  for (const name of STATIC) {
    const native = watching(Reflect.get(Buffer, name) as Native, gate);
    const made: Native = function (...args) {
      const value = Reflect.apply(native, this, args);
      return isShared(value) ? views.watched(value) : value;
    };
    Object.defineProperty(Buffer, name, { value: made, writable: true, enumerable: true, configurable: true });
  }
  const { isBuffer } = Buffer;
  Buffer.isBuffer = (value): value is Buffer => isBuffer(bare(value));
}

/** The same function, and a turn where it is given a view of shared memory; on one it is the view's own (views.ts). */
function watching(native: Native, gate: Gate): Native {
  const { name } = native;
  const form = {
    [name](this: unknown, ...args: unknown[]): unknown {
      const given = args.map((one) => (Array.isArray(one) ? one.map(bare) : bare(one)));
      const run = (): unknown => Reflect.apply(native, this, given);
      const reaches = !isShared(this) && given.flat().some(isShared);
      return reaches ? gate.perform(`${name}()`, run) : run();
    },
  }[name] as Native;
  return form;
}
