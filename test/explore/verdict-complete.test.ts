/** "complete" is decided in one place, from the facts: whatever is missing, cut, stopped or no number says no. */
import { describe, expect, test } from 'vitest';
import {
  isComplete,
  isFinished,
  type PartFacts,
  type SearchFacts,
  shortfallOf,
} from '../../dist/src/report/completeness.js';
import { checkers } from '../../dist/src/check/observers/checkers.js';
import { type Claim, notJudged, summaryOf } from '../../dist/src/report/coverage.js';

const ALL = checkers.map(({ name }) => name);
const part: PartFacts = {
  name: 'm.ts',
  end: 'exhausted',
  executions: 124,
  redundant: 0,
  repeated: 0,
  bounded: 0,
  steps: 3100,
  grown: 0,
};
const whole: SearchFacts = {
  exhaustive: true,
  preemptions: null,
  interrupted: false,
  left: 0,
  missing: [],
  isShard: false,
  parts: [part, { ...part, name: 'n.ts' }],
};
const withPart = (change: Partial<PartFacts>): SearchFacts => ({ ...whole, parts: [part, { ...part, ...change }] });

test('a search that lacks nothing is complete', () => {
  expect([isComplete(whole), isFinished(whole), shortfallOf(whole)]).toEqual([true, true, undefined]);
});

describe('not even the stated work is done', () => {
  test.each<[what: string, facts: SearchFacts, why: string]>([
    ['a shard is missing', { ...whole, missing: [2] }, 'shard 2 missing'],
    ['shards are missing', { ...whole, missing: [2, 3] }, 'shards 2, 3 missing'],
    ['it was interrupted', { ...whole, interrupted: true }, 'interrupted'],
    ['a part was stopped', withPart({ end: 'stopped' }), 'interrupted'],
    ['a scenario was not begun', { ...whole, left: 1 }, '1 of 3 scenarios was not begun'],
    [
      'a scenario of operations was not begun',
      { ...whole, made: { all: 78, begun: 7 } },
      '71 of 78 scenarios were not',
    ],
    ['there are no parts', { ...whole, parts: [] }, 'nothing was executed'],
    ['nothing was run', { ...whole, parts: [{ ...part, executions: 0, steps: 0 }] }, 'nothing was executed'],
    ['nothing ended', { ...whole, parts: [{ ...part, executions: 0 }] }, 'no execution came to its end'],
    ['an execution met the bound', withPart({ bounded: 1 }), '1 execution of m.ts met the step bound'],
    ['the number of executions was up', withPart({ end: 'executions' }), '--executions ended'],
    ['the time was up', withPart({ end: 'duration' }), '--duration ended'],
    ['the invariant read more', withPart({ grown: 1 }), 'reads words that were not known'],
    ['a count is null', withPart({ executions: null as unknown as number }), 'make no sense'],
    ['a count is NaN', withPart({ steps: Number.NaN }), 'make no sense'],
    ['a count is infinite', withPart({ executions: Number.POSITIVE_INFINITY }), 'make no sense'],
    ['a count is below zero', withPart({ redundant: -1 }), 'make no sense'],
    ['a count is no whole number', withPart({ repeated: 0.5 }), 'make no sense'],
    ['a count is a text', withPart({ executions: '124' as unknown as number }), 'make no sense'],
    ['a count is missing', withPart({ bounded: undefined as unknown as number }), 'make no sense'],
    ['more met the bound than there were', withPart({ executions: 1, bounded: 2 }), 'make no sense'],
  ])('%s', (_, facts, why) => {
    const shortfall = shortfallOf(facts);
    expect(shortfall?.kind).toBe('cut');
    expect(shortfall?.why).toContain(why);
    expect(shortfall?.next).not.toBe('');
    expect([isComplete(facts), isFinished(facts)]).toEqual([false, false]);
    // Neither a strategy that samples, a bound nor a shard turns it into work that is done.
    if (!['exhausted', 'stopped'].includes(facts.parts[1]?.end ?? 'exhausted') || facts.parts[1]?.grown) return;
    for (const less of [{ exhaustive: false }, { preemptions: 1 }]) {
      expect(shortfallOf({ ...facts, ...less })?.kind).toBe('cut');
    }
  });
});

describe('the stated work is done, and is less than everything', () => {
  test.each<[kind: string, facts: SearchFacts]>([
    ['sample', { ...whole, exhaustive: false, parts: [{ ...part, end: 'executions' }] }],
    ['sample', { ...whole, exhaustive: false, parts: [{ ...part, end: 'duration' }] }],
    ['bound', { ...whole, preemptions: 0 }],
    ['bound', { ...whole, preemptions: 2 }],
    ['shard', { ...whole, isShard: true }],
    // A shard may have nothing to do.
    ['shard', { ...whole, isShard: true, parts: [{ ...part, executions: 0, steps: 0 }] }],
  ])('%s', (kind, facts) => {
    expect([shortfallOf(facts)?.kind, isComplete(facts), isFinished(facts)]).toEqual([kind, false, true]);
  });
});

test.each<[facts: SearchFacts, why: string]>([
  [{ ...whole, preemptions: 1 }, 'at most 1 preemption'],
  [{ ...whole, preemptions: 1, mayFail: true }, 'at most 1 preemption or failure'],
  [{ ...whole, preemptions: 2, mayFail: true }, 'at most 2 preemptions and failures together'],
  [{ ...whole, delays: 2, mayFail: true }, 'at most 2 delays and failures together'],
])('failures count against a bound: %#', (facts, why) => {
  expect(shortfallOf(facts)?.why).toBe(why);
});

test.each<[states: number | null, how: string]>([
  [null, '34 executions'],
  [7, '34 executions or as one of 7 states'],
])('scenarios that a search by states came to the end of are told as such: %s', (states, how) => {
  const search = { strategy: 'dpor', model: 'sc', shard: null, subjects: [], checkers: [] };
  const identity = search as unknown as Claim['identity'];
  const claim: Claim = { identity, facts: whole, verdict: 'pass', bugs: 0, executions: 34, states, scope: 'all' };
  expect(summaryOf(claim)).toBe(`PROVED: all, complete under sequential consistency, every interleaving by ${how}`);
  expect(notJudged(claim).includes('executions without an end')).toBe(states !== null);
});

describe('what is claimed of a kernel', () => {
  const REST = 'other orders in which CPUs come to rest at first';
  const ORDERS = 'structures, references and answers in orders that dpor takes for one';
  const kernel = { kind: 'scenario', cpus: 2 };
  const sample: SearchFacts = { ...whole, exhaustive: false, parts: [{ ...part, end: 'executions' }] };

  test.each<[what: string, strategy: string, subject: object, facts: SearchFacts, left: string[]]>([
    ['a proof', 'dpor', kernel, whole, [REST, ORDERS]],
    ['all within a bound', 'dfs', kernel, { ...whole, preemptions: 1 }, [REST]],
    ['a proof for one CPU', 'dpor', { ...kernel, cpus: 1 }, whole, [ORDERS]],
    ['a proof from power-on', 'dpor', { ...kernel, ticks: 'each' }, whole, [ORDERS]],
    ['a sample', 'random', kernel, sample, []],
    ['a proof of a module', 'dpor', { kind: 'module', cpus: 2 }, whole, []],
  ])('%s', (_, strategy, subject, facts, left) => {
    const search = { strategy, model: 'sc', shard: null, subjects: [subject], checkers: ALL };
    const identity = search as unknown as Claim['identity'];
    expect(notJudged({ identity, facts, states: null })).toEqual(['weaker memory models', ...left]);
  });
});
