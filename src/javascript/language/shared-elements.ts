/** Iteration of a view of shared memory: each element is read when its turn comes. */
import type { Running } from '../operation.ts';
import { languageFunction } from './internal.ts';
import { memory } from './memory.ts';
import { createObject, iteratorPrototype } from './primordials.ts';
import type { Opened } from './opened.ts';

type Kind = 'values' | 'keys' | 'entries';

export function sharedElements(view: Uint8Array, site: number, kind: Kind = 'values'): Opened {
  let at = 0;
  const follows = memory.current.isShared(view, 'length');
  const next = languageFunction('next', 0, function* (): Running {
    // How many there are others may change: it is asked where it would end.
    if (at >= view.length && at < Infinity && follows) yield memory.current.read(view, 'length', site);
    if (at >= view.length) {
      at = Infinity;
      return { value: undefined, done: true };
    }
    const index = at++;
    if (kind === 'keys') return { value: index, done: false };
    const value = yield memory.current.read(view, index, site);
    return { value: kind === 'values' ? value : [index, value], done: false };
  });
  const it = createObject(iteratorPrototype) as object;
  Object.defineProperty(it, 'next', { value: next, writable: true, configurable: true });
  return { it, next };
}
