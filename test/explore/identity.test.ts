/** What a search is of: everything that decides what it finds makes a difference, and nothing else does. */
import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { firstDifference, type Identity, identityOf, subjectIdentity } from '../../dist/src/explore/search/identity.js';
import { moduleTarget, scenarioTarget } from '../../dist/src/explore/subject/targets.js';
import { inRepository } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-identity-'));
afterAll(() => rmSync(directory, { recursive: true }));

const several = inRepository('test/fixtures/modules/several');
const hashOf = async (path: string, settings: ReadonlyMap<string, number> = new Map()): Promise<string> =>
  (await subjectIdentity(await moduleTarget(path, settings))).hash;

async function searchOf(change: Partial<ExploreOptions> = {}): Promise<Identity> {
  const target = await moduleTarget(inRepository('examples/pointer-swap.ts'), new Map());
  const rest = { strategy: 'dpor', seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [] };
  return await identityOf([{ target, ...rest, first: 0, last: Number.MAX_SAFE_INTEGER, ...change }], null);
}

/** Every field of an identity, with another value in turn. */
function* changes(value: unknown, path: string): Generator<[path: string, changed: unknown]> {
  if (Array.isArray(value)) {
    yield [path, [...(value as unknown[]), 'one-more']];
    for (const [i, one] of value.entries()) {
      for (const [where, changed] of changes(one, `${path}.${i}`)) yield [where, value.with(i, changed)];
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) {
      for (const [where, changed] of changes(one, `${path}.${name}`)) yield [where, { ...value, [name]: changed }];
    }
  } else if (typeof value === 'number') yield [path, value + 1];
  else if (typeof value === 'boolean') yield [path, !value];
  else yield [path, value === null ? 1 : `${String(value)}x`];
}

describe('a difference', () => {
  test('is seen in every field, but for names and places', async () => {
    const [subject] = (await searchOf()).subjects;
    const identity = {
      ...(await searchOf()),
      subjects: [{ ...subject, settings: { A: 1 } }],
      shard: { index: 1, of: 3 },
    };
    const seen: string[] = [];
    for (const [path, changed] of changes(identity, '')) {
      // One element more than there may be: the shape is checked when a file is read.
      if (path === '.subjects') continue;
      const difference = firstDifference(identity as Identity, changed as Identity);
      const matters = !/\.(name|path)$/.test(path);
      expect([path, difference !== undefined]).toEqual([path, matters]);
      if (difference === undefined) continue;
      expect(difference.one).not.toBe(difference.other);
      seen.push(difference.what);
    }
    expect(new Set(seen).size).toBeGreaterThanOrEqual(17);
  });

  test('is told first where it is plainest', async () => {
    const settings = new Map([['READERS', 1]]);
    const fewer = await searchOf({ target: await moduleTarget(inRepository('examples/pointer-swap.ts'), settings) });
    expect(firstDifference(fewer, await searchOf())).toEqual({ what: '--set', one: 'READERS=1', other: 'none' });
    const dfs = await searchOf({ strategy: 'dfs', preemptions: 2 });
    expect(firstDifference(dfs, await searchOf())).toEqual({ what: 'strategy', one: 'dfs', other: 'dpor' });
  });

  test('is none where it does not matter', async () => {
    const one = await searchOf();
    expect(firstDifference(one, await searchOf({ seed: 2, depth: 7 }))).toBeUndefined();
    expect(firstDifference(one, await searchOf({ durationMs: 5 }), ['durationMs'])).toBeUndefined();
    const random = await searchOf({ strategy: 'random' });
    expect(firstDifference(random, await searchOf({ strategy: 'random', seed: 2 }))?.what).toBe('seed');
  });
});

describe('the hash of a module', () => {
  const copy = join(directory, 'copy');
  mkdirSync(copy);
  for (const name of ['main.ts', 'lock.ts', 'layout.ts']) copyFileSync(join(several, name), join(copy, name));

  test('is of what it says, wherever it lies', async () => {
    expect(await hashOf(join(copy, 'main.ts'))).toBe(await hashOf(join(several, 'main.ts')));
  });

  test('is of what it imports, at any depth, and of its settings', async () => {
    const before = await hashOf(join(several, 'main.ts'));
    copyFileSync(join(several, 'main.ts'), join(copy, 'again.ts'));
    appendFileSync(join(copy, 'layout.ts'), 'export const MORE = 1;\n');
    expect(await hashOf(join(copy, 'again.ts'))).not.toBe(before);
    const swap = inRepository('examples/pointer-swap.ts');
    const hashes = await Promise.all([1, 2, 3].map((readers) => hashOf(swap, new Map([['READERS', readers]]))));
    expect(new Set([await hashOf(swap), ...hashes]).size).toBe(4);
  });
});

test('the hash of a program is of its text', async () => {
  const text = 'profile linux-2.6.16\ncpus 2\ntask a:\n    exit(0)\n';
  const hashes = [];
  for (const one of [text, text.replace('2.6.16', '6'), text.replace('exit(0)', 'exit(1)')]) {
    hashes.push((await subjectIdentity(scenarioTarget('p.prog', one))).hash);
  }
  expect(new Set(hashes).size).toBe(3);
  expect((await subjectIdentity(scenarioTarget('q', text, 2))).hash).toBe(hashes[0]);
});
