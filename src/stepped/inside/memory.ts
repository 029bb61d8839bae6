/**
 * The memory that a search inside runs over (places.ts): byte addresses of whole words. Compiled, each of these is one
 * instruction, and `resume` is the compiled module itself; there is nothing that they could do here.
 */

function onlyCompiled(): never {
  throw new TypeError('the search inside runs in WebAssembly and nowhere else');
}

export function at(_address: number): number {
  return onlyCompiled();
}

export function put(_address: number, _value: number): void {
  onlyCompiled();
}

/** Lets a CPU perform its pending access and run on to the next: how it stands then (places.ts). */
export function resume(_region: number): number {
  return onlyCompiled();
}

/** The same, written where it is called. */
export function resume_here(_region: number): number {
  return onlyCompiled();
}
