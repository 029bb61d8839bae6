/** Names of the engine that hold nothing of a process: they are the same to all agents, and twins use them as they are. */
export const ENGINE_NAMES = [
  'Object',
  'Function',
  'Array',
  'Number',
  'parseFloat',
  'parseInt',
  'Infinity',
  'NaN',
  'undefined',
  'Boolean',
  'String',
  'Symbol',
  'RegExp',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'JSON',
  'Intl',
  'ArrayBuffer',
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
  'Uint8ClampedArray',
  'BigUint64Array',
  'BigInt64Array',
  'DataView',
  'Map',
  'BigInt',
  'Set',
  'WeakMap',
  'WeakSet',
  'Proxy',
  'Reflect',
  'Iterator',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'isFinite',
  'isNaN',
  'Atomics',
  'URL',
  'URLSearchParams',
  'TextEncoder',
  'TextDecoder',
  'Buffer',
  'atob',
  'btoa',
  'DOMException',
  'Blob',
  'Float16Array',
  'WebAssembly',
  'arguments',
] as const;

const engine: ReadonlySet<string> = new Set(ENGINE_NAMES);

/** The names that a twin takes from its agent: all others. It keeps those that were asked for. */
export class AgentNames extends Set<string> {
  readonly asked = new Set<string>();

  override has(name: string): boolean {
    if (engine.has(name)) return false;
    this.asked.add(name);
    return true;
  }
}

/** Names of the platform that mean the same in every execution of an agent. */
export const LASTING_NAMES: ReadonlySet<string> = new Set([
  'Promise',
  'SharedArrayBuffer',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'EventTarget',
  'Event',
  'MessageEvent',
  'CustomEvent',
  'AbortController',
  'AbortSignal',
  'MessageChannel',
  'MessagePort',
  'FinalizationRegistry',
  'WeakRef',
]);
