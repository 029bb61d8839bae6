/** Checks that are remembered find what they would find; and nothing is forgotten that a check has read. */
import { expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { finding } from '../../dist/src/check/evidence/finding.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { Remembered } from '../../dist/src/check/still/remembered.js';

const BYTES = 1 << 16;
const FIRST = 0x1000;

/** A list through RAM, from FIRST on: a value, and where the next one lies; 0 ends it. Something is wrong with one of 13. */
function check(view: RamView): ReturnType<typeof finding>[] {
  for (let at = FIRST; at !== 0; at = view.word(at + 4)) {
    if (view.word(at) === 13) return [finding('assert', 'a list with 13', 'nobody', at)];
  }
  return [];
}

const wants = (value: number) => (seen: RamView) =>
  seen.word(FIRST) === value ? [] : [finding('assert', 'another value', 'nobody', FIRST)];

const place = (random: Random): number => FIRST + 8 * (1 + random.below(6));

test('over random changes it finds what the check finds, and makes few', () => {
  const memory = new SharedArrayBuffer(BYTES);
  const view = new RamView(memory, BYTES);
  const remembered = new Remembered(view);
  const random = new Random(5);
  let [made, wrong] = [0, 0];
  for (let i = 0; i < 20_000; i++) {
    // A list of up to four places, forwards, so that it ends; few values.
    const places = [FIRST, ...[...new Set([place(random), place(random), place(random)])].sort((a, b) => a - b)];
    places.forEach((at, k) => {
      view.words[at >> 2] = random.below(40) === 0 ? 13 : random.below(3);
      view.words[(at >> 2) + 1] = places[k + 1] ?? 0;
    });
    // Any word may change that no check reads.
    view.words[(0x8000 >> 2) + random.below(100)] = random.next() | 0;
    const found = remembered.find('list', (seen) => {
      made++;
      return check(seen);
    });
    expect(found).toEqual(check(view));
    if (found.length > 0) wrong++;
  }
  expect(wrong).toBeGreaterThan(500);
  // 42 lists of up to four places have some 2,500 contents; a fiftieth of the rest is made again.
  expect(made - wrong).toBeLessThan(4_000);
});

test('what a check depends on besides is part of its name', () => {
  const view = new RamView(new SharedArrayBuffer(BYTES), BYTES);
  const remembered = new Remembered(view);
  expect(remembered.find('0', wants(0))).toEqual([]);
  expect(remembered.find('1', wants(1))).toHaveLength(1);
  expect(remembered.find('0', wants(0))).toEqual([]);
});

test('a check that reads what nobody notes is refused, and one that does not follow from its words is seen', () => {
  const view = new RamView(new SharedArrayBuffer(BYTES), BYTES);
  const remembered = new Remembered(view);
  expect(() => remembered.find('past the view', (seen) => (seen.words[0] === 0 ? [] : []))).toThrow('nobody notes');
  let turn = 0;
  const moody = (seen: RamView): [] => {
    seen.word(FIRST + 4 * (turn++ % 2));
    return [];
  };
  expect(remembered.find('moody', moody)).toEqual([]);
  view.words[FIRST >> 2] = 1;
  expect(() => remembered.find('moody', moody)).toThrow('does not follow');
  // The same words, and nothing wrong with them until one of 64 is made again.
  let broken = false;
  const turns = Array.from({ length: 70 }, () => () => {
    const found = remembered.find('fickle', (seen) =>
      seen.word(FIRST) >= 0 && broken ? [finding('assert', 'a change of mind', 'nobody', FIRST)] : [],
    );
    broken = true;
    return found;
  });
  expect(() => turns.forEach((one) => one())).toThrow('a change of mind');
});
