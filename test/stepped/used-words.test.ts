/** Copies of RAM cost what is in use, and a gap that somebody comes to after all is as good as any other word. */
import { expect, test } from 'vitest';
import { FIRST_WORD } from '../../dist/src/machine/limits.js';
import { UsedWords } from '../../dist/src/stepped/used-words.js';

const END = FIRST_WORD + 4096;
const GAP = { from: FIRST_WORD + 1000, to: FIRST_WORD + 3000 };

function fresh(): { ram: Int32Array; used: UsedWords } {
  const ram = new Int32Array(END + 4096);
  return { ram, used: new UsedWords(ram, END, GAP) };
}

/** What forEach tells. */
function words(used: UsedWords): [number, number][] {
  const all: [number, number][] = [];
  used.forEach((word, value) => all.push([word, value]));
  return all;
}

/** As the machine writes: whoever comes to a word of the gap, or behind the stretch, asks. */
function write({ ram, used }: ReturnType<typeof fresh>, word: number, value: number): void {
  used.reach(word);
  ram[word] = value;
}

test('a gap is of whole blocks inside what was given, and costs a copy nothing', () => {
  const { used } = fresh();
  expect(used.gap).toEqual({ from: FIRST_WORD + 1008, to: FIRST_WORD + 2992 });
  expect(used.copy().ram.length).toBe(4096 - (2992 - 1008));
});

test('words that are not zero are in no gap', () => {
  const ram = new Int32Array(END);
  ram[GAP.from + 500] = 7;
  const used = new UsedWords(ram, END, GAP);
  expect(used.gap.from).toBe(used.gap.to);
  expect(words(used)).toEqual([[GAP.from + 500, 7]]);
});

test.each([
  ['below the gap', FIRST_WORD + 999, true],
  ['the first word of the gap', FIRST_WORD + 1008, false],
  ['the last word of the gap', FIRST_WORD + 2991, false],
  ['above the gap', FIRST_WORD + 2992, true],
  ['behind the stretch', END + 20, false],
])('%s: told, copied and put back', (_, word, staysOpen) => {
  const machine = fresh();
  const { ram, used } = machine;
  write(machine, FIRST_WORD + 3, 1);
  write(machine, END - 1, 2);
  const before = used.copy();
  write(machine, word, 5);
  write(machine, FIRST_WORD + 3, 4);
  expect(used.gap.from < used.gap.to).toBe(staysOpen);
  const values: [number, number][] = [
    [FIRST_WORD + 3, 4],
    [word, 5],
    [END - 1, 2],
  ];
  expect(words(used)).toEqual(values.sort((a, b) => a[0] - b[0]));
  const after = used.copy();
  for (let turn = 0; turn < 2; turn++) {
    used.restore(before);
    expect(words(used)).toEqual([
      [FIRST_WORD + 3, 1],
      [END - 1, 2],
    ]);
    expect(ram[word]).toBe(0);
    used.restore(after);
    expect(words(used)).toEqual(values);
  }
});

test('a block that begins below the gap and ends in it', () => {
  const machine = fresh();
  const { ram, used } = machine;
  const before = used.copy();
  used.reachAll(FIRST_WORD + 1004, FIRST_WORD + 1012);
  ram.fill(9, FIRST_WORD + 1004, FIRST_WORD + 1012);
  expect(words(used).length).toBe(8);
  used.restore(before);
  expect(words(used)).toEqual([]);
  expect(ram.every((word) => word === 0)).toBe(true);
});
