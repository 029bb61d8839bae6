/**
 * Interrupts in front of every access, asked for once: the same ends as when they may come at every moment; and dpor, which
 * knows nothing of them but choices, tries one execution for each way of ordering what depends on each other.
 */
import { describe, expect, test } from 'vitest';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import { RamFootprints } from '../../dist/src/explore/subject/ram-footprints.js';
import { History } from '../../dist/src/explore/strategies/history.js';
import { leastOrder } from '../../dist/src/explore/strategies/least-order.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { cpuOf } from '../../dist/src/stepped/move.js';
import { amount } from '../support/amount.ts';
import { compileInterrupted, CPUS, endsOfAll, interruptedMachine, interruptedSubject } from '../support/interrupted.ts';

/** Programs, and those of them that are held against each other at least, by how many ticks each CPU may take. */
const SIZES = [
  { ticks: 1, programs: amount(7, 100), least: amount(3, 50) },
  { ticks: 2, programs: amount(4, 20), least: 2 },
];
/** With more, plain enumeration takes too long. */
const MOST = 4_000;

/** Runs a strategy to its end; how many executions counted, undefined for too many. */
function runAll(subject: ReturnType<typeof interruptedSubject>, strategy: Strategy, each?: () => void) {
  const runner = new Runner(subject, []);
  let count = 0;
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return count;
    if (outcome.ending === 'cut') continue;
    if (++count > MOST) return undefined;
    each?.();
  }
}

/** The orders that a search may not take for one another, among all that there are: undefined for too many. */
function tracesOf(subject: ReturnType<typeof interruptedSubject>): number | undefined {
  const { machine } = subject;
  const traces = new Set<string>();
  const footprints = new RamFootprints(machine, new Set());
  const enumeration = new DepthFirst(Number.POSITIVE_INFINITY);
  const history = History.of(machine, CPUS, footprints);
  const strategy: Strategy = {
    begin(index) {
      history.restart();
      return enumeration.begin(index);
    },
    choose(moves, step) {
      const move = enumeration.choose(moves, step);
      const cpu = cpuOf(move);
      history.add(move, footprints.of(cpu), footprints.waits(cpu), []);
      return move;
    },
    end: () => enumeration.end(),
    exhausted: false,
    facts: () => ({}),
  };
  const all = runAll(subject, strategy, () => traces.add(leastOrder(history, -1).join()));
  return all === undefined ? undefined : traces.size;
}

describe.each(SIZES)('$ticks ticks for each CPU', ({ ticks, programs, least }) => {
  test('ends and orders of random programs', { timeout: 120_000 }, async () => {
    let compared = 0;
    for (let seed = 0; seed < programs; seed++) {
      const module = await compileInterrupted(seed);
      const reduced = interruptedSubject(interruptedMachine(module, ticks, true));
      const executions = runAll(
        reduced,
        new Dpor(reduced.machine, CPUS, new RamFootprints(reduced.machine, new Set())),
      );
      if (executions === undefined) continue;
      expect({ seed, ends: [...reduced.ends].sort() }).toEqual({ seed, ends: [...endsOfAll(module, ticks)].sort() });
      if (ticks > 1) {
        compared++;
        continue;
      }
      const traces = tracesOf(interruptedSubject(interruptedMachine(module, ticks, true)));
      if (traces === undefined) continue;
      compared++;
      expect({ seed, executions }).toEqual({ seed, executions: traces });
    }
    expect(compared).toBeGreaterThanOrEqual(least);
  });
});
