/** What is used here of the engine's WebAssembly; the library for Node has no types of it. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  interface Module {}
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  type Import = Memory | number | ((...words: number[]) => number);
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Import>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
