/** Atomics: operations of their own. */
import { asOperation } from '../flow.ts';
import { memory } from '../memory.ts';
import { type Callable, stampHandler, stampPure } from '../stamps.ts';

const NAMES = [
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'waitAsync',
  'notify',
] as const;

for (const name of NAMES) {
  const f = Reflect.get(Atomics, name) as Callable | undefined;
  if (f !== undefined) stampHandler(f, (_self, args, site) => asOperation(memory.current.atomic(name, args, site)));
}
stampPure(Atomics.isLockFree);
