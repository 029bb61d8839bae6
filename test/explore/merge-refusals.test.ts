/** What merge is given is checked whole: it puts together the shards of one search, each once, and nothing else. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealed } from '../../dist/src/explore/search/seal.js';
import { type Merged, MergeError, mergeShards } from '../../dist/src/report/merge-json.js';
import { readShard, type ShardDocument } from '../../dist/src/report/shard-document.js';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-merge-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CORRECT = inRepository('examples/pointer-swap.ts');
const LOCKLESS = inRepository('examples/pointer-swap-lockless.ts');
const DPOR = ['--strategy', 'dpor', '--set', 'READERS=1'];

type Json = Readonly<Record<string, unknown>>;

async function shard(module: string, which: string, ...args: string[]): Promise<Json> {
  const common = ['--json', '--quiet', '--no-minimize', '--out', directory, '--shard', which];
  const { stdout, stderr } = await shared(['explore', module, ...common, ...args]);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Json;
}

let first: Json;
let second: Json;
beforeAll(async () => {
  [first, second] = await Promise.all([shard(CORRECT, '1/2', ...DPOR), shard(CORRECT, '2/2', ...DPOR)]);
}, 60_000);

/** The document as somebody would change it who makes the checksum right again. */
const changed = (document: Json, change: Json): Json => sealed({ ...unsealed(document), ...change });
const unsealed = ({ checksum: _checksum, ...rest }: Json): Json => rest;
const inTargets = (document: Json, change: Json): Json =>
  changed(document, { targets: (document['targets'] as Json[]).map((target) => ({ ...target, ...change })) });

/** What is said to the person, or what came of it. */
function merged(...documents: unknown[]): string | Merged {
  const shards = new Map<string, ShardDocument>();
  for (const [i, document] of documents.entries()) {
    const one = readShard(document);
    if (typeof one === 'string') return one;
    shards.set(`${i + 1}.json`, one);
  }
  try {
    return mergeShards(shards);
  } catch (error) {
    if (error instanceof MergeError) return error.message;
    throw error;
  }
}

function facts(result: string | Merged): unknown {
  if (typeof result === 'string') return result;
  const { verdict, complete, finished, executions, missing } = result.document;
  return { verdict, complete, finished, executions, missing };
}

test('the shards of one search are', () => {
  const whole = { verdict: 'pass', complete: true, finished: true, executions: 10, missing: [] };
  expect(facts(merged(first, second))).toEqual(whole);
  expect(facts(merged(second, first))).toEqual(whole);
  // A tool may write the same document in another order and with other spaces.
  expect(
    facts(merged(JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(first).toReversed()))), second)),
  ).toEqual(whole);
});

test('a shard by itself claims nothing of the others', () => {
  expect(first).toMatchObject({
    complete: false,
    finished: true,
    shard: { index: 1, of: 2 },
    shortfall: { kind: 'shard' },
  });
  expect(facts(merged(first))).toMatchObject({
    verdict: 'inconclusive',
    complete: false,
    finished: false,
    missing: [2],
  });
});

describe('of two searches', () => {
  test.each<[what: string, message: string, module: string, args: string[]]>([
    [
      'settings',
      '--set is READERS=2 in the first, READERS=1 in the other',
      CORRECT,
      ['--strategy', 'dpor', '--set', 'READERS=2'],
    ],
    ['no settings', '--set is none', CORRECT, ['--strategy', 'dpor']],
    [
      'checkers',
      'checkers is data-race in the first, none in the other',
      CORRECT,
      [...DPOR, '--checkers', 'data-race'],
    ],
    ['by states', 'stateful is true in the first, false in the other', CORRECT, [...DPOR, '--stateful']],
    [
      'strategy',
      'strategy is dfs in the first, dpor in the other',
      CORRECT,
      ['--strategy', 'dfs', '--set', 'READERS=1', '--preemptions', '1'],
    ],
    ['module', 'subject is pointer-swap-lockless.ts (hash', LOCKLESS, DPOR],
    ['executions', 'last execution is 7 in the first, none in the other', CORRECT, [...DPOR, '--executions', '7']],
  ])('%s: refused, and the first difference is named', async (_, message, module, args) => {
    expect(merged(first, await shard(module, '2/2', ...args))).toContain(message);
  });

  test('two files of one name are two modules, one file in two places is one', async () => {
    mkdirSync(join(directory, 'other'));
    const sameName = join(directory, 'other', 'pointer-swap.ts');
    copyFileSync(LOCKLESS, sameName);
    expect(merged(first, await shard(sameName, '2/2', ...DPOR))).toMatch(
      /subject is pointer-swap.ts \(hash .*pointer-swap.ts \(hash/,
    );
    copyFileSync(CORRECT, sameName);
    expect(facts(merged(first, await shard(sameName, '2/2', ...DPOR)))).toMatchObject({ complete: true });
  });

  test('other numbers of shards, and other seeds of what is drawn', async () => {
    expect(merged(first, await shard(CORRECT, '2/3', ...DPOR))).toContain('shards is 3 in the first, 2 in the other');
    const drawn = ['--strategy', 'random', '--executions', '20', '--seed'];
    const [one, other] = await Promise.all([
      shard(CORRECT, '1/2', ...drawn, '1'),
      shard(CORRECT, '2/2', ...drawn, '2'),
    ]);
    expect(merged(one, other)).toContain('seed is 2 in the first, 1 in the other');
  });

  test('a name that would be a line of ours', () => {
    const evil = 'x\nPROVED: complete';
    const identity = { ...(second['identity'] as Json), build: evil };
    for (const one of [
      changed(second, { identity }),
      changed(second, { scenario: evil }),
      inTargets(second, { scenario: evil }),
    ]) {
      expect(merged(first, one)).toMatch(
        /^is no result of a shard: [^\n]*: expected a text of one line, found [^\n]*$/,
      );
    }
  });

  test('another build', () => {
    const identity = { ...(second['identity'] as Json), build: 'another' };
    expect(merged(first, changed(second, { identity }))).toMatch(/build is another in the first/);
  });
});

test('the same shard twice', () => {
  expect(merged(first, first)).toContain('are both shard 1 of 2');
});

test('a document that was changed by hand', () => {
  for (const change of [{ executions: 11 }, { bugs: [] }, { shard: null }, { more: 1 }, { seconds: 0 }]) {
    const name = Object.keys(change)[0] ?? '';
    if (JSON.stringify(first[name]) === JSON.stringify(Object.values(change)[0])) continue;
    expect(merged({ ...first, ...change }, second)).toContain('its checksum is wrong');
  }
  expect(merged(unsealed(first), second)).toContain('its checksum is wrong');
});

const withShard = (shape: unknown): Json =>
  changed(second, { shard: shape, identity: { ...(second['identity'] as Json), shard: shape } });

describe('a right checksum does not help', () => {
  test.each<[what: string, document: () => unknown]>([
    ['null', () => null],
    ['a list', () => []],
    ['a number', () => 1],
    ['a text', () => 'shard'],
    ['an empty object', () => ({})],
    ['another schema', () => changed(second, { schema: 'tasklock.stress/1' })],
    ['an older schema', () => changed(second, { schema: 'tasklock.explore/1' })],
    ['a merged document', () => (merged(first) as Merged).document],
    ['shard null', () => withShard(null)],
    ['shard "x"', () => withShard('x')],
    ['shard {}', () => withShard({})],
    ['of 0', () => withShard({ index: 1, of: 0 })],
    ['of -1', () => withShard({ index: 1, of: -1 })],
    ['index 0', () => withShard({ index: 0, of: 2 })],
    ['index above of', () => withShard({ index: 3, of: 2 })],
    ['index 1.5', () => withShard({ index: 1.5, of: 2 })],
    ['index as a text', () => withShard({ index: '2', of: 2 })],
    ['of beyond all numbers', () => withShard({ index: 2, of: 1e15 })],
    ['no identity', () => changed(second, { identity: undefined })],
    [
      'a strategy that there is not',
      () => changed(second, { identity: { ...(second['identity'] as Json), strategy: 'x' } }),
    ],
    ['a model that there is not', () => changed(second, { identity: { ...(second['identity'] as Json), model: 'x' } })],
    ['executions null', () => changed(second, { executions: null })],
    ['executions of its targets null', () => inTargets(second, { executions: null })],
    ['executions below zero', () => inTargets(second, { executions: -5 })],
    ['executions that do not add up', () => changed(second, { executions: 11 })],
    ['steps that do not add up', () => inTargets(second, { steps: 0 })],
    ['no targets', () => changed(second, { targets: [], executions: 0, steps: 0 })],
    ['targets that are none', () => changed(second, { targets: null })],
    ['an end that there is not', () => inTargets(second, { end: 'done' })],
    ['states that are no numbers', () => inTargets(second, { stateHashes: ['a'] })],
    ['bugs that are none', () => changed(second, { bugs: [null] })],
    ['bugs without a title', () => changed(second, { bugs: [{}] })],
    [
      'a very deep document',
      () => JSON.parse(`{"schema":"tasklock.explore/2","a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    ],
  ])('%s', (_, document) => {
    const message = merged(first, document());
    expect(typeof message).toBe('string');
    expect(String(message)).not.toContain('\n');
    const alone = merged(document());
    expect(typeof alone).toBe('string');
  });

  test('nor does the claim itself: it is decided again', () => {
    for (const change of [
      { bounded: 1 },
      { end: 'duration' },
      { end: 'executions' },
      { end: 'stopped' },
      { grown: 2 },
    ]) {
      const totals = 'bounded' in change ? change : {};
      const one = changed(inTargets(second, change), { ...totals, complete: true, finished: true, verdict: 'pass' });
      expect(facts(merged(first, one))).toMatchObject({ verdict: 'inconclusive', complete: false, finished: false });
    }
    const cut = changed(second, { interrupted: true, complete: true });
    expect(facts(merged(first, cut))).toMatchObject({ verdict: 'inconclusive', complete: false });
  });
});

test('each is one line and exit code 2 on the command line', async () => {
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const good = write('good.json', JSON.stringify(first));
  const flipped = Buffer.from(readFileSync(good));
  flipped[100] = (flipped[100] as number) ^ 1;
  writeFileSync(join(directory, 'flipped.json'), flipped);
  const bad = [
    [good, good],
    [good, write('cut.json', JSON.stringify(second).slice(0, 500))],
    [join(directory, 'flipped.json')],
  ];
  for (const files of [...bad, [write('deep.json', '['.repeat(200_000))], [write('empty.json', '')]]) {
    const { code, stdout, stderr } = await shared(['merge', ...files]);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  }
});

test('bugs are counted over all shards, those without them too', async () => {
  const args = ['--strategy', 'random', '--executions', '90', '--seed', '1'];
  const shards = await Promise.all(['1/3', '2/3', '3/3'].map((which) => shard(LOCKLESS, which, ...args)));
  expect(shards.map((document) => (document['bugs'] as Json[]).length)).toContain(0);
  const whole = await tasklock([
    'explore',
    LOCKLESS,
    ...args,
    '--json',
    '--quiet',
    '--no-minimize',
    '--out',
    directory,
  ]);
  const { bugs } = JSON.parse(whole.stdout) as { bugs: { title: string; times: number; seen: Json[] }[] };
  expect(bugs[0]?.seen).toEqual([{ scenario: 'pointer-swap-lockless.ts', times: bugs[0]?.times, of: 90, first: 57 }]);
  const both = (merged(...shards) as Merged).document.bugs;
  expect(both.map(({ title, times, seen }) => ({ title, times, seen }))).toEqual(
    bugs.map(({ title, times, seen }) => ({ title, times, seen })),
  );
});

describe('shards of operations', () => {
  const STACK = inRepository('examples/stack-operations.ts');
  const ONE_CALL = ['--strategy', 'dpor', '--cpus', '2', '--calls', '1'];
  let stack: readonly [Json, Json];
  beforeAll(async () => {
    stack = [await shard(STACK, '1/2', ...ONE_CALL), await shard(STACK, '2/2', ...ONE_CALL)];
  }, 60_000);

  const withSize = (document: Json, change: Json): Json => {
    const [target] = document['targets'] as [Json & { size: Json }];
    return inTargets(document, { size: { ...target.size, ...change } });
  };

  test('are a proof of all scenarios together, and of none alone', () => {
    const [one, other] = stack;
    expect(facts(merged(one, other))).toMatchObject({ verdict: 'pass', complete: true, executions: 41, missing: [] });
    const { document } = merged(one, other) as Merged;
    expect(document.covers.summary).toMatch(/^PROVED: all 6 scenarios of 2 CPUs with 1 call each/);
    expect(facts(merged(one))).toMatchObject({ verdict: 'inconclusive', complete: false, missing: [2] });
  });

  test('have to be of all sizes, and of evenly as many scenarios', async () => {
    const [one, other] = stack;
    const fewer = withSize(other, { scenarios: 1, begun: 1, covered: 1 });
    expect(merged(one, fewer)).toBe('1.json has 3 of 4 scenarios of 2 CPUs x 1 call: run that shard again');
    const odd = 'does not say of every scenario what came of it';
    expect(merged(one, withSize(other, { covered: 2 }))).toBe(odd);
    expect(
      merged(
        one,
        changed(inTargets(other, { executions: 0, redundant: 0, steps: 0 }), {
          targets: [],
          executions: 0,
          redundant: 0,
          steps: 0,
        }),
      ),
    ).toBe(odd);
    expect(merged(one, withSize(other, { covered: 4 }))).toMatch(/covers no more than there is/);
    const longer = await shard(STACK, '2/2', '--strategy', 'dpor', '--cpus', '2', '--calls', '2', '--executions', '1');
    expect(merged(one, longer)).toMatch(/are not of one search: .* is /);
  });
});
