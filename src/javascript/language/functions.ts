/** Functions of the program: the wrapper that it holds, and the body that can be left. */
import type { Operation, Running } from '../operation.ts';
import { runAsync } from './async.ts';
import {
  asyncFunctionPrototype,
  asyncGeneratorFunctionPrototype,
  asyncGeneratorPrototype,
  makeAsyncGenerator,
} from './async-generators.ts';
import { asRunning } from './flow.ts';
import { generatorFunctionPrototype, generatorPrototype, makeGenerator } from './generators.ts';
import { BEGAN } from './markers.ts';
import { apply, createObject, defineProperty, setPrototypeOf } from './primordials.ts';
import { type Body, bodyOf, type Callable, type Info, stampBody, stampHandler } from './stamps.ts';

type Row = [Info['kind'], string, string, number, number, boolean, boolean, Info['wrap']];

/** The table of functions of a file. */
export function infos(file: string, rows: readonly Row[]): Info[] {
  return rows.map(([kind, flow, name, start, end, isStatic, early, wrap]) => {
    return { kind, flow, name, file, start, end, isStatic, early, wrap, key: Symbol(name) };
  });
}

/** Makes a function of its body; `name` where it is known only now. */
export function fn(info: Info, g: Body, name?: PropertyKey): Callable {
  if (info.flow === '') {
    const f = info.wrap(g, name);
    stampBody(f, g, info);
    return f;
  }
  if (info.flow === 'async') {
    const body: Body = function (this: unknown, ...args: unknown[]) {
      return runAsync(apply(g, this, args) as Running);
    } as Body;
    const f = info.wrap(body, name);
    setPrototypeOf(f, asyncFunctionPrototype);
    stampBody(f, body, info);
    return f;
  }
  return generatorFunction(info, g, name);
}

/** The object is made when the function is called; what runs then is only what takes the parameters. */
function generatorFunction(info: Info, g: Body, name: PropertyKey | undefined): Callable {
  const isAsync = info.flow === 'asyncgenerator';
  const make = isAsync ? makeAsyncGenerator : makeGenerator;
  const above = isAsync ? asyncGeneratorPrototype : generatorPrototype;
  const body = function* (this: unknown, ...args: unknown[]): Running {
    const it = apply(g, this, args) as Running;
    if (info.early) yield* begin(it);
    return make(it, f);
  } as Body;
  const f = info.wrap(body, name);
  setPrototypeOf(f, isAsync ? asyncGeneratorFunctionPrototype : generatorFunctionPrototype);
  defineProperty(f, 'prototype', {
    value: createObject(above),
    writable: true,
    enumerable: false,
    configurable: false,
  });
  stampHandler(
    f,
    (self, args) =>
      info.early ? asRunning(apply(body, self, args) as Running) : make(apply(g, self, args) as Running, f),
    info,
  );
  return f;
}

/** Runs a body until its parameters are taken. */
function* begin(it: Running): Running {
  let result = it.next();
  while ((result.value as unknown) !== BEGAN) {
    let value: unknown;
    try {
      value = yield result.value as Operation;
    } catch (error) {
      result = it.throw(error);
      continue;
    }
    result = it.next(value);
  }
  return undefined;
}

/** Ties a declared function to its body; in a switch each case does, whichever is come to first. */
export function declare(info: Info, g: Body, f: Callable): void {
  if (bodyOf(f) === undefined) stampBody(f, g, info);
}

/** Gives an anonymous function or class the name of the key it stands under. */
export function renamed<F extends Callable>(f: F, to: PropertyKey): F {
  const own = Object.getOwnPropertyDescriptor(f, 'name');
  if (own !== undefined && own.value !== '') return f;
  const value = typeof to === 'symbol' ? (to.description === undefined ? '' : `[${to.description}]`) : String(to);
  defineProperty(f, 'name', { value, writable: false, enumerable: false, configurable: true });
  return f;
}

/** ToPropertyKey. */
export function key(value: unknown): PropertyKey {
  if (typeof value === 'string' || typeof value === 'symbol') return value;
  // The one way to ask the machine for it: a computed key.
  return Reflect.ownKeys({ [value as PropertyKey]: 0 })[0] as PropertyKey;
}

export function rest(args: IArguments, from: number): unknown[] {
  const all: unknown[] = [];
  for (let i = from; i < args.length; i++) all.push(args[i]);
  return all;
}
