/** Methods of typed arrays as the engine has them, before others stand in their place (language/natives/coerced.ts). */
const typed = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
type Method = (this: unknown, ...args: unknown[]) => unknown;
const { toString, toLocaleString, values } = typed as unknown as Record<string, Method>;

export const viewMethods = { toString, toLocaleString, values } as {
  readonly [name in 'toString' | 'toLocaleString' | 'values']: Method;
};
