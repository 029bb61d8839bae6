/** dfs by delays: each interleaving once, in the order of its delays, and few of them where CPUs are many. */
import { describe, expect, test } from 'vitest';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { delaysOf, NOBODY } from '../../dist/src/explore/strategies/cost.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { shared } from '../support/cli-shared.ts';
import { inRepository } from '../support/cli-process.ts';

const HEAD = `import { assert, choose, load, store, xadd } from 'tasklock/bus';\n`;
const THREE = `${HEAD}function f(cpu: number): void { store(0x1000, cpu); load(0x1004); }
export const cpus = [f, f, f];`;
const CHOICE = `${HEAD}function f(cpu: number): void { store(0x1000, choose(3)); xadd(0x1004, cpu); }
export const cpus = [f, f];`;
/** The one that looks fails between its two loads, and those that it looks at can take turns in any order. */
const many = (cpus: number): string => `${HEAD}
function set(): void { store(0x1000, 1); store(0x1004, -1); }
function look(): void { const a = load(0x1000); const b = load(0x1004); assert(a + b === 0, 'half'); }
export const cpus = [look, ...Array(${cpus - 1}).fill(set)];`;

const subjectOf = async (text: string): Promise<ModuleSubject> =>
  new ModuleSubject(await loadModuleText('/m.ts', text, new Map()));

/** The delays and the moves of each execution that counts, up to so many, and whether there are no more. */
function executions(subject: ModuleSubject, strategy: DepthFirst, most = 10_000) {
  const runner = new Runner(subject, []);
  const found: { delays: number; moves: string; titles: string[] }[] = [];
  for (let run = 0; run < most; run++) {
    let [delays, last] = [0, NOBODY];
    const begin = strategy.choose.bind(strategy);
    strategy.choose = (moves, step) => {
      const move = begin(moves, step);
      delays += delaysOf(moves, last, move);
      last = move & 63;
      return move;
    };
    const outcome = runner.run(strategy, run);
    strategy.choose = begin;
    if (outcome === undefined) break;
    const moves = runner.decisions.slice(0, outcome.steps).join();
    if (outcome.ending !== 'again') found.push({ delays, moves, titles: outcome.bugs.map(({ title }) => title) });
  }
  return { found, exhausted: strategy.exhausted };
}

const shows = ({ titles }: { titles: string[] }): boolean => titles.length > 0;

describe('delays', () => {
  test.each([
    ['three CPUs', THREE],
    ['choices', CHOICE],
  ])('bounded by enough of them are all interleavings, each once: %s', async (_, text) => {
    const subject = await subjectOf(text);
    const all = executions(subject, new DepthFirst(Number.POSITIVE_INFINITY));
    const some = executions(subject, new DepthFirst(1_000, 'delays'));
    expect([all.exhausted, some.exhausted]).toEqual([true, true]);
    expect(some.found.map(({ moves }) => moves).sort()).toEqual(all.found.map(({ moves }) => moves).sort());
    const delays = some.found.map((one) => one.delays);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
  });

  test.each([0, 1, 2, 3])('of at most %i are those that have no more', async (bound) => {
    const subject = await subjectOf(THREE);
    const all = executions(subject, new DepthFirst(1_000, 'delays')).found;
    const some = executions(subject, new DepthFirst(bound, 'delays')).found;
    expect(some.map(({ moves }) => moves)).toEqual(
      all.filter(({ delays }) => delays <= bound).map(({ moves }) => moves),
    );
  });

  test('find among many CPUs what bounded preemptions do not come to', async () => {
    const subject = await subjectOf(many(16));
    const byDelays = executions(subject, new DepthFirst(1_000, 'delays'), 2_000).found.findIndex(shows);
    expect(byDelays).toBeGreaterThanOrEqual(0);
    expect(byDelays).toBeLessThan(200);
    expect(executions(subject, new DepthFirst(1_000), 2_000).found.findIndex(shows)).toBe(-1);
  });
});

test('the command bounds them, and the verdict says so', async () => {
  const args = ['explore', inRepository('examples/pointer-swap.ts'), '--strategy', 'dfs', '--seed', '1', '--quiet'];
  const { code, stdout } = await shared([...args, '--delays', '2', '--json']);
  const { complete, shortfall, identity, facts } = JSON.parse(stdout);
  expect([code, complete, shortfall.kind, shortfall.why, identity.delays, facts]).toEqual([
    0,
    false,
    'bound',
    'at most 2 delays',
    2,
    undefined,
  ]);
  const both = await shared([...args, '--delays', '1', '--preemptions', '1']);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('not both')]);
  const other = await shared(['explore', inRepository('examples/pointer-swap.ts'), '--delays', '1']);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--delays is for --strategy dfs')]);
});
