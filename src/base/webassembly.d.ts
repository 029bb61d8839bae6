/** What is used here of the engine's WebAssembly; the library for Node has no types of it. */
declare namespace WebAssembly {
  class Memory<Buffer extends ArrayBufferLike = SharedArrayBuffer> {
    constructor(
      descriptor: Buffer extends SharedArrayBuffer
        ? { initial: number; maximum: number; shared: true }
        : { initial: number },
    );
    readonly buffer: Buffer;
    /** By so many pages; the buffer is another one then. */
    grow(pages: number): number;
  }
  class RuntimeError extends Error {}
  interface Module {}
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  type Import = { readonly buffer: ArrayBufferLike } | number | ((...words: number[]) => number);
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Import>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
