/** Words of the heap in reports: by the place where their block was allocated, and which one of its CPU it is. */
import { expect, it } from 'vitest';
import { tellTurns } from '../../dist/src/explore/replay/interleaving.js';
import { sourceLines } from '../../dist/src/explore/replay/source-lines.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import { subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { Heap } from '../../dist/src/stepped/heap.js';
import { interleavingLines } from '../../dist/src/report/interleaving-text.js';

it('numbers the blocks of each CPU, whatever has become of them', () => {
  const ram = new Int32Array(0x8000);
  const heap = new Heap(ram, 3, 2);
  const site = { cpu: 0, place: 1 };
  const take = (cpu: number, bytes: number): number => {
    const address = heap.choose(cpu, bytes);
    heap.take(address, bytes, site);
    return address;
  };
  const [a, b, c, d] = [take(0, 8), take(1, 16), take(0, 4), take(0, 8)];
  expect([a, b, c, d].map((address) => heap.numberOf(address))).toEqual([
    { cpu: 0, number: 1 },
    { cpu: 1, number: 1 },
    { cpu: 0, number: 2 },
    { cpu: 0, number: 3 },
  ]);
  for (const address of [0x1000, 0x10000, a + 4, a + 8, d + 24, 0x20000, -4]) {
    expect(heap.numberOf(address), String(address)).toBeUndefined();
  }
  heap.free(1, c, site);
  // The block comes back to another CPU and is the same one; one that is chosen has its number before it is taken.
  expect(take(1, 4)).toBe(c);
  expect(heap.numberOf(c)).toEqual({ cpu: 0, number: 2 });
  expect(heap.numberOf(heap.choose(1, 64))).toEqual({ cpu: 1, number: 2 });
  expect(heap.blocks().map(({ address }) => address)).toEqual([a, c, d, b]);
  heap.free(0, a, site);
  expect(heap.live().map(({ address }) => address)).toEqual([c, d, b]);
});

it('are told so wherever an address is', async () => {
  const text = `import { alloc, free, load, store } from 'tasklock/bus';
const BOX = 0x1000;
const NEXT = 4;
export function setup() { store(BOX, alloc(8)); }
function swap() {
  const own = alloc(8);
  const old = load(BOX);
  store(own + NEXT, old);
  store(BOX, own);
  free(old);
}
export const cpus = [swap, swap];
export const reuse = 0;
export function finished() { free(load(BOX)); }
`;
  const target: Target = { kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text, settings: {}, mutant: null };
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0, last: 1_000 };
  const { bugs } = await explore({ target, strategy: 'dpor', ...rest });
  const bug = bugs.find(({ title }) => title === 'double-free: block freed twice in swap');
  const subject = await subjectOf(target);
  if (bug === undefined) throw new Error('no bug');
  const turns = tellTurns(subject, bug.decisions, sourceLines(target), bug.object);
  const lines = interleavingLines(turns, subject.valueText(), { end: bug.title }).join('\n');
  expect(bug.moment.join('\n')).toContain('block setup:4#1 of 8 bytes at 0x');
  expect(lines).toMatch(/store BOX = swap:6#[01]\.1 \(was (setup:4#1|swap:6#[01]\.1)\)/);
  expect(lines).toMatch(/free setup:4#1/);
  expect(lines).not.toMatch(/0x1[0-9a-f]{4}/);
});
