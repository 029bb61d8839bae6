/**
 * Sorting with a comparison of the program. Up to 64 elements the comparisons are those of the engine, in its order:
 * a run at the front, then insertion by halves; above, parts of that size are merged.
 */
import type { Running } from '../../operation.ts';
import { element, get, set } from '../access.ts';
import { invoke } from '../call.ts';
import { on } from '../flow.ts';
import { isView } from '../primordials.ts';
import type { Form } from './native.ts';

const PART = 64;

export const sortInPlace: Form = function* (self, [compare], site): Running {
  const object = Object(self) as Record<number, unknown> & { length: number };
  const length = (yield* on(get(object, 'length', site))) as number;
  const values: unknown[] = [];
  let undefineds = 0;
  for (let i = 0; i < length; i++) {
    if (!isView(object) && !(i in object)) continue;
    const value = yield* on(element(object, i, site));
    if (value === undefined) undefineds++;
    else values.push(value);
  }
  const all = yield* sortValues(values, compare, site);
  for (let i = 0; i < undefineds; i++) all.push(undefined);
  for (let i = 0; i < all.length; i++) yield* on(set(object, i, all[i], true, site));
  for (let i = all.length; i < length; i++) delete object[i];
  return object;
};

export const sorted: Form = function* (self, [compare], site): Running {
  const object = Object(self) as { length: number };
  const values: unknown[] = [];
  const length = (yield* on(get(object, 'length', site))) as number;
  for (let i = 0; i < length; i++) values.push(yield* on(element(object, i, site)));
  const undefineds = values.filter((one) => one === undefined);
  const all = yield* sortValues(
    values.filter((one) => one !== undefined),
    compare,
    site,
  );
  const result = [...all, ...undefineds];
  return isView(self) ? new (self.constructor as new (from: unknown[]) => unknown)(result) : result;
};

function* sortValues(values: readonly unknown[], compare: unknown, site: number): Running<unknown[]> {
  if (values.length < PART) return yield* sortPart([...values], compare, site);
  const middle = values.length >> 1;
  const left = yield* sortValues(values.slice(0, middle), compare, site);
  const right = yield* sortValues(values.slice(middle), compare, site);
  const merged: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if ((yield* order(compare, right[j], left[i], site)) < 0) merged.push(right[j++]);
    else merged.push(left[i++]);
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}

function* order(compare: unknown, a: unknown, b: unknown, site: number): Running<number> {
  const result = Number(yield* invoke(compare, undefined, [a, b], site));
  return Number.isNaN(result) ? 0 : result;
}

function* sortPart(values: unknown[], compare: unknown, site: number): Running<unknown[]> {
  if (values.length < 2) return values;
  let run = 2;
  const descending = (yield* order(compare, values[1], values[0], site)) < 0;
  while (run < values.length && (yield* order(compare, values[run], values[run - 1], site)) < 0 === descending) run++;
  if (descending) values.unshift(...values.splice(0, run).toReversed());
  for (let at = run; at < values.length; at++) {
    const pivot = values[at];
    let low = 0;
    let high = at;
    while (low < high) {
      const middle = low + ((high - low) >> 1);
      if ((yield* order(compare, pivot, values[middle], site)) < 0) high = middle;
      else low = middle + 1;
    }
    values.splice(at, 1);
    values.splice(low, 0, pivot);
  }
  return values;
}
