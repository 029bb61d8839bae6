/** A checkpoint that was damaged, cut off, changed by hand, or is of another search: refused in one line, never believed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCampaign } from '../../dist/src/explore/search/campaign.js';
import { Checkpoint, CheckpointError } from '../../dist/src/explore/search/checkpoint.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { type Identity, identityOf } from '../../dist/src/explore/search/identity.js';
import { checksumOf } from '../../dist/src/explore/search/seal.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { moduleTarget } from '../../dist/src/explore/subject/targets.js';
import { inRepository } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-checkpoint-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'kept');

let search: Identity;
let parts: Map<number, SearchResult>;
let whole: Buffer;

beforeAll(async () => {
  const target = await moduleTarget(inRepository('examples/pointer-swap-lockless.ts'), new Map([['READERS', 1]]));
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };
  const options: ExploreOptions = { target, strategy: 'dpor', last: Number.MAX_SAFE_INTEGER, ...rest };
  search = await identityOf([options], null);
  const all = new Map<number, SearchResult>();
  await runCampaign({ explore: options, jobs: 1, onPart: (part, result) => all.set(part, result) }, {});
  // One part with the bug and one without: every kind of field, and few bytes.
  const kinds = [true, false].map((bad) => [...all].find(([, { bugs }]) => bugs.length > 0 === bad));
  parts = new Map(kinds.filter((one) => one !== undefined));
  const checkpoint = new Checkpoint(file, search, { profile: null });
  for (const [part, result] of parts) checkpoint.add(part, result);
  checkpoint.save();
  whole = readFileSync(file);
});

/** What is said to the person, or the parts that were believed. */
function opened(bytes: Uint8Array, of: Identity = search): string | ReadonlyMap<number, SearchResult> {
  const path = join(directory, 'tried');
  writeFileSync(path, bytes);
  try {
    return new Checkpoint(path, of, { profile: null }).done;
  } catch (error) {
    if (error instanceof CheckpointError) return error.message;
    throw error;
  }
}

/** The file with other content under a right checksum. */
function forged(change: (content: { search: unknown; parts: unknown[] }) => unknown): Buffer {
  const [head = '', content = ''] = whole.toString().split('\n');
  const { schema } = JSON.parse(head) as { schema: string };
  const changed = `${JSON.stringify(change(JSON.parse(content) as { search: unknown; parts: unknown[] }))}\n`;
  return Buffer.from(`${JSON.stringify({ schema, checksum: checksumOf(changed) })}\n${changed}`);
}

test('what was kept is there again', () => {
  expect(parts.size).toBe(2);
  expect(opened(whole)).toEqual(parts);
  expect(opened(forged((content) => content))).toEqual(parts);
});

test('one flipped bit anywhere is refused, and the line says what to do', () => {
  for (let at = 0; at < whole.length; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
    expect(opened(damaged)).toMatch(
      /^[^\n]* (is no checkpoint|is damaged|was made by another version)[^\n]*: delete it[^\n]*$/,
    );
  }
});

test('so is one that was cut off, at any place, or has something behind it', () => {
  for (let length = 0; length < whole.length; length++) {
    expect(opened(whole.subarray(0, length))).toMatch(/^[^\n]*: delete it[^\n]*$/);
  }
  for (const tail of ['\n', ' ', '0', whole.toString()])
    expect(opened(Buffer.concat([whole, Buffer.from(tail)]))).toMatch(/delete it/);
});

const twice = (content: { parts: unknown[] }) => ({ ...content, parts: [content.parts[0], content.parts[0]] });
const withResult = (change: object) => (content: { parts: unknown[] }) => ({
  ...content,
  parts: (content.parts as [number, object][]).map(([part, result]) => [part, { ...result, ...change }]),
});

describe('a right checksum does not help', () => {
  test.each<[what: string, change: Parameters<typeof forged>[0]]>([
    ['null', () => null],
    ['a list', () => []],
    ['no parts', ({ search: of }) => ({ search: of })],
    ['a part twice', twice],
    ['a part of no number', (content) => ({ ...content, parts: [['1', {}]] })],
    ['a part below zero', (content) => ({ ...content, parts: [[-1, (content.parts[0] as unknown[])[1]]] })],
    ['executions null', withResult({ executions: null })],
    ['executions below zero', withResult({ executions: -1 })],
    ['executions that are no whole number', withResult({ executions: 1.5 })],
    ['no bounded', withResult({ bounded: undefined })],
    ['steps as a text', withResult({ steps: '12' })],
    ['an end that is not kept', withResult({ end: 'duration' })],
    ['states that are no numbers', withResult({ states: ['x'] })],
    ['bugs that are none', withResult({ bugs: [null] })],
    ['a bug without a title', withResult({ bugs: [{ times: 1 }] })],
    ['facts that are none', withResult({ facts: { blocked: null } })],
  ])('%s', (_, change) => {
    expect(opened(forged(change))).toMatch(/holds no results of a search: delete it to begin anew$/);
  });

  test.each<[what: string, change: object]>([
    ['build', { build: 'another' }],
    ['strategy', { strategy: 'dfs' }],
    ['stateful', { stateful: true }],
    ['checkers', { checkers: ['data-race'] }],
    ['shard', { shard: { index: 1, of: 1 } }],
  ])('another %s is named', (what, change) => {
    const other = { ...search, ...change } as Identity;
    expect(opened(whole, other)).toMatch(
      new RegExp(`is of another search: its ${what}s? is .*, here it is .*: delete it`),
    );
  });
});

test('other files are told apart from checkpoints', () => {
  const old = Buffer.from('{"schema":"tasklock.checkpoint/1","search":"{}","parts":[]}');
  expect(opened(old)).toContain('another version');
  for (const text of ['', '{}', 'null', 'hello\n', '[', '\u0000\u0001']) {
    expect(opened(Buffer.from(text))).toMatch(/is no checkpoint.* or name another file$/);
  }
  mkdirSync(join(directory, 'folder'));
  expect(() => new Checkpoint(join(directory, 'folder'), search, { profile: null })).toThrow(/is not a file/);
});

test('another duration is still the same search', () => {
  expect(opened(whole, { ...search, durationMs: 1000 })).toEqual(parts);
});
