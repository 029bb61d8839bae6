/**
 * What agents do to each other beside memory: start, end, tell, wake. Each fixture is searched with a reduction and by plain
 * enumeration, which asks nobody what depends on what: the same ends, the same findings, and no proof where there is none.
 */
import { sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { isLong } from '../support/amount.ts';
import { withheldLines } from '../support/withheld.ts';

/** Interleavings that are enumerated. */
const ENOUGH = 500;

async function explored(
  name: string,
  strategy: string,
  checkers: string[] = [],
  timeouts: 'idle' | 'any' = 'idle',
  last = 20_000,
): Promise<SearchResult> {
  const target = javascriptTarget(`test/fixtures/javascript/between/${name}.mjs`, timeouts);
  const subject = await subjectOf(target);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last, checkers };
  return await exploreSubject(subject, { ...rest, target, strategy }, {});
}

const titles = ({ bugs }: SearchResult): string[] => bugs.map(({ title }) => title).sort();
const ends = ({ states }: SearchResult): string[] => [...states].sort();

const WRONG_END = 'assert: the end is not as it should be in finished';

describe('as plain enumeration', () => {
  /** Name, executions of the reduction, interleavings that there are, what is found. */
  const rows: readonly (readonly [string, number, number, readonly string[]])[] = [
    ['exits', 9, 15, [WRONG_END]],
    ['terminates', 7, 171, [WRONG_END]],
    ['broadcast', 8, 105, [WRONG_END]],
    ['promises', 22, 6199, [WRONG_END]],
    ['last-promise', 4, 25, [WRONG_END]],
    ['immediates', 15, 23, [WRONG_END]],
    ['online', 13, 56, [WRONG_END]],
    ['notes-order', 2, 6, [WRONG_END]],
    ['given-port', 5, 33, []],
    ['note-keys', 1, 2, []],
    ['sleeping-worker', 3, 28, ['deadlock: lost wake-up in (module)']],
    ['unref-worker', 9, 65, []],
    ['port-given-up', 10, 23, [WRONG_END]],
    ['keeps-state', 2, 28, []],
  ];

  test.for(rows)('%s', { timeout: 120_000 }, async ([name, executions, all, found]) => {
    const reduced = await explored(name, 'dpor');
    expect({ end: reduced.end, withheld: reduced.withheld, titles: titles(reduced) }).toEqual({
      end: 'exhausted',
      withheld: undefined,
      titles: found,
    });
    expect(reduced.executions).toBe(executions);
    // Of thousands the first few hundred, in the short form: what they come to the reduction has to have.
    const every = await explored(name, 'dfs', [], 'idle', isLong ? undefined : ENOUGH);
    expect(every.executions).toBe(isLong ? all : Math.min(all, ENOUGH));
    if (every.end !== 'exhausted') expect(ends(reduced)).toEqual(expect.arrayContaining(ends(every)));
    else expect(ends(reduced)).toEqual(ends(every));
    expect(found).toEqual(expect.arrayContaining(titles(every)));
    if (every.end === 'exhausted') expect(titles(every)).toEqual(found);
  });
});

test('agents are told apart whoever was started first', async () => {
  const reduced = await explored('numbers', 'dpor');
  expect({ end: reduced.end, titles: titles(reduced) }).toEqual({ end: 'exhausted', titles: [WRONG_END] });
});

test('who listens late for a worker to be there misses it, and that it might come yet is no proof', async () => {
  const late = await explored('online-late', 'dpor');
  expect(titles(late)).toEqual(['deadlock: no agent can go on in unknown']);
  expect(withheldLines(late)[0]).toMatch(/^not preempted: .*online-late\.mjs:9$/);
});

test('who goes by what others note is named, and then there is no proof', async () => {
  const { withheld, end } = await explored('notes-met', 'dpor');
  expect(end).toBe('exhausted');
  expect(withheldLines({ withheld })).toEqual([
    'agents go by what others note, with nothing in between, in count, seen',
  ]);
  for (const name of ['note-look-first', 'note-clear']) {
    const { withheld: one } = await explored(name, 'dpor');
    expect(withheldLines({ withheld: one })).toEqual([
      'agents go by what others note, with nothing in between, in seen',
    ]);
  }
  const { withheld: looked } = await explored('note-look', 'dpor');
  expect(withheldLines({ withheld: looked })).toEqual([
    'agents go by what others note, with nothing in between, in seen.a, seen.keys',
  ]);
});

test('a port of two agents is an error of the second', async () => {
  for (const name of ['port-of-two', 'port-closed']) {
    const result = await explored(name, 'dpor');
    expect(titles(result)).toEqual(['assert: uncaught Error: two agents use one port that setup() made in unknown']);
    expect(withheldLines(result)).toEqual(['agents go by what others note, with nothing in between, in a port']);
  }
});

test('what no thread can be given is refused', async () => {
  await expect(explored('given-instance', 'dpor')).rejects.toThrow(
    /setup\(\) gives an instance of Lock, which no thread can be given: give shared buffers and plain values/,
  );
  await expect(explored('given-map', 'dpor')).rejects.toThrow(/setup\(\) gives a map or set with objects in it/);
});

describe('what orders accesses', () => {
  test('a wake-up of waitAsync comes before its task, not before what runs meanwhile', async () => {
    const found = titles(await explored('woken-late', 'dpor', ['data-race']));
    expect(found).toEqual(['data-race: plain read against plain write in waits / wakes']);
  });

  test('a message comes before who takes it, not before who takes something else', async () => {
    const found = titles(await explored('unordered', 'dpor', ['data-race']));
    expect(found).toEqual([expect.stringMatching(/^data-race: plain write against plain read/)]);
  });
});

test('a promise of waitAsync is late at any moment where that is asked for, and else when nobody can go on', async () => {
  for (const [timeouts, count] of [
    ['any', 8],
    ['idle', 2],
  ] as const) {
    const reduced = await explored('late-promise', 'dpor', [], timeouts);
    const every = await explored('late-promise', 'dfs', [], timeouts);
    expect([reduced.end, reduced.states.size]).toEqual(['exhausted', count]);
    expect(ends(reduced)).toEqual(ends(every));
  }
});

test('what is changed of built-in objects is put back and named, and then there is no proof', async () => {
  const { withheld, end, bugs } = await explored('changes-built-ins', 'dfs');
  expect([end, bugs]).toEqual(['exhausted', []]);
  const names = 'Array.calls, Array.prototype.at.calls, path.sep';
  expect(withheldLines({ withheld })).toEqual([`agents change what all of them share, unlike threads: ${names}`]);
  expect(['calls' in Array, 'calls' in Array.prototype.at, sep]).toEqual([false, false, '/']);
});

test('a property of a buffer that others have is named, and then there is no proof', async () => {
  const { withheld } = await explored('notes-on-a-buffer', 'dpor');
  expect(withheldLines({ withheld })).toEqual(['agents change what all of them share, unlike threads: buffer.note']);
});
