import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isStateless } from '../../../dist/src/javascript/platform/stateless.js';
import { runFile, withFiles } from '../../support/javascript-program.js';

describe('a module that is the same after an execution as before it', () => {
  it.each([
    'export function f(a) { let n = 0; n++; a.x = n; return a; }',
    'import { f } from "./f.js"; export const agents = [f, () => f()];',
    'class A { static make() { return new A(); } #n = 0; add() { this.#n++; } } export { A };',
    'const LIMIT = 4 * 2; const KEY = Symbol("key"); export const g = (x) => x[KEY] ?? LIMIT;',
    'export const T = { a: 1 };',
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
    'class A { static count = 0; } export { A };',
    'class A { static { A.x = 1; } }',
    'export function f() { delete f.x; }',
    'export class A { constructor() { A.made++; } }',
    'export const f = () => { [f.last] = [1]; };',
    'import { o } from "./o.js"; export const f = () => { o.n = 1; };',
    'const r = /a/g; export const f = (x) => r.test(x);',
    'console.log(1);',
    'export const f = () => import("./late.js");',
    'function f() {} f();',
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
});
