/** The last lines of a search say what its verdict covers and what it does not, and its numbers add up everywhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-verdict-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CORRECT = inRepository('examples/pointer-swap.ts');
const LOCKLESS = inRepository('examples/pointer-swap-lockless.ts');
const LONG = inRepository('test/fixtures/modules/long-spin.ts');
const GETPID = inRepository('examples/getpid.prog');

interface Target {
  readonly executions: number;
  readonly redundant: number;
  readonly repeated: number;
  readonly bounded: number;
  readonly steps: number;
  readonly facts: Readonly<Record<string, number>>;
}

interface Document extends Target {
  readonly verdict: string;
  readonly complete: boolean;
  readonly states: number;
  readonly covers: { readonly model: string; readonly summary: string; readonly notJudged: readonly string[] };
  readonly next: string;
  readonly shortfall: { readonly kind: string; readonly why: string; readonly next: string } | null;
  readonly bugs: ReadonlyArray<{
    readonly execution: number | null;
    readonly times: number;
    readonly seen: ReadonlyArray<{ readonly times: number; readonly of: number; readonly first: number | null }>;
  }>;
  readonly targets: readonly Target[];
}

async function search(...args: string[]): Promise<{ code: number | null; text: string; document: Document }> {
  const common = ['explore', ...args, '--seed', '1', '--quiet', '--no-minimize', '--out', directory];
  const [text, json] = await Promise.all([shared(common), shared([...common, '--json'])]);
  expect([text.stderr, json.stderr, json.code]).toEqual(['', '', text.code]);
  return { code: text.code, text: text.stdout, document: JSON.parse(json.stdout) as Document };
}

/** Lines that were broken for the screen, put together again. */
const unbroken = (text: string): string => text.replaceAll(/\n {4,}/g, ' ');

const SC = 'under sequential consistency';
const MODULE = ['weaker memory models', 'data-race'];
const STATES = ['weaker memory models', 'executions without an end', 'data-race'];
const KERNEL = [
  'weaker memory models',
  'use-after-free',
  'lock-order',
  'sleep-in-atomic',
  'refcount',
  'spec',
  'isolation',
];

describe('the verdict', () => {
  test.each<[args: string[], code: number, summary: string, notJudged: string[], shortfall: string | undefined]>([
    [
      [CORRECT, '--strategy', 'dpor'],
      0,
      `PROVED: complete ${SC}, every interleaving is covered by 124 executions`,
      MODULE,
      undefined,
    ],
    [
      [CORRECT, '--strategy', 'dpor', '--checkers', 'data-race'],
      0,
      `PROVED: complete ${SC}, every interleaving is covered by 124 executions`,
      ['weaker memory models'],
      undefined,
    ],
    [
      [CORRECT, '--strategy', 'dfs', '--stateful'],
      0,
      `PROVED: complete ${SC}, all 2 226 states were visited`,
      STATES,
      undefined,
    ],
    [
      [CORRECT, '--strategy', 'dfs', '--preemptions', '1'],
      0,
      `NOTHING FOUND in 598 executions ${SC}, not a proof: all there are with at most 1 preemption`,
      MODULE,
      'bound',
    ],
    [
      [CORRECT, '--strategy', 'random', '--executions', '200'],
      0,
      `NOTHING FOUND in 200 executions ${SC}, not a proof: a sample`,
      MODULE,
      'sample',
    ],
    [
      [CORRECT, '--strategy', 'pct', '--executions', '1'],
      0,
      `NOTHING FOUND in 1 execution ${SC}, not a proof: a sample`,
      MODULE,
      'sample',
    ],
    [
      [CORRECT, '--strategy', 'dpor', '--shard', '2/3'],
      0,
      `NOTHING FOUND in shard 2 of 3, 46 executions ${SC}, not a proof: one shard says nothing of the others`,
      MODULE,
      'shard',
    ],
    [
      [CORRECT, '--strategy', 'dpor', '--executions', '50'],
      3,
      `NOTHING FOUND in 50 executions ${SC}, not a proof: --executions ended the search`,
      MODULE,
      'cut',
    ],
    [
      [GETPID, '--strategy', 'random', '--executions', '3', '--checkers', 'data-race'],
      0,
      `NOTHING FOUND in 3 executions ${SC}, not a proof: a sample`,
      KERNEL,
      'sample',
    ],
    [[LOCKLESS, '--strategy', 'dpor'], 1, `FOUND 1 BUG in 352 executions, complete ${SC}`, MODULE, undefined],
    [
      [LOCKLESS, '--strategy', 'dpor', '--stateful'],
      1,
      `FOUND 1 BUG in 2 516 states, complete ${SC}`,
      STATES,
      undefined,
    ],
  ])('%j', async (args, code, summary, notJudged, shortfall) => {
    const { text, document, ...ended } = await search(...args);
    expect([ended.code, document.covers]).toEqual([code, { model: 'sc', summary, notJudged }]);
    expect([document.complete, document.shortfall?.kind]).toEqual([shortfall === undefined, shortfall]);
    const lines = unbroken(text).trimEnd().split('\n');
    expect(lines.at(-3)).toBe(summary);
    expect(lines.at(-2)).toMatch(new RegExp(`^not judged: ${notJudged.join(', ')}`));
    expect(lines.at(-1)).toBe(`next: ${document.next}`);
    const long = text.split('\n').filter((line) => line.length > 80 && !/^(tasklock replay|next: | {4,}\/)/.test(line));
    expect(long).toEqual([]);
  });
});

test('executions that met the step bound are told, and nothing is complete with one', async () => {
  const { code, text, document } = await search(LONG, '--strategy', 'dpor');
  expect([code, document.verdict, document.complete]).toEqual([3, 'inconclusive', false]);
  expect(document.bounded).toBeGreaterThan(0);
  expect(unbroken(text)).toMatch(
    /long-spin.ts: \d+ executions? met the bound of 20 000 steps and (was|were) cut short/,
  );
  expect(unbroken(text)).toMatch(/NOTHING FOUND .* met the step bound/);
});

describe('numbers', () => {
  const DESAI = ['--profile', 'desai-2005', '--strategy', 'random'];

  test('an execution that dfs runs again is counted once', async () => {
    const { text, document } = await search(CORRECT, '--strategy', 'dfs', '--preemptions', '1');
    expect([document.executions, document.repeated, document.redundant]).toEqual([598, 24, 0]);
    expect(text).toContain('24 executions of a lower bound run again and not counted twice');
    // Every execution of it has as many steps.
    expect(document.steps).toBe(25 * (598 + 24));
  });

  test('--executions is a number of executions that count', async () => {
    const { document } = await search(CORRECT, '--strategy', 'dfs', '--preemptions', '1', '--executions', '100');
    expect([document.executions, document.repeated, document.verdict]).toEqual([100, 6, 'inconclusive']);
  });

  test.each([[['--strategy', 'dfs', '--preemptions', '1']], [['--strategy', 'random', '--executions', '2000']]])(
    'a bug is first in a number from 1 to that of all, and in no more than all: %j',
    async (args) => {
      const { text, document } = await search(LOCKLESS, ...args);
      const [bug] = document.bugs;
      const [seen] = bug?.seen ?? [];
      expect(seen).toEqual({
        scenario: 'pointer-swap-lockless.ts',
        times: bug?.times,
        of: document.executions,
        first: bug?.execution,
      });
      expect(bug?.execution).toBeGreaterThanOrEqual(1);
      expect(bug?.execution).toBeLessThanOrEqual(document.executions - (bug?.times ?? 0) + 1);
      const spaced = text.replaceAll(/(?<=\d) (?=\d{3}\b)/g, '');
      expect(spaced).toContain(`in ${seen?.times} of ${seen?.of} executions, first in number ${seen?.first};`);
    },
  );

  test('of dpor no execution is the first: which it is depends on how the search is divided', async () => {
    const { text, document } = await search(LOCKLESS, '--strategy', 'dpor');
    expect([document.bugs[0]?.execution, document.bugs[0]?.seen[0]?.first]).toEqual([null, null]);
    expect(text).not.toContain('first in number');
  });

  test('the first execution is number 1', async () => {
    const { text, document } = await search(inRepository('examples/spinlock-broken.ts'), '--strategy', 'dfs');
    expect(document.bugs[0]?.execution).toBeGreaterThanOrEqual(1);
    expect(text).not.toContain('number 0');
    const wrong = inRepository('test/fixtures/modules/always-wrong.ts');
    const always = await search(wrong, '--strategy', 'random', '--executions', '5');
    expect(always.document.bugs[0]).toMatchObject({ execution: 1, times: 5 });
  });

  test('a search by states counts transitions', async () => {
    const { text, document } = await search(LOCKLESS, '--strategy', 'dfs', '--stateful');
    const [bug] = document.bugs;
    expect(bug?.execution).toBeNull();
    expect(bug?.seen).toEqual([
      { scenario: 'pointer-swap-lockless.ts', times: bug?.times, of: document.steps, first: null },
    ]);
    expect(bug?.times).toBeLessThan(document.steps);
    expect(text).toMatch(/^scenario +states +transitions +end states +bugs +states\/s$/m);
    expect(text).toMatch(/: in [\d ]+ of [\d ]+ transitions; step/);
    expect(document.targets[0]?.facts['transitions']).toBe(document.steps);
  });

  test('those of the targets make those of the whole, and a bug is counted in all of them', async () => {
    const { text, document } = await search(...DESAI, '--executions', '24', '--checkers', 'none');
    for (const name of ['executions', 'redundant', 'repeated', 'bounded', 'steps'] as const) {
      expect(document[name]).toBe(document.targets.reduce((sum, target) => sum + target[name], 0));
    }
    expect(text).toMatch(new RegExp(`^all +${document.executions} `, 'm'));
    expect(document.bugs.length).toBeGreaterThan(0);
    for (const { times, seen } of document.bugs) expect(times).toBe(seen.reduce((sum, one) => sum + one.times, 0));
    expect(document.bugs.some(({ seen }) => seen.length > 1)).toBe(true);
  }, 60_000);
});
