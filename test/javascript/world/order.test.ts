import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeRuns, runText } from '../../support/javascript-program.js';

const SEEDS = [1, 2, 3, 4, 5, 6];

/** `=== name.mjs` or `=== name.cjs`, then the program. */
function programs(file: string): [string, string][] {
  const text = readFileSync(fileURLToPath(new URL(`order/${file}`, import.meta.url)), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((one) => [one.slice(0, one.indexOf('\n')), one.slice(one.indexOf('\n') + 1)]);
}

describe('what Node does in one order, every schedule does in that order', () => {
  it.each(programs('fixed.txt'))('%s', (name, text) => {
    const { lines, code } = nodeRuns(text, name);
    expect(lines.length).toBeGreaterThan(0);
    for (const { lines: ours, how, world } of runText(text, SEEDS, name)) {
      expect(ours).toEqual(lines);
      expect(how).toBe(code === 0 || world.failure === undefined ? 'end' : 'failure');
      expect(world.agents[0]?.exitCode ?? 0).toBe(code);
    }
  });
});

/** Schedules that are tried, so many at a time, until Node's order and another one were seen. */
const MOST_SEEDS = 60;
const AT_A_TIME = 6;

describe('what Node leaves open is a choice', () => {
  it.each(programs('open.txt'))('%s', (name, text) => {
    const expected = nodeRuns(text, name).lines.join();
    const seen = new Set<string>();
    for (let first = 1; first <= MOST_SEEDS && !(seen.has(expected) && seen.size > 1); first += AT_A_TIME) {
      const seeds = Array.from({ length: AT_A_TIME }, (_, i) => first + i);
      for (const { lines } of runText(text, seeds, name)) seen.add(lines.join());
    }
    expect([...seen]).toContain(expected);
    expect(seen.size).toBeGreaterThan(1);
  });
});
