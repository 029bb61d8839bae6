/** The locked operations of the bus as WebAssembly functions, and loops of them that never leave it. */
import {
  atomic,
  constant,
  drop,
  encodeModule,
  get,
  loopWhile,
  notEqual,
  set,
  store,
  subtract,
  type WasmFunction,
} from './encode.ts';

/** Addresses and values are i32, as on the bus; an address outside memory traps. */
export interface Primitives {
  xadd(address: number, delta: number): number;
  xchg(address: number, value: number): number;
  cmpxchg(address: number, expected: number, value: number): number;
  fetch_or(address: number, bits: number): number;
  fetch_and(address: number, bits: number): number;
  /** So many xadd of 1. */
  xaddLoop(address: number, turns: number): void;
  /** So many times the i386 byte lock: locked decrement until it was 1, plain store of 1. */
  spinLoop(lock: number, turns: number): void;
}

const countDown = (counter: number, body: readonly number[]): number[] =>
  loopWhile(body, [...get(counter), ...constant(1), subtract, ...set(counter), ...get(counter)]);

const binary = (name: string, operation: readonly number[]): WasmFunction => ({
  name,
  parameters: 2,
  returns: true,
  body: [...get(0), ...get(1), ...operation],
});

const functions: readonly WasmFunction[] = [
  binary('xadd', atomic.add),
  binary('xchg', atomic.exchange),
  {
    name: 'cmpxchg',
    parameters: 3,
    returns: true,
    body: [...get(0), ...get(1), ...get(2), ...atomic.compareExchange],
  },
  binary('fetch_or', atomic.or),
  binary('fetch_and', atomic.and),
  {
    name: 'xaddLoop',
    parameters: 2,
    returns: false,
    body: countDown(1, [...get(0), ...constant(1), ...atomic.add, drop]),
  },
  {
    name: 'spinLoop',
    parameters: 2,
    returns: false,
    body: countDown(1, [
      ...loopWhile([], [...get(0), ...constant(-1), ...atomic.add, ...constant(1), notEqual]),
      ...get(0),
      ...constant(1),
      ...store,
    ]),
  },
];

const PAGE_BYTES = 65_536;

/** The memories of this thread by their buffers; another thread must be sent the memory itself. */
export const memories = new WeakMap<SharedArrayBuffer, WebAssembly.Memory>();

/** A new shared memory of at least so many bytes; its buffer is a SharedArrayBuffer. */
export function sharedMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  memories.set(memory.buffer, memory);
  return memory;
}

export function primitivesOver(memory: WebAssembly.Memory): Primitives {
  const module = new WebAssembly.Module(encodeModule(functions, memory.buffer.byteLength / PAGE_BYTES));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Primitives;
}
