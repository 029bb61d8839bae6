/** Every seeded bug of a lock is found as it says, and its clean twin has nothing to find under the same search. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explore } from '../../dist/src/explore/search/explore.js';
import { lockTarget, lockText } from '../../dist/src/lab/lock-module.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import { mutants } from '../../dist/src/mutant/index.js';
import { type Mutant, mutated } from '../../dist/src/mutant/mutant.js';
import { shared } from '../support/cli-shared.ts';

const kindOf = (mutant: Mutant) => {
  const found = locks.find((lock) => lock.name === mutant.lock);
  if (found === undefined) throw new Error(`no lock ${mutant.lock}`);
  return found;
};

/** Executions that are enough for the slowest of them; the clean twin is searched as far. */
const ENOUGH = 6_500;

const SEARCH = { strategy: 'dpor', seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };

/** The kinds of bugs that show; where there is one that is to be found, until it is. */
async function kindsFound(mutant: Mutant, seeded: boolean): Promise<string[]> {
  const settings = new Map(Object.entries(mutant.settings ?? {}));
  const target = lockTarget(kindOf(mutant), settings, seeded ? mutant : undefined);
  const kinds = new Set<string>();
  const enough = (): boolean => seeded && mutant.finds !== null && kinds.has(mutant.finds);
  const { bugs } = await explore(
    { ...SEARCH, target, last: ENOUGH },
    { onBug: ({ kind }) => void kinds.add(kind), enough },
  );
  return [...new Set(bugs.map((bug) => bug.kind))];
}

/** What the clean twins showed. Seeded bugs of one lock in one workload have the same. */
const twins = new Map<string, Promise<string[]>>();

function kindsOfTwin(mutant: Mutant): Promise<string[]> {
  const key = JSON.stringify([mutant.lock, mutant.settings ?? {}]);
  const kinds = twins.get(key) ?? kindsFound(mutant, false);
  twins.set(key, kinds);
  return kinds;
}

describe('seeded bugs', () => {
  test('every lock has two or more that sequential consistency shows', () => {
    for (const { name } of locks) {
      const own = mutants.filter((one) => one.lock === name && one.finds !== null);
      expect(own.length, name).toBeGreaterThanOrEqual(2);
    }
    expect(new Set(mutants.map((one) => one.name)).size).toBe(mutants.length);
  });

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', async (_, mutant) => {
    const found = await kindsFound(mutant, true);
    if (mutant.finds === null) expect(found).toEqual([]);
    else expect(found).toContain(mutant.finds);
    expect(await kindsOfTwin(mutant)).toEqual([]);
  });

  test('an edit whose text does not stand there exactly once is refused', () => {
    const [mutant] = mutants;
    if (mutant === undefined) throw new Error('no mutants');
    const text = lockText(mutant.lock);
    expect(() => mutated(`${text}${text}`, mutant)).toThrow(/stands 2 times in the source, not once/);
    expect(() => mutated('', mutant)).toThrow(/stands 0 times/);
  });
});

describe('on the command line', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tasklock-mutants-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(['mcs-lost-link', 'futex-no-second-look', 'rw-fair-overtakes-readers'])(
    'the printed line replays %s',
    async (name) => {
      const lock = mutants.find((one) => one.name === name)?.lock;
      const args = [
        'explore',
        `lock:${lock}`,
        '--mutant',
        name,
        '--strategy',
        'dpor',
        '--seed',
        '1',
        '--json',
        '--quiet',
      ];
      const { code, stdout } = await shared(args, { cwd: directory });
      expect(code).toBe(1);
      const found = JSON.parse(stdout);
      expect(found).toMatchObject({ scenario: `lock:${lock}`, mutant: name, verdict: 'bug' });
      const [bug] = found.bugs;
      const replayed = await shared([...bug.replay.split(' ').slice(1), '--json'], { cwd: directory });
      expect(replayed.code).toBe(1);
      expect(JSON.parse(replayed.stdout)).toMatchObject({
        mutant: name,
        verdict: 'bug',
        bugs: [{ title: bug.title, finalHash: bug.finalHash }],
      });
    },
  );

  test.each([
    [['explore', 'lock:msc'], 'unknown lock "msc"; did you mean "mcs"?'],
    [
      ['explore', 'lock:mcs', '--mutant', 'mcs-lost-lnk'],
      'unknown mutant "mcs-lost-lnk"; did you mean "mcs-lost-link"?',
    ],
    [['explore', 'lock:mcs', '--mutant', 'tas-not-freed'], 'tas-not-freed is of tas'],
    [['explore', 'lock:mcs', '--profile', 'linux-6'], '--profile is for scenarios'],
    [['explore', 'files-shared', '--mutant', 'tas-not-freed'], '--mutant is for locks'],
  ])('%s is refused', async (args, message) => {
    const { code, stderr } = await shared(args, { cwd: directory });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });
});
