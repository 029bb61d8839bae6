/**
 * The checkers that are compiled in know after every execution what those in JavaScript know, word for word: clocks, what was
 * done to every word, accesses with their call chains, the heap. And with them and without a step in JavaScript fewer, the
 * executions are the same: moves, steps, ends, bugs with all their lines, on the other engine too.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import * as places from '../../dist/src/check/compiled/places.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { Pct } from '../../dist/src/explore/strategies/pct.js';
import { PartialOrderSampling } from '../../dist/src/explore/strategies/pos.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { CompiledChecks } from '../../dist/src/explore/subject/compiled-checks.js';
import { KernelSubject, loadKernel } from '../../dist/src/explore/subject/kernel-subject.js';
import { imageOf } from '../../dist/src/explore/subject/targets.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { builtinProgram } from '../../dist/src/cli/scenario-argument.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { hashText } from '../../dist/src/stepped/state.js';
import { amount } from '../support/amount.ts';
import { programText, targetOf } from '../support/programs.ts';
import { differsAt } from '../support/words.ts';
import { randomProgram } from '../support/random-program.ts';

const STANDARD = checkers.filter(({ standard }) => standard.includes('scenario')).map(({ name }) => name);
const [wasm, js] = [await loadKernel('wasm'), await loadKernel('js')];

/** The same strategy, but one that has to be asked of every step. */
function asked(strategy: Strategy): Strategy {
  return {
    exhausted: false,
    begin: (index) => strategy.begin(index),
    choose: (moves, step) => strategy.choose(moves, step),
    end: (steps, failed) => strategy.end(steps, failed),
    facts: () => ({}),
  };
}

const strategies: Readonly<Record<string, (subject: KernelSubject) => Strategy>> = {
  random: () => new RandomWalk(3),
  pct: ({ cpus }) => new Pct({ seed: 3, depth: 4, rising: true, cpus, steps: 3000, patience: 200 }),
  pos: (subject) => new PartialOrderSampling(3, subject.cpus, subject.footprints(new Set()), {}, 200),
};

/** All that the checkers know, as far as it is of this execution. */
function known(checks: CompiledChecks): readonly (readonly [string, Int32Array])[] {
  const word = (place: number): number => checks.words(place, 1)[0] as number;
  const between = (from: number, to: number): Int32Array => checks.words(from, (to - from) >> 2);
  const logged = checks.block(places.LOG, 1).subarray(0, word(places.LOG_USED));
  const sets = checks.block(places.SETS, 1).subarray(0, word(places.SETS_USED));
  return [
    ['by CPU', between(places.CPU_EPOCHS, places.PRIORITIES)],
    ['clocks and heap', between(places.CLOCKS, places.BODIES_TABLE)],
    ['epochs', checks.block(places.EPOCHS, 1)],
    ['rows', checks.block(places.ROWS, 1)],
    ['where clocks lie', checks.block(places.CLOCK_INDEXES, 1)],
    ['clocks of words', checks.block(places.RELEASED, 1)],
    ['accesses', logged],
    ['sets', sets],
  ];
}

interface Counts {
  inside: number;
  steps: number;
  bugs: number;
}

function compare(text: string, name: string, executions: number, names: readonly string[]): Counts {
  const image = imageOf(targetOf('random', text));
  const make = strategies[name] as (subject: KernelSubject) => Strategy;
  const sides = [wasm, wasm, js].map((kernel, side) => {
    const subject = new KernelSubject(kernel, image, 2);
    const strategy = make(subject);
    const runner = new Runner(subject, createObservers(names), subject.stepBound, true);
    return { subject, runner, strategy: side === 0 ? strategy : asked(strategy) };
  });
  const counts = { inside: 0, steps: 0, bugs: 0 };
  const checks = sides[0]?.subject.checks as CompiledChecks;
  const { run } = checks;
  checks.run = (...args) => {
    const made = run.apply(checks, args);
    counts.inside += made;
    return made;
  };
  for (let i = 0; i < executions; i++) {
    const [first, ...others] = sides.map(({ subject, runner, strategy }) => {
      const outcome = runner.run(strategy, i);
      const steps = outcome?.steps ?? 0;
      return { outcome, moves: runner.decisions.slice(0, steps).join(''), end: hashText(subject.machine.hash()) };
    });
    for (const other of others) expect(other).toEqual(first);
    counts.steps += (first?.outcome?.steps ?? 0) - (sides[0]?.subject.opening.length ?? 0);
    counts.bugs += first?.outcome?.bugs.length ?? 0;
    if (names.length < STANDARD.length) continue;
    const reference = known(sides[1]?.subject.checks as CompiledChecks);
    known(checks).forEach(([what, words], k) => {
      expect([i, what, differsAt(words, reference[k]?.[1] as Int32Array)]).toEqual([i, what, -1]);
    });
  }
  return counts;
}

describe.each(profileNames)('%s', (profile) => {
  test.each(Object.keys(strategies))('small scenarios, %s', (name) => {
    const some = smallScenarios.filter((_, i) => amount((i + name.length) % 8, 0) === 0);
    const all = some.map((one) => compare(smallProgram(one, profile), name, amount(4, 40), STANDARD));
    const sum = (of: keyof Counts): number => all.reduce((total, one) => total + one[of], 0);
    // Else nothing would be compared.
    expect(sum('inside')).toBeGreaterThan(0.8 * sum('steps'));
    if (profile === 'desai-2005') expect(sum('bugs')).toBeGreaterThan(0);
  });
});

test.each([
  ['a property', 'random', programText('always-shares'), 20],
  ['directories', 'pct', builtinProgram('polyinstantiation', 'desai-2005', 2) ?? '', 4],
])('%s', (_, name, text, executions) => {
  const { inside, steps, bugs } = compare(text, name, executions, STANDARD);
  expect(inside).toBeGreaterThan(0.8 * steps);
  expect(bugs).toBeGreaterThan(0);
});

test('random programs', () => {
  const random = new Random(11);
  const all = Array.from({ length: amount(24, 300) }, (_, seed) => {
    const names = random.below(3) === 0 ? [random.pick(STANDARD)] : STANDARD;
    // The profile with most bugs twice as often.
    const profile = random.pick([...profileNames, 'desai-2005']);
    return compare(randomProgram(seed, profile), random.pick(Object.keys(strategies)), 4, names);
  });
  expect(all.filter(({ bugs }) => bugs > 0).length).toBeGreaterThan(0);
});
