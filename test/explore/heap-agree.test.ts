/**
 * Random modules that ask for memory and give it back. Every search sees the same of them, with freed blocks handed out at
 * once, by the CPU that freed them, and not at all: sleep sets alone, plain enumeration, dpor whole and in parts, states.
 * Forty-two in all: what one in fourteen of them shows is missed with a chance of 5 %.
 */
import { describe, expect, test } from 'vitest';
import { compare } from '../../dist/bench/agree/compare.js';
import { amount } from '../support/amount.ts';
import { randomHeap } from '../support/random-heap.ts';
import { exploreText, titles } from '../support/explore-module.ts';

const MODULES = Number(process.env['HEAP_MODULES'] ?? amount(14, 70));

describe('heaps', () => {
  test.each([0, 1, 2])('reuse %i', { timeout: 600_000 }, async (reuse) => {
    let compared = 0;
    for (let seed = 0; seed < MODULES; seed++) {
      const text = randomHeap(seed, reuse);
      const { differences, compared: searches } = await compare(text);
      expect({ seed, text, differences }).toEqual({ seed, text, differences: [] });
      if (searches > 0) compared++;
    }
    expect(compared).toBeGreaterThan(0.75 * MODULES);
  });

  test('and there is something to see', async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 60; seed++)
      for (const one of titles(await exploreText(randomHeap(seed, 2), 'm.ts', 500))) found.add(one);
    const kinds = new Set([...found].map((title) => title.replace(/ in f\d.*/, '')));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'double-free: block freed twice',
        'leak: block never freed',
        'use-after-free: read of freed block',
        'use-after-free: write to freed block',
        'use-after-free: write to memory outside a block',
      ]),
    );
  });
});
