/** What runs the compiled kernel on real threads: WebAssembly, or the modules as they stand, which are the reference. */

export const engines = ['wasm', 'js'] as const;
export type Engine = (typeof engines)[number];

/** Whether this host has memory that threads share and WebAssembly works on. */
export function hasWasm(): boolean {
  return typeof WebAssembly === 'object' && sharedMemory(1) !== undefined;
}

/** The engine that is used where nobody asks for another. */
export const defaultEngine = (): Engine => (hasWasm() ? 'wasm' : 'js');

const PAGE = 65_536;

/** WebAssembly's memory, in words that need no types of WebAssembly where the package is used. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Memory of WebAssembly by the buffer it shows, which is what everything but the compiled kernel works on. */
const memories = new WeakMap<SharedArrayBuffer, WasmMemory>();

function sharedMemory(bytes: number, room = 0): WasmMemory | undefined {
  const pages = Math.ceil(bytes / PAGE);
  const most = Math.ceil((bytes + room) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: most, shared: true });
  return memory.buffer instanceof SharedArrayBuffer ? memory : undefined;
}

/**
 * Memory that threads share, for an engine: all 0, in whole pages of WebAssembly where that is the engine. That can be extended
 * by `room` bytes.
 */
export function allocate(bytes: number, engine: Engine, room = 0): SharedArrayBuffer {
  if (engine === 'js') return new SharedArrayBuffer(bytes);
  const memory = sharedMemory(bytes, room);
  if (memory === undefined)
    throw new RangeError('this host has no shared memory for WebAssembly: --engine js needs none');
  const { buffer } = memory;
  memories.set(buffer, memory);
  return buffer;
}

/** Adds so many bytes of zeros behind a memory of WebAssembly: where they begin, and the buffer that shows all of it. */
export function extend(memory: WasmMemory, bytes: number): { readonly at: number; readonly buffer: SharedArrayBuffer } {
  const { grow } = memory as unknown as { grow(pages: number): number };
  const pages = grow.call(memory, Math.ceil(bytes / PAGE));
  return { at: pages * PAGE, buffer: memory.buffer };
}

/** The memory of WebAssembly that a buffer shows; undefined for one made for the other engine. */
export const wasmMemoryOf = (buffer: SharedArrayBuffer): WasmMemory | undefined => memories.get(buffer);
