import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasState, keptFor } from '../../../dist/src/javascript/platform/kept.js';
import { isStateless } from '../../../dist/src/javascript/platform/stateless.js';
import { runFile, runText, withFiles } from '../../support/javascript-program.js';

describe('a module that is the same after an execution as before it', () => {
  it.each([
    'export function f(a) { let n = 0; n++; a.x = n; return a; }',
    'import { f } from "./f.js"; export const agents = [f, () => f()];',
    'class A { static make() { return new A(); } #n = 0; add() { this.#n++; } } export { A };',
    'const LIMIT = 4 * 2; const KEY = Symbol("key"); export const g = (x) => x[KEY] ?? LIMIT;',
    'export const T = { a: 1 };',
    'export class A { static readonly = 1; static make = () => new A(); }',
    'class A { #n = []; #m(x) { return x; } add() { this.#n[0] = this.#m(1); } } export { A };',
    'export * from "./other.js"; export default () => 1;',
  ])('yes: %s', (text) => {
    expect(isStateless('m.mjs', text, 'js')).toBe(true);
  });

  it.each([
    'export let n = 0; export const up = () => ++n;',
    'let n = 0;',
    'const seen = new Map(); export const f = (x) => seen.set(x, 1);',
    'const list = []; export const f = (x) => list.push(x);',
    'export function f() { f.calls = (f.calls ?? 0) + 1; }',
    'class A { static #count = 0; } export { A };',
    'class A { static count = make(); } export { A };',
    'class A { static count = 0; add() { A.count++; } } export { A };',
    'class A { static { A.x = 1; } }',
    'export function f() { delete f.x; }',
    'export class A { constructor() { A.made++; } }',
    'export const f = () => { [f.last] = [1]; };',
    'import { o } from "./o.js"; export const f = () => { o.n = 1; };',
    'const r = /a/g; export const f = (x) => r.test(x);',
    'console.log(1);',
    'export const f = () => import("./late.js");',
    'function f() {} f();',
    'export function f() { return 1; } export const g = () => eval("f = null");',
    'class A { #m() {} mark() { this.#m.n = 1; } } export { A };',
  ])('no: %s', (text) => {
    expect(isStateless('m.mjs', text, 'js')).toBe(false);
  });

  it('whether it serves again or not, every execution sees the same', () => {
    withFiles(
      {
        'main.mjs': `import { counter } from './state.mjs'; import { pure } from './pure.mjs';
          console.log(counter.n++, pure(), pure.mark); pure.mark = 1;`,
        'state.mjs': 'export const counter = { n: 0 };',
        'pure.mjs': 'export function pure() { return 5; }',
      },
      (folder) => {
        const file = join(folder, 'main.mjs');
        for (const reuse of [true, true, false, true])
          expect(runFile(file, 1, { reuse }).lines).toEqual(['0 5 undefined']);
      },
    );
  });

  it('one is kept until something that it has at its top is changed, in whatever way, and then no more', () => {
    withFiles(
      {
        'main.mjs': `import { f } from './same.mjs'; import { next } from './other.mjs'; import { count } from './constant.mjs';
          f.seen = f; console.log(next(), f(), count());`,
        'same.mjs': 'class Inner { get() { return 1; } } export function f() { return new Inner().get(); }',
        'other.mjs': `class Inner { static next() { return (this.n = (this.n ?? 0) + 1); } } export const next = () => Inner.next();`,
        'constant.mjs':
          'class Inner { static n = 0; static up() { return ++this.n; } } export const count = () => Inner.up();',
      },
      (folder) => {
        const url = (name: string): string => pathToFileURL(join(folder, name)).href;
        for (let i = 0; i < 4; i++) expect(runFile(join(folder, 'main.mjs'), 1).lines).toEqual(['1 1 1']);
        expect(['same.mjs', 'other.mjs', 'constant.mjs'].map((name) => hasState(url(name)))).toEqual([
          true,
          true,
          true,
        ]);
      },
    );
  });

  it('is kept where nothing is changed', () => {
    const text = `import { A, set } from './kept.mjs'; console.log(set(new A(), 2).n);`;
    const kept = 'export class A { constructor() { this.n = 1; } } export function set(a, n) { a.n = n; return a; }';
    withFiles({ 'main.mjs': text, 'kept.mjs': kept }, (folder) => {
      for (let i = 0; i < 3; i++) expect(runFile(join(folder, 'main.mjs'), 1).lines).toEqual(['2']);
      const url = pathToFileURL(join(folder, 'kept.mjs')).href;
      expect([hasState(url), keptFor('main').find(url) === undefined]).toEqual([false, false]);
    });
  });

  it('numbers and offsets are those of the first execution in every other', () => {
    const text = `import { AsyncResource } from 'node:async_hooks';
      console.log(new AsyncResource('x').asyncId(), Buffer.from('hello').byteOffset, Buffer.allocUnsafe(4).join(''), new WeakRef({ n: 1 }).deref().n);`;
    for (const { lines } of runText(text, [1, 1, 1])) expect(lines).toEqual(['1 0 0000 1']);
  });
});
