import { describe, expect, it } from 'vitest';
import { SimpleWorld } from '../../support/javascript-world.js';

const SHARED = 'const v = new Int32Array(new SharedArrayBuffer(32)); ';

function run(text: string) {
  const world = new SimpleWorld();
  const { error, operations } = world.run(SHARED + text);
  expect(error).toBeUndefined();
  return { performed: operations.length, inPlace: world.inPlace.size };
}

describe('an access can be left', () => {
  it.each([
    ['in a constructor', 1, 'class A { constructor() { this.x = v[0]; } } new A();'],
    [
      'in a derived one, before and after super()',
      3,
      'class A { constructor() { v[0] = 1; } } class B extends A { constructor() { v[1]; super(); v[2]; } } new B();',
    ],
    ['in fields and static blocks', 4, 'class A { x = v[0]; #y = v[1]; static s = v[2]; static { v[3]; } } new A();'],
    ['in an old constructor', 1, 'function A() { this.x = v[0]; } new A();'],
    [
      'in accessors',
      4,
      'class A { get g() { return v[0]; } set g(x) { v[0] = x; } } const a = new A(); a.g; a.g = 1; a.g++;',
    ],
    [
      'in private accessors and methods',
      3,
      'class A { get #g() { return v[0]; } #m() { return v[1]; } run() { this.#g; this.#m(); return v[2]; } } new A().run();',
    ],
    [
      'in accessors of literals, and those defined by hand',
      2,
      "const o = { get g() { return v[0]; } }; o.g; Object.defineProperty(o, 'h', { get: () => v[1] }); o.h;",
    ],
    [
      'in generators, and who goes through them',
      4,
      'function* g() { yield v[0]; yield v[1]; } for (const x of g()); [...g()];',
    ],
    [
      'in async functions and generators',
      3,
      '(async () => { v[0]; await null; v[1]; for await (const x of (async function* () { yield v[2]; })()); })();',
    ],
    ['under the name of an element', 6, "v['0']; v['1'] = v[('0')]; v['0']++; const { '1': one } = v;"],
    [
      'in callbacks of arrays',
      5,
      '[1, 2].map((x) => v[x]); [1, 2].forEach((x) => v[x]); [1].reduce((a, x) => v[x], 0);',
    ],
    [
      'in comparisons, replacements and JSON',
      4,
      "[2, 1].sort((a, b) => v[0] + a - b); 'a'.replace(/a/, () => v[1]); JSON.stringify({ toJSON: () => v[2] }); JSON.parse('1', () => v[3]);",
    ],
    ['in callbacks of promises', 3, 'new Promise((r) => r(v[0])).then(() => v[1]).finally(() => v[2]);'],
    [
      'through call, apply, bind and Reflect',
      5,
      'const f = (i) => v[i]; f.call(null, 0); f.apply(null, [1]); f.bind(null, 2)(); Reflect.apply(f, null, [3]); Reflect.construct(class { constructor() { v[4]; } }, []);',
    ],
    [
      'in default parameters and patterns',
      4,
      'const f = (a = v[0], { b = v[1] } = {}) => a; f(); const [x = v[2], y = v[3]] = [];',
    ],
    ['in tags, templates and conditions', 4, 'const t = () => v[0]; t`x`; `${v[1]}`; v[2] ? 1 : v[3];'],
    ['in optional chains', 3, 'const o = { f: () => v[0], v }; o?.f?.(); o?.v[1]; o?.v?.[2];'],
    ['of all elements that are spread or taken apart', 16, '[...v]; const [a, b, ...c] = v;'],
    ['of compound assignments, twice', 6, 'v[0] += 1; v[1]++; v[2] ||= 3;'],
    ['by what copies a view', 2, 'new Int32Array(v); class W extends Int32Array {} new W(v);'],
    [
      'in traps of proxies',
      8,
      `const p = new Proxy(function () {}, { get: (t, k) => v[0], set: (t, k, x) => ((v[1] = x), true), has: () => v[2] === 0,
        apply: () => v[3], construct: () => ({ x: v[4] }) });
      p.x; p[1]; p.x = 1; 'x' in p; p(); new p(); p.y++;`,
    ],
    [
      'in what a proxy stands for',
      4,
      `new (new Proxy(class { constructor() { v[0]; } }, {}))(); const f = new Proxy(() => v[1], {}); f();
      f.call(null); new Proxy({ get x() { return v[2]; } }, {}).x;`,
    ],
    [
      'through Maps and sets',
      3,
      'new Map([[1, 2]]).forEach(() => v[0]); new Set([1]).forEach(() => v[1]); new Set((function* () { yield v[2]; })());',
    ],
  ])('%s', (_name, performed, text) => {
    expect(run(text)).toEqual({ performed, inPlace: 0 });
  });
});

describe('what cannot be left is counted', () => {
  it.each([
    ['coercion', 'const o = { valueOf() { return v[0]; } }; o + 1;'],
    ['a trap of a proxy', 'const p = new Proxy({}, { deleteProperty: () => v[0] === 0 }); delete p.x;'],
    ['a trap that a prototype leads to', 'Object.create(new Proxy({}, { get: () => v[0] })).x;'],
    ['a getter that is copied', '({ ...{ get x() { return v[0]; } } });'],
  ])('%s', (_name, text) => {
    expect(run(text)).toEqual({ performed: 1, inPlace: 1 });
  });
});
