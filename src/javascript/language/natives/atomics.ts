/** Atomics: operations of their own. */
import { ATOMIC_NAMES } from '../../atomic-names.ts';
import { asOperation } from '../flow.ts';
import { memory } from '../memory.ts';
import { type Callable, stampHandler, stampPure } from '../stamps.ts';

for (const name of ATOMIC_NAMES) {
  const f = Reflect.get(Atomics, name) as Callable | undefined;
  if (f !== undefined) stampHandler(f, (_self, args, site) => asOperation(memory.current.atomic(name, args, site)));
}
stampPure(Atomics.isLockFree);
