import { describe, expect, it } from 'vitest';
import { SimpleWorld } from '../../support/javascript-world.js';

/** Runs a program that waits for `a[0]` to be no longer 0; somebody writes it after `after` idle iterations. */
function spin(text: string, after = 3) {
  const a = new Int32Array(new SharedArrayBuffer(64));
  const world = new SimpleWorld();
  world.given.a = a;
  world.onIdle = () => {
    if (world.idleTimes === after) a[0] = 1;
  };
  const run = world.run(`${text}; console.log('end');`);
  return { ...run, reread: world.reread };
}

describe('an iteration that leaves everything as it was is idle', () => {
  it.each([
    ['a load', 'while (Atomics.load(a, 0) === 0) {}'],
    ['a plain read', 'while (a[0] === 0);'],
    ['do while', 'do { var x = a[0]; } while (x === 0);'],
    ['for without an end', 'for (;;) { if (Atomics.load(a, 0)) break; }'],
    ['a variable that gets the same value again', 'let v; while ((v = Atomics.load(a, 0)) === 0);'],
    ['a variable of the iteration', 'while (true) { let v = 0; v += Atomics.load(a, 0); v++; if (v === 2) break; }'],
    ['a function that reads', 'const held = () => Atomics.load(a, 0) === 0; while (held()) {}'],
    [
      'a method, a getter, a private field',
      'class Q { #a = a; get open() { return this.#a[0]; } is() { return this.open; } } const q = new Q(); while (!q.is());',
    ],
    ['a loop in the loop', 'for (;;) { let any = 0; for (let i = 0; i < 3; i++) any |= a[i]; if (any) break; }'],
    [
      'a loop in a function in the loop',
      'function any() { let n = 0; for (let i = 0; i < 3; i++) n += a[i]; return n; } while (!any());',
    ],
    ['a compareExchange that fails', 'a[1] = 5; while (a[0] === 0) Atomics.compareExchange(a, 1, 0, 1);'],
    ['objects that nobody keeps', 'while (true) { const [x, y] = [a[0], a[1]]; const o = { x, y }; if (o.x) break; }'],
    ['arithmetic of the machine', 'while (Math.max(a[0], 0) === 0) Number.isInteger(1);'],
  ])('%s', (_name, text) => {
    const { lines, error, idle } = spin(text);
    expect({ lines, error }).toEqual({ lines: ['end'], error: undefined });
    expect(idle).toBeGreaterThanOrEqual(3);
    expect(idle).toBeLessThan(10);
  });

  it('says what the iteration read', () => {
    expect(spin('while (a[0] + a[1] === 0);').reread.map((one) => one.slice(0, 9))).toEqual(['read a[0]', 'read a[1]']);
  });
});

describe('an iteration that has an effect is none', () => {
  it.each([
    ['a counter', 'let n = 0; while (n < 50) { n++; a[0]; }'],
    ['a counter of the head', 'for (let i = 0; i < 50; i++) a[0];'],
    ['a counter of a closure', 'let n = 0; const count = () => ++n; while (count() < 50) a[0];'],
    ['a property', 'const o = { n: 0 }; while (o.n < 50) { o.n++; a[0]; }'],
    ['a private field', 'class C { #n = 0; up() { return ++this.#n; } } const c = new C(); while (c.up() < 50) a[0];'],
    ['a write of shared memory', 'while (a[1] < 50) a[1]++;'],
    ['an Atomics.add', 'while (Atomics.add(a, 1, 1) < 50);'],
    ['an array that grows', 'const list = []; while (list.length < 50) { list.push(a[0]); }'],
    [
      'a generator that goes on',
      'function* g() { for (let i = 0; i < 50; i++) yield i; } const it = g(); while (!it.next().done) a[0];',
    ],
    ['a Map', 'const m = new Map(); while (m.size < 50) m.set(m.size, a[0]);'],
    ['destructuring', 'let x = 0; while (x < 50) { [x] = [x + 1]; a[0]; }'],
    ['var in the loop', 'while (true) { var n = (n ?? 0) + 1; a[0]; if (n > 50) break; }'],
  ])('%s', (_name, text) => {
    const { lines, error, idle } = spin(text);
    expect({ lines, error, idle }).toEqual({ lines: ['end'], error: undefined, idle: 0 });
  });
});

describe('a hang', () => {
  it('is told with file and line', () => {
    const { error } = new SimpleWorld().run('let n = 0;\nfor (;;) n++;', 'hangs.js');
    expect(error).toBe('Error: hang at hangs.js:2:1');
  });

  it('is none while operations are performed', () => {
    const { error } = spin('for (let i = 0; i < 100; i++) a[1];');
    expect(error).toBeUndefined();
  });
});
