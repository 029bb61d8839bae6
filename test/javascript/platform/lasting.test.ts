/** Objects that outlive an execution are compared only where there is a doubt: whatever changes one leaves one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { lasting } from '../../../dist/src/javascript/language/lasting.js';
import { beginWithBuiltIns, restoreBuiltIns } from '../../../dist/src/javascript/platform/built-ins.js';
import { runText } from '../../support/javascript-program.js';

const sinceOf = (text: string) => {
  const { doubts, hits } = lasting;
  const [ran] = runText(text);
  return { how: ran?.how, doubts: lasting.doubts - doubts, hits: lasting.hits - hits };
};

describe('what changes a built-in object', () => {
  // Behind the first executions all are looked at anyway.
  beforeAll(() => {
    beginWithBuiltIns();
    for (let i = 0; i < 20; i++) restoreBuiltIns();
  });

  it.each([
    'Array.prototype.at = () => 1;',
    'Array.prototype["at"] = () => 1;',
    'const key = "at"; Array.prototype[key] = () => 1;',
    'Math.abs.calls ??= 1;',
    'Object.getPrototypeOf(Math).seen = 1;',
    'Error.stackTraceLimit++;',
    '[Map.last, Set.last] = [1, 2];',
    '({ a: Reflect.last } = { a: 1 });',
    'for (Atomics.last of [1]);',
    'for (JSON.last in { a: 1 });',
    'delete String.prototype.at;',
    'delete String.prototype?.["at"];',
    'SharedArrayBuffer.last = 1;',
    'Date.last = 1;',
    'Promise.last = 1;',
    'Event.prototype.last = 1;',
    'const p = Array.prototype; p.__proto__ = null;',
    'Object.getPrototypeOf(globalThis).last = 1;',
    'Object.getPrototypeOf(Object.getPrototypeOf(globalThis)).last = 1;',
    'Object.getPrototypeOf(globalThis).process = 1;',
    'delete Object.getPrototypeOf(globalThis).Worker;',
    'Object.setPrototypeOf(Object.getPrototypeOf(globalThis), {});',
    'class A { set() { super.last = 1; } } A.prototype.set.call(Array.prototype);',
    'class A { set() { (() => { super.last = 1; })(); } } A.prototype.set.call(Array.prototype);',
    'class Over { constructor() { return Set.prototype; } } class A extends Over { last = 1; } new A();',
    'class Over { constructor() { return Set.prototype; } } class A extends Over { constructor() { super(); super.last = 1; } } new A();',
    'Object.assign(Array.prototype, { last: 1 });',
    'Object.defineProperty(Array.prototype, "at", { value: 1 });',
    'Object.defineProperties(Array, { of: { value: 1 } });',
    'Object.setPrototypeOf(Map.prototype, null);',
    'Reflect.set({}, "last", 1, Array.prototype);',
    'Reflect.deleteProperty(Array, "of");',
    'Reflect.apply(Object.assign, undefined, [Array, { last: 1 }]);',
    'Object.assign.call(undefined, Array, { last: 1 });',
    'Object.assign.apply(undefined, [Array, { last: 1 }]);',
    'Object.assign.bind(undefined, Array)({ last: 1 });',
    '[{ valueOf: Object.assign.bind(undefined, Array, { last: 1 }) }].map((one) => one + 1);',
    'Array.prototype.push.call(Math.abs, 1);',
    '[Array].forEach((one) => { one.last = 1; });',
    '[{ last: 1 }].forEach(Object.assign.bind(undefined, Array));',
    '[1].forEach(Array.prototype.push, Math.abs);',
    'JSON.parse("[1]", Array.prototype.push.bind(Math.abs));',
    'new Proxy(Array, {}).last = 1;',
    'new Proxy({}, { set: () => { Array.last = 1; return true; } }).a = 1;',
    'const o = { set a(value) { Array.last = value; } }; o.a = 1;',
    'const o = { get a() { Array.last = 1; return 1; } }; void o.a;',
    'const o = { toString() { Array.last = 1; return ""; } }; void `${o}`;',
    'Map.prototype.__defineGetter__("last", () => 1);',
    'Error.captureStackTrace(Math.abs);',
    'Promise.resolve().then(() => { Array.last = 1; });',
    'setTimeout(() => { Array.last = 1; }, 1);',
    'setTimeout(Object.assign, 1, Array, { last: 1 });',
    'function f() { this.last = 1; } f.call(Array);',
    'function f() { this.last = 1; } Array.from([1], f, Array);',
    'async function f() { await null; Array.last = 1; } f();',
    'function* f() { yield 1; Array.last = 1; } [...f()];',
    'import { posix } from "node:path"; posix.sep = "!";',
    'import util from "node:util"; util.inherits(function f() {}, Array); function g() {} util.inherits(g, Map); Map.super_ = g;',
    'import { EventEmitter } from "node:events"; EventEmitter.call(Array); Array.last = 1;',
  ])('%s', (text) => {
    const { doubts } = sinceOf(text);
    expect(doubts).toBeGreaterThan(0);
    expect(restoreBuiltIns(true).changed).not.toEqual([]);
    expect(restoreBuiltIns(true).changed).toEqual([]);
  });

  it('is put back at once where it is plainly changed, whatever kind of property it is', () => {
    expect(
      sinceOf('Array.prototype.at = 1; Object.defineProperty(Map.prototype, "last", { value: 1, configurable: true });')
        .hits,
    ).toBe(2);
    expect(restoreBuiltIns().changed).toEqual(['Array.prototype.at', 'Map.prototype.last']);
  });
});

describe('what changes none leaves no doubt', () => {
  it.each([
    'const list = [3, 1]; list.push(2); list.sort((a, b) => a - b); list.map(Number).filter(Boolean); list.length = 0;',
    'const m = new Map([[1, Array]]); m.set(2, Math); m.forEach((value, key) => m.delete(key));',
    'class A { #n = 0; m = 1; add() { this.#n++; this.m += this.#n; return this; } } new A().add().add();',
    'class A { static made = 0; constructor() { A.made++; } } class B extends A { n = 1; } new B();',
    'const words = new Int32Array(new SharedArrayBuffer(8)); Atomics.add(words, 0, 1); words[1] = words.at(0); words.fill(1);',
    'const { a, ...rest } = { a: 1, b: 2 }; const o = { ...rest, get c() { return 1; } }; delete o.b; o[a] = o.c;',
    'JSON.parse(JSON.stringify({ a: [1] }), (key, value) => value);',
    '"a-b".split("-").join().replace(/a/g, (found) => found + found);',
    'const o = Object.assign(Object.create({ a: 1 }), { b: 1 }); Object.freeze(o); Object.defineProperty({}, "a", { get: () => 1 });',
    'function f(...all) { return f.seen = all; } f.call(Array, 1); f.apply(Map, [1]); f.bind(Set, 2)(3);',
    'await new Promise((resolve) => { resolve(1); }); await Promise.all([1, Promise.resolve(2)]);',
    'function* f() { yield* [1, 2]; } for (const one of f()) void one; [...new Set(f())]; console.log(Math.random());',
    'setTimeout(() => 1, 1); queueMicrotask(() => 2); void `${[1]}`;',
  ])('%s', (text) => {
    expect(sinceOf(text)).toEqual({ how: 'end', doubts: 0, hits: 0 });
    expect(restoreBuiltIns(true).changed).toEqual([]);
  });
});

/** Behind all others: it cannot be put back. */
it('so does what freezes one', () => {
  expect(sinceOf('Object.preventExtensions(Math.hypot);').hits).toBe(1);
  expect(restoreBuiltIns().stuck).toEqual(['Math.hypot']);
});
