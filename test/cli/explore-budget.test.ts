/** The budget of a search is one of the whole command, and what is left undone is said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { smallScenarios } from '../../dist/src/scenario/small/index.js';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-budget-'));
afterAll(() => rmSync(directory, { recursive: true }));

const ALL = smallScenarios.length;
const CORRECT = inRepository('examples/pointer-swap.ts');
const LOCKLESS = inRepository('examples/pointer-swap-lockless.ts');

async function explore(...args: string[]) {
  const { code, stdout, stderr } = await shared([
    'explore',
    ...args,
    '--seed',
    '1',
    '--json',
    '--quiet',
    '--out',
    directory,
  ]);
  expect(stderr).toBe('');
  return { code, document: JSON.parse(stdout) };
}

describe('without a strategy', () => {
  test('a module is proved, by what and with how many executions', async () => {
    const { code, document } = await explore(CORRECT);
    expect([code, document.strategy, document.verdict, document.complete]).toEqual([0, 'portfolio', 'pass', true]);
    expect(document.covers.summary).toContain('every interleaving is covered by 124 executions');
    expect(document.targets[0].proof).toBe('dpor');
    const shares = document.targets[0].strategies as { strategy: string; executions: number; end: string }[];
    expect(shares.map(({ strategy, end }) => [strategy, end])).toEqual([
      ['random', 'executions'],
      ['pct', 'executions'],
      ['pos', 'executions'],
      ['dpor', 'exhausted'],
    ]);
    expect(document.executions).toBe(shares.reduce((sum, { executions }) => sum + executions, 0));
  });

  test('one that nothing was left of to prove is a sample', async () => {
    const { code, document } = await explore(CORRECT, '--executions', '200');
    expect([code, document.complete, document.shortfall.kind, document.executions]).toEqual([0, false, 'sample', 200]);
    expect([document.targets[0].proof, document.targets[0].strategies.at(-1).end]).toEqual([null, 'executions']);
  });

  test('a bug says which strategy found it, and so does its recording', async () => {
    const { code, document } = await explore(LOCKLESS, '--stop-at-first');
    const [bug] = document.bugs;
    expect([code, document.complete, bug.strategy, bug.simplified]).toEqual([1, false, 'random', 'yes']);
    expect(bug.seen).toEqual([
      { scenario: 'pointer-swap-lockless.ts', strategy: 'random', times: 1, of: bug.execution, first: bug.execution },
    ]);
    const replayed = await shared(['replay', bug.token, '--json']);
    expect([replayed.code, JSON.parse(replayed.stdout).strategy]).toEqual([1, 'random']);
  });

  test('says the same on two threads', async () => {
    const args = [LOCKLESS, '--set', 'READERS=4', '--executions', '6000'];
    const [one, two] = await Promise.all([explore(...args), explore(...args, '--jobs', '2')]);
    const titles = ({ document }: typeof one): unknown => document.bugs.map(({ title }: { title: string }) => title);
    expect([two.code, titles(two), two.document.executions]).toEqual([one.code, titles(one), one.document.executions]);
  });
});

describe('the number of executions', () => {
  test('is that of all scenarios together', async () => {
    const { document } = await explore('--strategy', 'random', '--executions', '60', '--checkers', 'none');
    expect(document.executions).toBe(60);
    const counts = document.targets.map(({ executions }: { executions: number }) => executions);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([Math.floor(60 / ALL), Math.ceil(60 / ALL)]);
  });

  test('of fewer than there are scenarios leaves some, and that is no pass', async () => {
    const { code, document } = await explore('--strategy', 'random', '--executions', '5', '--checkers', 'none');
    expect([code, document.verdict, document.executions, document.left]).toEqual([3, 'inconclusive', 5, ALL - 5]);
    expect(document.shortfall.why).toBe(`${ALL - 5} of ${ALL} scenarios were not begun`);
  });
});

test('the time is that of all scenarios together, bugs made simple in it', async () => {
  const { code, document } = await explore('--profile', 'desai-2005', '--duration', '2s');
  expect([code, document.verdict]).toEqual([1, 'bug']);
  // Each with its own would take as often as long as there are scenarios; the machine may be busy.
  expect(document.seconds).toBeLessThan(16);
  for (const { simplified } of document.bugs) expect(['yes', 'cut']).toContain(simplified);
});

test.each([
  [['--depth', '2'], '--depth is for --strategy pct'],
  [['--strategy', 'pos', '--depth', '2'], '--depth is for --strategy pct: not pos'],
  [['--shard', '1/2'], '--shard is for one strategy: name it'],
  [['--checkpoint', join(directory, 'kept')], '--checkpoint is for one strategy: name it'],
  [['--duration', '90'], 'not "90" (a number needs its unit)'],
])('%j is refused in a line', async (args, message) => {
  const { code, stdout, stderr } = await shared(['explore', CORRECT, ...args]);
  expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  expect(stderr).toContain(message);
});
