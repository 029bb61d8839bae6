/**
 * WebAssembly: what its code does to memory nobody sees, so no instance comes to shared memory. A memory may still serve
 * as a buffer; when it grows it is another buffer over the same bytes, which would be two places for one.
 */
import { JavascriptError } from '../error.ts';
import type { Running } from '../operation.ts';
import { sites } from '../sites.ts';
import type { Call } from './call.ts';
import { placeOf } from './places.ts';

export function noGrowing({ self, site }: Call): Running | undefined {
  if (isSharedMemory(self))
    throw refusal(
      'shared WebAssembly.Memory that grows',
      'the same bytes in another buffer; give it its size at once',
      site,
    );
  return undefined;
}

/** `new WebAssembly.Memory(...)`: a shared one has its place from the beginning. */
export function makeMemory(make: () => unknown): unknown {
  const made = make();
  if (isSharedMemory(made)) placeOf(made.buffer as unknown as SharedArrayBuffer);
  return made;
}

/** `new WebAssembly.Instance(module, imports)` */
export function makeInstance(make: () => unknown, [, imports]: readonly unknown[], site: number): unknown {
  refuseAmong(importsOf(imports), site);
  const made = make() as WebAssembly.Instance;
  refuseAmong(Object.values(made.exports), site);
  return made;
}

/** WebAssembly.instantiate(module, imports) */
export function instantiate({ args, site }: Call): Running | undefined {
  refuseAmong(importsOf(args[1]), site);
  return undefined;
}

const importsOf = (imports: unknown): unknown[] =>
  Object.values(Object(imports) as object).flatMap((one) => Object.values(Object(one) as object) as unknown[]);

function refuseAmong(values: readonly unknown[], site: number): void {
  if (!values.some(isSharedMemory)) return;
  throw refusal('WebAssembly code over shared memory', NOT_SEEN, site);
}

const NOT_SEEN = 'what its code does to memory is not seen; explore its JavaScript with a stub in place of it';

function isSharedMemory(value: unknown): value is WebAssembly.Memory {
  return value instanceof WebAssembly.Memory && (value.buffer as unknown) instanceof SharedArrayBuffer;
}

function refusal(what: string, why: string, site: number): JavascriptError {
  const at = sites.get(site);
  return new JavascriptError(
    at?.file ?? 'somewhere',
    at?.line ?? 0,
    at?.column ?? 0,
    `${what} cannot be explored: ${why}`,
  );
}
