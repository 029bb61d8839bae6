/** Memory that a module asks for: what is wrong with it, and when it is handed out again. */
import { describe, expect, it } from 'vitest';
import { exploreText, titles } from '../support/explore-module.ts';

const BUS =
  "import { alloc, assert, cmpxchg, free, futex_wake, load, memcpy, memset, store, xadd, xchg } from 'tasklock/bus';\n";
const alone = (body: string): string => `${BUS}function run() { ${body} }\nexport const cpus = [run];`;

describe('one CPU', () => {
  it.each([
    [
      'a block holds 0, also one that was used',
      'for (let i = 0; i < 2; i++) { const p = alloc(8); assert(load(p) + load(p + 4) === 0); store(p + 4, 7); free(p); }',
    ],
    [
      'two blocks are two',
      'const p = alloc(8), q = alloc(4); store(q, 1); memset(p, 2, 8); assert(load(q) === 1 && p !== q); free(p); free(q);',
    ],
    [
      'the last one freed comes first',
      'const p = alloc(8), q = alloc(8); free(p); free(q); assert(alloc(8) === q); assert(alloc(8) === p); free(p); free(q);',
    ],
    ['another size is another block', 'const p = alloc(8); free(p); const q = alloc(4); assert(q !== p); free(q);'],
    ['nothing is freed', 'free(0);'],
    ['the largest', 'const p = alloc(1024); store(p + 1020, 1); free(p);'],
    ['waking touches no word', 'const p = alloc(4); free(p); futex_wake(p, 1);'],
  ])('%s', async (_, body) => {
    expect(titles(await exploreText(alone(body)))).toEqual([]);
  });

  it.each([
    ['const p = alloc(8); free(p); load(p);', 'use-after-free: read of freed block in run'],
    ['const p = alloc(8); free(p); store(p + 4, 1);', 'use-after-free: write to freed block in run'],
    ['const p = alloc(8); free(p); xadd(p, 1);', 'use-after-free: write to freed block in run'],
    ['const p = alloc(8); free(p); memset(p, 1, 4);', 'use-after-free: write to freed block in run'],
    ['const p = alloc(8); const q = alloc(8); free(q); memcpy(p, q, 8);', 'use-after-free: read of freed block in run'],
    ['const p = alloc(8); load(p + 8);', 'use-after-free: read of memory outside a block in run'],
    ['const p = alloc(8); load(p - 4);', 'use-after-free: read of memory outside a block in run'],
    ['const p = alloc(8); memset(p, 0, 12);', 'use-after-free: write to memory outside a block in run'],
    ['load(0x12340);', 'use-after-free: read of memory outside a block in run'],
    ['load(0x20000);', 'use-after-free: bad pointer in run'],
    ['const p = alloc(8); free(p); free(p);', 'double-free: block freed twice in run'],
    ['const p = alloc(8); free(p + 4);', 'double-free: free of what is no block in run'],
    ['free(0x1000);', 'double-free: free of what is no block in run'],
    ['free(0x12342);', 'double-free: free of what is no block in run'],
    ['alloc(8);', 'leak: block never freed in run'],
    ['alloc(0);', 'assert: alloc of 0 bytes in run'],
    ['alloc(6);', 'assert: alloc of 6 bytes in run'],
    ['alloc(1028);', 'assert: alloc of 1028 bytes in run'],
    ['for (let i = 0; i < 100; i++) alloc(1024);', 'assert: heap of a CPU is full in run'],
  ])('%s', async (body, title) => {
    // The text mentions free, so that what is asked for is the same heap everywhere.
    expect(titles(await exploreText(alone(`if (load(0x1ff0)) free(0); ${body}`)))).toEqual([title]);
  });

  it('finished() may free what is left', async () => {
    const rest = 'export function finished() { free(load(0x1000)); }';
    expect(titles(await exploreText(`${alone('store(0x1000, alloc(8));')}\n${rest}`))).toEqual([]);
  });

  it('an invariant may not ask for memory', async () => {
    const asks = 'export function invariant() { return alloc(4) > 0; }';
    expect(titles(await exploreText(`${alone('free(0);')}\n${asks}`))).toEqual([
      'assert: invariant changes RAM in invariant',
    ]);
  });
});

// The victim pops while the other pops both nodes, frees them, and pushes one that lies where the first was.
const stack = (reuse: number): string => `${BUS}export const reuse = ${reuse};
const TOP = 0x1000, TAKEN = 0x1004;
function push(value) { const node = alloc(8); store(node + 4, value); store(node, load(TOP)); store(TOP, node); }
export function setup() { push(1); push(2); }
function victim() {
  const top = load(TOP);
  const next = load(top);
  if (cmpxchg(TOP, top, next) === top) store(TAKEN, next);
}
function other() {
  const a = xchg(TOP, 0);
  if (a === 0 || load(a) === 0) return;
  const b = load(a);
  free(b);
  free(a);
  push(3);
}
export const cpus = [victim, other];
export function finished() {
  const next = load(TAKEN);
  assert(next === 0 || load(TOP) !== next || next === 0 || load(next + 4) === 1, 'a node that was freed is the top');
}`;

const given = (reuse: number): string => `${BUS}export const reuse = ${reuse};
function one() { const p = alloc(8); store(0x1000, p); free(p); }
function two() { const p = alloc(8); assert(p !== load(0x1000), 'given on'); free(p); }
export const cpus = [one, two];`;

describe('several CPUs', () => {
  const ABA = /read of freed block in finished/;

  it('an address comes back, and with it ABA', async () => {
    const found = await Promise.all([2, 1, 0].map(async (reuse) => titles(await exploreText(stack(reuse)))));
    expect(found.map((one) => one.some((title) => ABA.test(title)))).toEqual([true, true, false]);
  });

  it('from who freed it to whoever asks next, or to itself only', async () => {
    const found = await Promise.all([2, 1, 0].map(async (reuse) => titles(await exploreText(given(reuse)))));
    expect(found).toEqual([['assert: given on in two'], [], []]);
  });

  it('allocs alone commute', async () => {
    const text = `${BUS}function one() { store(alloc(4), 1); }\nexport const cpus = [one, one, one];`;
    expect((await exploreText(text)).executions).toBe(1);
  });
});
