/**
 * Native functions of which nothing is known. One that is given shared memory is taken to read and write all of it, in one
 * step; and since it may go in many, where others could come between, the place is named as one that was not preempted.
 */
import assert from 'node:assert';
import buffer from 'node:buffer';
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import querystring from 'node:querystring';
import { StringDecoder } from 'node:string_decoder';
import url from 'node:url';
import util from 'node:util';
import type { Agent } from '../agent.ts';
import { hidden } from '../hidden.ts';
import type { Operation, Running, Touch } from '../operation.ts';
import type { Call } from './call.ts';
import { reached } from './reach.ts';
import { type SharedView, touchBytes, withLength } from './views.ts';

/** The call as one named step; undefined when it comes to no shared memory, or is a function of the platform. */
export function unknown(
  call: Call,
  run: () => unknown = () => Reflect.apply(call.f, call.self, call.args),
): Running | undefined {
  if (!isObject(call.self) && !call.args.some(isObject)) return undefined;
  if (!isNative(call.f)) return undefined;
  const views = reached([call.self, ...call.args]);
  return views.length === 0 ? undefined : step(new Unknown(call, views, run));
}

function* step(operation: Operation): Running {
  return yield operation;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

class Unknown implements Operation {
  readonly kind = 'bulk';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #name: string;
  readonly #run: () => unknown;
  readonly #views: readonly SharedView[];
  #hasWritten = false;

  constructor({ name, site }: Call, views: readonly SharedView[], run: () => unknown) {
    this.site = site;
    this.#name = name;
    this.#run = run;
    this.#views = views;
    this.touches = views.flatMap((view) => withLength(view, [touchBytes(view, 0, view.view.byteLength, true)]));
  }

  text(): string {
    return `${this.#name}()`;
  }

  wrote(): boolean {
    return this.#hasWritten;
  }

  perform(agent: Agent): unknown {
    agent.perform(new Named(this.site));
    agent.effects++;
    const before = this.#views.map(bytesOf).map((bytes) => bytes.slice());
    try {
      return this.#run();
    } finally {
      this.#hasWritten = this.#views.some((view, i) => Buffer.compare(bytesOf(view), before[i] as Uint8Array) !== 0);
    }
  }
}

const bytesOf = ({ buffer: memory, view, offset }: SharedView): Uint8Array =>
  new Uint8Array(memory, offset, view.byteLength);

/** Says that at this place nobody could come between. */
export class Named implements Operation {
  readonly kind = 'bulk';
  readonly touches: readonly Touch[] = [];
  readonly site: number;

  constructor(site: number) {
    this.site = site;
  }

  text(): string {
    return 'goes on in native code';
  }

  perform(): undefined {
    return undefined;
  }
}

const known = hidden<{ readonly isNative: boolean }>();
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Whether it is the engine's own or Node's, and not one that the platform has in the place of such. */
function isNative(f: Function): boolean {
  let found = known.of(f);
  if (found === undefined) {
    found = { isNative: ofNode.has(f) || NATIVE.test(Function.prototype.toString.call(f)) };
    known.put(f, found);
  }
  return found.isNative;
}

/** What is written in JavaScript in the modules of Node that programs get. */
const ofNode = new Set<Function>();
const MOST_DEEP = 3;

function collect(value: unknown, depth = 0): void {
  const isFunction = typeof value === 'function';
  if (depth > MOST_DEEP || (!isFunction && !isObject(value)) || (isFunction && ofNode.has(value))) return;
  if (isFunction) ofNode.add(value);
  for (const key of Reflect.ownKeys(value as object)) {
    const own = Reflect.getOwnPropertyDescriptor(value as object, key);
    for (const part of [own?.value, own?.get, own?.set]) if (part !== value) collect(part, depth + 1);
  }
}

for (const one of [assert, buffer, querystring, StringDecoder, url, util, timingSafeEqual]) collect(one);
for (const one of [createHash('md5'), createHmac('md5', '')]) collect(Object.getPrototypeOf(one));
for (const one of [TextEncoder, TextDecoder, URL, URLSearchParams, Blob, DOMException]) collect(one);
