/** Functions of arrays and views that take a callback (ECMA-262, 23.1.3 and 23.2.3). */
import type { Running } from '../../operation.ts';
import { element, get } from '../access.ts';
import { invoke } from '../call.ts';
import { construct } from '../construct.ts';
import { on } from '../flow.ts';
import { getProperty } from '../internal.ts';
import { isArray, isObject, isView, typedArrayPrototype } from '../primordials.ts';
import type { Callable } from '../stamps.ts';
import { callsBack, type Form, giveForm } from './native.ts';
import { sortInPlace, sorted } from './sort.ts';

function* lengthOf(object: object, site: number): Running<number> {
  const given = isView(object) ? yield* on(get(object, 'length', site)) : (object as { length?: unknown }).length;
  const length = Math.trunc(Number(given));
  return length > 0 ? Math.min(length, Number.MAX_SAFE_INTEGER) : 0;
}

interface Way {
  /** Views have no holes; find and its like do not skip them. */
  readonly holes?: 'visited';
  readonly backwards?: boolean;
  /** What is made before the first call. */
  start?(object: object, length: number): Running;
  /** What is done with an answer: a result of `stop` ends it. */
  answer(answer: unknown, value: unknown, index: number, made: unknown): { stop: unknown } | undefined;
  end(made: unknown): unknown;
}

function visiting(way: Way): Form {
  return function* (self, [f, receiver], site): Running {
    const object = Object(self) as object;
    const length = yield* lengthOf(object, site);
    const made = way.start === undefined ? undefined : yield* way.start(object, length);
    for (let i = 0; i < length; i++) {
      const k = way.backwards ? length - 1 - i : i;
      if (way.holes !== 'visited' && !isView(object) && !(k in object)) continue;
      const value = yield* on(element(object, k, site));
      const answer = yield* invoke(f, receiver, [value, k, object], site);
      const ended = way.answer(answer, value, k, made);
      if (ended !== undefined) return ended.stop;
    }
    return way.end(made);
  };
}

const arrayOf = (length: number): unknown[] => {
  const made: unknown[] = [];
  made.length = length;
  return made;
};

/** ArraySpeciesCreate, and TypedArraySpeciesCreate of a view. */
function* speciesCreate(object: object, length: number): Running<object> {
  const view = isView(object);
  if (!view && !isArray(object)) return arrayOf(length);
  const otherwise = view
    ? ((object as { constructor: unknown }).constructor as Callable)
    : (Array as unknown as Callable);
  let c = yield* getProperty(object, 'constructor');
  if (isObject(c)) {
    c = yield* getProperty(c, Symbol.species);
    if (c === null) c = undefined;
  }
  if (c === undefined) c = otherwise;
  if (c === Array) return arrayOf(length);
  return (yield* construct(c as Callable, [length], c as Callable, -1)) as object;
}

const keep = (made: unknown, key: number, value: unknown): void => {
  if (isView(made)) (made as unknown as unknown[])[key] = value;
  else Object.defineProperty(made as object, key, { value, writable: true, enumerable: true, configurable: true });
};

const WAYS: Readonly<Record<string, Way>> = {
  forEach: { answer: () => undefined, end: () => undefined },
  some: { answer: (answer) => (answer ? { stop: true } : undefined), end: () => false },
  every: { answer: (answer) => (answer ? undefined : { stop: false }), end: () => true },
  find: { holes: 'visited', answer: (answer, value) => (answer ? { stop: value } : undefined), end: () => undefined },
  findIndex: { holes: 'visited', answer: (answer, _value, k) => (answer ? { stop: k } : undefined), end: () => -1 },
  findLast: {
    holes: 'visited',
    backwards: true,
    answer: (answer, value) => (answer ? { stop: value } : undefined),
    end: () => undefined,
  },
  findLastIndex: {
    holes: 'visited',
    backwards: true,
    answer: (answer, _value, k) => (answer ? { stop: k } : undefined),
    end: () => -1,
  },
  map: {
    start: speciesCreate,
    answer(answer, _value, k, made) {
      keep(made, k, answer);
      return undefined;
    },
    end: (made) => made,
  },
};

const filter: Form = function* (self, [f, receiver], site): Running {
  const object = Object(self) as object;
  const length = yield* lengthOf(object, site);
  const view = isView(object);
  const made = view ? undefined : yield* speciesCreate(object, 0);
  const kept: unknown[] = [];
  for (let k = 0; k < length; k++) {
    if (!view && !(k in object)) continue;
    const value = yield* on(element(object, k, site));
    if (!(yield* invoke(f, receiver, [value, k, object], site))) continue;
    if (made !== undefined) keep(made, kept.length, value);
    kept.push(value);
  }
  if (made !== undefined) return made;
  const result = yield* speciesCreate(object, kept.length);
  kept.forEach((value, k) => keep(result, k, value));
  return result;
};

const flatMap: Form = function* (self, [f, receiver], site): Running {
  const object = Object(self) as object;
  const length = yield* lengthOf(object, site);
  const made = yield* speciesCreate(object, 0);
  let at = 0;
  for (let k = 0; k < length; k++) {
    if (!(k in object)) continue;
    const answer = yield* invoke(f, receiver, [yield* on(element(object, k, site)), k, object], site);
    if (!isArray(answer)) keep(made, at++, answer);
    else for (let j = 0; j < answer.length; j++) if (j in answer) keep(made, at++, answer[j]);
  }
  return made;
};

function reducing(backwards: boolean): Form {
  return function* (self, args, site): Running {
    const object = Object(self) as object;
    const length = yield* lengthOf(object, site);
    let have = args.length > 1;
    let result = args[1];
    for (let i = 0; i < length; i++) {
      const k = backwards ? length - 1 - i : i;
      if (!isView(object) && !(k in object)) continue;
      const value = yield* on(element(object, k, site));
      result = have ? yield* invoke(args[0], undefined, [result, value, k, object], site) : value;
      have = true;
    }
    if (!have) throw new TypeError('Reduce of empty array with no initial value');
    return result;
  };
}

for (const prototype of [Array.prototype, typedArrayPrototype] as unknown as Record<string, unknown>[]) {
  for (const [name, way] of Object.entries(WAYS)) giveForm(prototype[name], callsBack, visiting(way));
  giveForm(prototype.filter, callsBack, filter);
  giveForm(prototype.reduce, callsBack, reducing(false));
  giveForm(prototype.reduceRight, callsBack, reducing(true));
  giveForm(prototype.sort, callsBack, sortInPlace);
  giveForm(prototype.toSorted, callsBack, sorted);
}
giveForm(Array.prototype.flatMap, callsBack, flatMap);
