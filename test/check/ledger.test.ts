import { describe, expect, test } from 'vitest';
import { fails, isBug, knownOf, Ledger, outranks, sorted, verdictOn } from '../../dist/src/check/evidence/ledger.js';
import type { BugReport } from '../../dist/src/check/evidence/bug-report.js';

/** Known of linux-2.6.16 when a line says what it answered, and a bug without. */
const TITLE = 'spec: a failed unshare changed fs root mount in sys_unshare';
const KNOWN = ['it answered -22'];
const known = knownOf('linux-2.6.16', TITLE, KNOWN);

const report = (title: string, ...lines: string[]): BugReport => ({
  title,
  kind: 'spec',
  function: 'f',
  cpu: 0,
  lines,
});

describe('a ledger', () => {
  test('a bug hides behind no known finding of the same title, whichever comes first', () => {
    for (const order of [
      [KNOWN, []],
      [[], KNOWN],
    ]) {
      const ledger = new Ledger('linux-2.6.16');
      for (const lines of order) ledger.add(report(TITLE, ...lines));
      expect(ledger.hasBugs).toBe(true);
      expect(ledger.bugs).toEqual([report(TITLE)]);
      expect(ledger.known).toEqual([{ ...report(TITLE, ...KNOWN), finding: known }]);
    }
  });

  test('has each title once, in the order they were met, as it was met last', () => {
    const ledger = new Ledger('linux-6');
    for (const [title, line] of ['b 1', 'a 2', 'b 3'].map((one) => one.split(' '))) ledger.add(report(title, line));
    expect(ledger.bugs).toEqual([report('b', '3'), report('a', '2')]);
  });

  test('what one profile is known for is a bug of another', () => {
    const ledger = new Ledger('linux-6');
    ledger.add(report(TITLE, ...KNOWN));
    expect([ledger.bugs.length, ledger.known]).toEqual([1, []]);
  });
});

test('of a module nothing is known', () => {
  expect(known).toMatchObject({ id: 'fs-moved-by-failed-unshare' });
  expect(knownOf(null, TITLE, KNOWN)).toBe(undefined);
});

test('bugs outrank known findings, and of two alike something else decides', () => {
  const [bug, other] = [{ known: undefined }, { known }];
  expect([isBug(bug), isBug(other)]).toEqual([true, false]);
  expect([outranks(bug, other), outranks(other, bug)]).toEqual([true, false]);
  expect([outranks(bug, bug), outranks(other, other)]).toEqual([undefined, undefined]);
  expect(sorted([other, bug, other])).toEqual({ bugs: [bug], known: [other, other] });
});

test.each([
  [0, 0, false, 'pass', 'inconclusive', false],
  [0, 1, false, 'pass', 'inconclusive', false],
  [0, 1, true, 'pass', 'inconclusive', true],
  [1, 0, false, 'bug', 'bug', true],
  [1, 1, true, 'bug', 'bug', true],
])('%i bugs and %i known, strict %s', (bugs, others, strict, finished, unfinished, failing) => {
  const [some, more] = [Array.from({ length: bugs }), Array.from({ length: others })];
  expect([verdictOn(some, true), verdictOn(some, false)]).toEqual([finished, unfinished]);
  expect(fails(some, more, strict)).toBe(failing);
});
