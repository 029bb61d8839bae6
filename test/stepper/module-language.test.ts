/** What a module may say, and that it does what it says. */
import { describe, expect, it } from 'vitest';
import { exploreModule, exploreText, type Settings, titles } from '../support/explore-module.ts';

const BUS =
  "import { load, store, xadd, xchg, cmpxchg, assert, cpu_relax, smp_mb, wait_for_change, memset, memcpy, memeq, memchr_inv, arch_spin_lock } from 'tasklock/bus';\n";

/** Executions, and titles if any. */
async function verdict(text: string): Promise<readonly [number, ...string[]]> {
  const result = await exploreText(BUS + text);
  return [result.executions, ...titles(result)];
}

/** One CPU that runs statements, with one word per letter. */
const alone = (body: string, more = ''): string =>
  `const A = 0x1000, B = 0x1004, C = 0x1008;\n${more}\nfunction run(cpu) {\n${body}\n}\nexport const cpus = [run];`;

describe('classic modules have the traces that are known of them', () => {
  // Counts of the first four: Abdulla, Aronis, Jonsson, Sagonas, POPL 2014 and J. ACM 2017.
  it.each<readonly [file: string, settings: Settings, executions: number]>([
    ['lastzero.ts', { N: 5 }, 64],
    ['lastzero.ts', { N: 10 }, 3328],
    ['readers.ts', { READERS: 8 }, 256],
    ['readers.ts', { READERS: 13 }, 8192],
    ['indexer.js', { THREADS: 11 }, 1],
    ['indexer.js', { THREADS: 12 }, 8],
    ['indexer.js', { THREADS: 13 }, 64],
    ['filesystem.ts', { THREADS: 14 }, 2],
    ['filesystem.ts', { THREADS: 16 }, 8],
    ['mcs.ts', {}, 1662],
    ['michael-scott-queue.ts', {}, 880],
    ['bakery.ts', {}, 60],
    ['semaphore.ts', {}, 1158],
    ['bits.ts', {}, 6],
    ['bus-locks.ts', {}, 24],
    ['newcomer.ts', {}, 2],
    ['shadow.ts', {}, 1],
    ['several/main.ts', {}, 1],
  ])('%s %j: %i', async (file, settings, executions) => {
    const result = await exploreModule(`test/fixtures/modules/${file}`, settings);
    expect([result.end, result.bounded, result.executions, ...titles(result)]).toEqual(['exhausted', 0, executions]);
  });
});

describe('numbers', () => {
  it.each([
    ['sums wrap', 'assert(0x7fffffff + 1 === -0x80000000); let x = 0x7fffffff; x++; assert(x < 0);'],
    ['and so do they in functions without an access', 'assert(next(0x7fffffff) < 0);'],
    ['products wrap', 'assert(65537 * 65537 === 131073); let x = 46341; x *= x; assert(x < 0);'],
    ['quotients are cut', 'assert(7 / 2 === 3); assert(-7 / 2 === -3); assert(7 / 0 === 0); assert(7 % 0 === 0);'],
    ['or rounded as asked', 'assert(Math.floor(-7 / 2) === -4 && Math.ceil(7 / 2) === 4 && Math.trunc(7 / 2) === 3);'],
    ['the upper half is negative', 'store(A, 0xffffffff); assert(load(A) === -1 && load(A) === 0xffffffff);'],
    ['they compare as unsigned on demand', 'store(A, -1); assert(load(A) >>> 0 > 5); assert(!(load(A) > 5));'],
    ['truth is 1 or 0', 'const t = load(A) === 0; assert(t === true && t == 1); store(B, t); assert(load(B) === 1);'],
    [
      'also of functions',
      'assert(isZero(load(A)) === true); assert(isZero(1) === false); assert(isZero(0) + 1 === 2);',
    ],
    ['a function that returns nothing gives 0', 'store(A, 7); store(A, maybe(0)); assert(load(A) === 0);'],
    [
      'each assignment of a statement has its own value',
      'let a = load(A), b = 0; a = 1, b = 2; assert(a === 1 && b === 2); b = 5, store(A, a = 3); assert(a + b === 8);',
    ],
    ['an index may be assigned on the way', 'let i = 0; assert(T[i = load(A) + 1] === 6 && i === 1);'],
    ['tables have elements, members and a length', 'assert(T[cpu] + T.length + OFF.y + FIRST === 5 + 3 + 12 + 5);'],
    ['Math', 'assert(Math.max(load(A), 3) === 3 && Math.min(1, -1) === -1 && Math.abs(-4) === 4);'],
    ['blocks', 'memset(A, 3, 8); memcpy(C, A, 4); assert(memeq(A, C, 4)); assert(memchr_inv(A, 3, 12) === 0);'],
  ])('%s', async (_, body) => {
    const functions = [
      'function next(x) { return x + 1; }',
      'const isZero = (x) => x === 0;',
      'function maybe(x) { if (x) return load(A); }',
      'const T = [5, 6, 7], FIRST = T[0], OFF = { x: 8, y: 12 };',
    ];
    expect(await verdict(alone(body, functions.join('\n')))).toEqual([1]);
  });

  it.each([
    ['a table has no such element', 'store(A, T[cpu + 3]);', 'assert: no such element of a table in run'],
    ['NULL', 'store(load(A) + 4, 1);', 'use-after-free: NULL pointer dereference in run'],
    ['a lock at NULL', 'arch_spin_lock(0);', 'use-after-free: NULL pointer dereference in run'],
    ['waiting at NULL', 'wait_for_change(0, 1);', 'use-after-free: NULL pointer dereference in run'],
    ['beyond RAM', 'load(0x10000);', 'use-after-free: bad pointer in run'],
    ['a lock beyond RAM', 'arch_spin_lock(0x10000);', 'use-after-free: bad pointer in run'],
    ['a negative address', 'store(-4, 1);', 'use-after-free: bad pointer in run'],
    ['an address between words', 'store(A + 2, 1);', 'assert: address is no multiple of 4 in run'],
    ['a block between words', 'memset(A, 1, 6);', 'assert: size of a block is no multiple of 4 in run'],
    ['a block of a negative size', 'memset(A, 1, -8);', 'assert: size of a block is no multiple of 4 in run'],
    ['a block that leaves RAM', 'memset(0xfff8, 1, 16);', 'use-after-free: bad pointer in run'],
  ])('%s', async (_, body, title) => {
    expect(await verdict(alone(body, 'const T = [5, 6, 7];'))).toEqual([1, title]);
  });
});

describe('statements and expressions', () => {
  it.each([
    [
      'a local without a value is 0, each time',
      'for (let i = 0; i < 3; i++) { let n; assert(n === 0); n = load(A) + 1; }',
    ],
    ['compound assignment over an access', 'let s = 1; s += load(A) + 4; s -= load(B); s <<= 1; assert(s === 10);'],
    ['assignment as a value', 'let x; while ((x = xadd(A, 1)) < 3) assert(x < 3); assert(x === 3 && load(A) === 4);'],
    ['left before right', 'let x = 1; assert(x + (x = load(A) + 5) === 6); assert((x = 2) + load(A) + x === 4);'],
    [
      'counting as a value',
      'let n = 3, m = 0; while (n-- > 0) m += xadd(A, 1); assert(n === -1 && m === 3 && ++m === 4);',
    ],
    ['commas', 'let i, j; for (i = 0, j = 5; i < j; i++, j--) load(A); assert(i === 3); assert((load(A), 7) === 7);'],
    [
      '&& and || as statements',
      'load(A) === 0 && store(B, 1); load(A) || store(C, 2); assert(load(B) + load(C) === 3);',
    ],
    ['a choice as a statement', 'load(A) ? store(B, 1) : store(B, 2); assert(load(B) === 2);'],
    ['a choice with accesses', 'const x = load(A) ? load(B) : load(C) ? 1 : xadd(B, 7) + 9; assert(x === 9);'],
    [
      'labels',
      'let n = 0; out: for (;;) { for (;;) { if (++n < 3) continue out; if (load(A) === 0) break out; } } assert(n === 3);',
    ],
    ['labels of blocks', 'let n = 0; skip: { if (load(A) === 0) break skip; n = 1; } assert(n === 0);'],
    [
      'labels without an access',
      'let n = 0; out: for (let i = 0; i < 3; i++) for (;;) { n++; continue out; } assert(n === 3);',
    ],
    ['do', 'let n = 0; do n++; while (load(A) + n < 4); assert(n === 4);'],
    [
      'switch',
      'let n = 0; switch (load(A)) { case 1: n = 9; case 0: n++; case 2: n++; break; default: n = 7 } assert(n === 2);',
    ],
    ['recursion', 'assert(factorial(5) === 120 && sum(100) === 5050);'],
    ['arrow functions', 'assert(twice(load(A) + 2) === 4); effect(); assert(load(B) === 1);'],
    [
      'names of the compiler',
      'const $F = 1, frames = 2, ram = 3, $v = 4; assert(live($F) + frames + ram + $v === 10 + load(A));',
    ],
    ['shadows', 'let x = 1; { let x = 2; store(A, x); } for (let x = 5; x < 6; x++) store(B, x); assert(x === 1);'],
  ])('%s', async (_, body) => {
    const functions = [
      'function factorial(n) { return n <= 1 ? load(A) + 1 : n * factorial(n - 1); }',
      'function sum(n) { return n === 0 ? 0 : n + sum(n - 1); }',
      'const twice = (x) => x * 2, effect = () => store(B, 1);',
      'function live(entries) { return entries; }',
    ];
    expect(await verdict(alone(body, functions.join('\n')))).toEqual([1]);
  });
});

describe('cpus', () => {
  const worker = 'function worker(i) { xadd(0x1000, i); }\n';

  it.each([
    ['functions', 'const N = 2; export const cpus = Array(N).fill(worker);', 1],
    ['functions by the CPU', 'export const cpus = Array.from({ length: 3 }, () => worker);', 3],
    ['calls of functions', 'export const cpus = [() => worker(5), () => worker(-2)];', 3],
    ['calls of functions, made', 'export const cpus = Array.from({ length: 4 }, (_, i) => () => worker(i * 2));', 12],
    ['bound functions', 'export const cpus = [worker.bind(null, 6), worker.bind(null, 7)];', 13],
    ['functions written in place', 'export const cpus = [() => { xadd(0x1000, 3); }, function (i) { worker(i); }];', 4],
    [
      'functions written in place, filled',
      'export const cpus = new Array(3).fill((i) => { worker(i); worker(1); });',
      6,
    ],
    ['spread', 'export const cpus = [worker, ...[4, 5].map((n) => () => worker(n))];', 9],
    ['a list exported at the end', 'const cpus = [worker, worker];\nexport { cpus };', 1],
    ['sixteen', 'export const cpus = Array(16).fill(worker);', 120],
  ])('%s', async (_, list, end) => {
    const [first] = (
      await exploreText(`${BUS}${worker}${list}\nexport const finished = () => assert(0, 'end');`, 'm.ts', 1)
    ).bugs;
    expect(first?.title).toBe('assert: end in finished');
    const held = await exploreText(
      `${BUS}${worker}${list}\nexport const finished = () => load(0x1000) === ${end};`,
      'm.ts',
      50,
    );
    expect(titles(held)).toEqual([]);
  });

  it('gives each the parameters it takes and no more', async () => {
    const text = 'function none() { store(0x1000, 1); }\nfunction two(a, b) { xadd(0x1004, a + b); }\n';
    const list = 'export const cpus = [none, two, none, two];\nexport const finished = () => load(0x1004) === 4;';
    expect((await verdict(text + list)).slice(1)).toEqual([]);
  });
});

describe('waiting', () => {
  const setter = 'function set() { store(0x1000, 1); }\n';
  const waits = (body: string): string => `${setter}function wait() { ${body} }\nexport const cpus = [wait, set];`;

  // Two orders of the store with the first look; a look that meets 0 is followed by waiting and another look.
  it.each([
    ['while', 'while (load(0x1000) === 0);'],
    ['while with cpu_relax', 'while (!load(0x1000)) cpu_relax();'],
    ['for', 'for (;;) { if (load(0x1000)) break; }'],
    ['for with continue', 'for (let done = false; !done; ) { if (!load(0x1000)) continue; done = true; }'],
    ['do', 'do {} while (load(0x1000) === 0);'],
    ['a local that is not looked at', 'let turns = 0; while (load(0x1000) === 0) turns++;'],
    ['in a function', 'while (!ready()) {} } function ready() { return load(0x1000) !== 0;'],
    ['labelled', 'again: for (;;) { while (load(0x1000) === 0) continue again; return; }'],
    [
      'backoff',
      'let delay = 1; while (!load(0x1000)) { for (let i = 0; i < delay; i++) cpu_relax(); if (delay < 4) delay *= 2; }',
    ],
    ['storing what is there', 'while (xchg(0x1004, 7) !== 7 || load(0x1000) === 0) smp_mb();'],
  ])('%s', async (_, body) => {
    const result = await exploreText(BUS + waits(body));
    expect([result.end, result.bounded, ...titles(result)]).toEqual(['exhausted', 0]);
    expect(result.executions).toBeLessThanOrEqual(8);
  });

  it.each([
    ['for one word', 'while (load(0x1004) === 0) {}', 'livelock: spinning for ever in wait'],
    [
      'for many words',
      'for (let n = 0; n === 0; ) for (let i = 1; i < 40; i++) n += load(0x1000 + 4 * i);',
      'livelock: spinning for ever in wait',
    ],
    [
      'for nothing',
      'let x = load(0x1004); while (x === 0) { if (x) load(0x1004); }',
      'livelock: spinning for ever in wait',
    ],
    ['with a barrier', 'for (;;) smp_mb();', 'livelock: spinning for ever in wait'],
    ['without any access', 'while (true) {}', 'livelock: loop without end in wait'],
    ['without any access, counting', 'for (let i = 1; i !== 0; i += 2) {}', 'livelock: loop without end in wait'],
    [
      'in a function without any access',
      'store(0x1004, count(1)); } function count(n) { while (n) n |= 1; return n;',
      'livelock: loop without end in count',
    ],
    [
      'counting round an access',
      'for (let i = 1; ; i++) if (i === 0) load(0x1000);',
      'livelock: loop without end in wait',
    ],
    ['working', 'for (;;) xadd(0x1004, 1);', 'livelock: no end under a fair schedule in wait'],
    ['for a change', 'wait_for_change(0x1004, 0);', 'deadlock: no CPU can go on in wait'],
    ['by calling itself', 'wait();', 'assert: calls nested too deep in wait'],
    ['by calling itself with an access', 'load(0x1004); wait();', 'assert: calls nested too deep in wait'],
  ])('in vain: %s', async (_, body, title) => {
    const result = await exploreText(BUS + waits(body), 'm.ts', 50);
    // Of a function without any access the report names the one that called it.
    expect(titles(result)).toEqual([title.replace('in count', 'in wait')]);
  });
});

describe('setup, invariant and finished', () => {
  const cpus = 'export const cpus = [() => { store(0x1000, 1); store(0x1000, 2); }];\n';

  it.each([
    [
      'setup that faults',
      'export function setup() { store(0, 1); }',
      'use-after-free: NULL pointer dereference in setup',
    ],
    [
      'setup that asserts',
      "export function setup() { check(); } function check() { assert(load(0x1000), 'empty'); }",
      'assert: empty in check',
    ],
    [
      'setup that waits',
      'export const setup = () => { while (!load(0x1000)); };',
      'assert: waiting where nobody else runs in setup',
    ],
    [
      'an invariant that is false from the beginning',
      'export const invariant = () => load(0x1000) > 0;',
      'assert: invariant does not hold in invariant',
    ],
    [
      'an invariant that is false for a moment',
      'export const invariant = () => load(0x1000) !== 1;',
      'assert: invariant does not hold in invariant',
    ],
    [
      'an invariant that asserts',
      "export function invariant() { assert(load(0x1000) < 2, 'too many'); }",
      'assert: too many in invariant',
    ],
    [
      'an invariant that writes',
      'export function invariant() { return xadd(0x1004, 1) < 9; }',
      'assert: invariant changes RAM in invariant',
    ],
    [
      'an invariant that locks',
      'export function invariant() { arch_spin_lock(0x1004); return 1; }',
      'assert: waiting where nobody else runs in invariant',
    ],
    [
      'finished that is false',
      'export function finished() { return load(0x1000) === 1; }',
      'assert: the end is not as it should be in finished',
    ],
    [
      'finished that asserts',
      "export function finished() { assert(load(0x1000) === 1, 'lost'); }",
      'assert: lost in finished',
    ],
    [
      'finished that does not end',
      'export function finished() { for (;;) xadd(0x1004, 1); }',
      'livelock: loop without end in finished',
    ],
  ])('%s', async (_, text, title) => {
    expect((await verdict(cpus + text)).slice(1)).toEqual([title]);
  });

  it('hold when they return nothing and assert what is true', async () => {
    const invariant = 'export function invariant() { if (load(0x1000) === 1) return; assert(load(0x1000) !== 1); }\n';
    const finished = 'export const finished = () => assert(xadd(0x1000, 1) === 2);';
    expect(await verdict(cpus + invariant + finished)).toEqual([1]);
  });

  // Y is read only once X is 1: the first executions do not show it.
  it.each([
    ['soon', 'const slow = () => store(X, 1);'],
    ['late', 'const slow = () => { for (let i = 0; i < 12; i++) load(OWN); if (load(FLAG) === 1) store(X, 1); };'],
  ])('an invariant that looks at more than it did before is not left behind: %s', async (_, slow) => {
    const words = 'const X = 0x1000, Y = 0x1004, FLAG = 0x1008, OWN = 0x1010;\n';
    const list =
      'export const cpus = [slow, () => { store(FLAG, 1); store(FLAG, 0); }, () => { store(Y, 1); store(Y, 2); }];\n';
    const text = `${words}${slow}\n${list}export const invariant = () => load(X) === 0 || load(Y) !== 1;`;
    expect((await verdict(text)).slice(1)).toEqual(['assert: invariant does not hold in invariant']);
  });
});
