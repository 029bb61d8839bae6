/**
 * Executions of a search begin with an opening, whose moves nobody chooses, and most of them are put behind it. Held against
 * executions that make all of its moves with everybody watching: one must not be told from the other.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { finding } from '../../dist/src/check/evidence/finding.js';
import type { Observer, World } from '../../dist/src/check/evidence/observer.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { Replay } from '../../dist/src/explore/strategies/replay.js';
import { scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { hashText } from '../../dist/src/stepped/state.js';
import { amount, isLong } from '../support/amount.ts';

const ALL = checkers.map(({ name }) => name);
const EXECUTIONS = amount(3, 100);

type Faulty = Target & { readonly faults?: { readonly setting: string; readonly sites: readonly string[] } };

/** An observer that is told of an opening each time it is made. */
function forgetful(observer: Observer): Observer {
  observer.keep = undefined;
  return observer;
}

/** All that an execution shows. */
function shown(runner: Runner, seed: number, index: number): unknown {
  const outcome = runner.run(new RandomWalk(seed), index) ?? expect.fail('no execution');
  const { subject, decisions } = runner;
  return {
    ...outcome,
    decisions: decisions.slice(0, outcome.steps).join(' '),
    hash: hashText(subject.machine.hash()),
    moments: outcome.bugs.map((bug) => subject.moment(bug)),
  };
}

const PROFILES = ['desai-2005', 'linux-2.6.16', 'linux-6'] as const;

// Each scenario in one of the profiles, by turns: what an opening is does not know of them.
describe.each(PROFILES)('%s', (profile: ProfileName) => {
  const own = smallScenarios.filter((_, i) => isLong || i % PROFILES.length === PROFILES.indexOf(profile));
  test.each(own.map((one) => [one.name, one] as const))('%s', async (name, scenario) => {
    for (const faults of [undefined, { setting: 'each', sites: [] }]) {
      const target: Faulty = { ...scenarioTarget(name, smallProgram(scenario, profile)), ...(faults && { faults }) };
      const subject = await subjectOf(target);
      const goesBack = new Runner(subject, createObservers(ALL), subject.stepBound, true);
      const makes = new Runner(subject, createObservers(ALL).map(forgetful), subject.stepBound, true);
      const whole = new Runner(subject, createObservers(ALL));
      for (let i = 0; i < EXECUTIONS; i++) {
        const one = shown(goesBack, 1, i);
        expect(one).toEqual(shown(makes, 1, i));
        // What races with the opening is ordered behind it, and by its moves alone it is not.
        const again = whole.run(new Replay(Uint16Array.from(decisionsOf(one)), true), 0);
        expect(titles(again?.bugs)).toEqual(titles((one as { bugs: [] }).bugs));
      }
    }
  });
});

async function small(name: string, ticks?: string): Promise<Subject> {
  const scenario = smallScenarios.find((one) => one.name === name) ?? expect.fail(`no scenario ${name}`);
  const target = scenarioTarget(name, smallProgram(scenario, 'desai-2005'));
  return await subjectOf(ticks === undefined ? target : ({ ...target, ticks } as Faulty));
}

describe('an opening', () => {
  test('is all that is done before there is anything to choose', async () => {
    const { opening = expect.fail('none'), machine } = await small('mm-peer-exits');
    // Most of it is the first clone.
    expect(opening.length).toBeGreaterThan(2_000);
    expect(machine.moves().list()).toEqual([0, 1]);
  });

  test('ends at the first choice, whether something fails', async () => {
    const target = scenarioTarget('p.prog', 'cpus 1\ntask a:\n    open("/f")\n    exit(0)\n');
    const { opening, machine } = await subjectOf({ ...target, faults: { setting: 'each', sites: [] } } as Faulty);
    expect(opening?.length).toBeGreaterThan(50);
    expect(machine.choices(0)).toBe(2);
  });

  test('is none where interrupts may come at any step', async () => {
    expect((await small('mm-peer-exits', 'each')).opening).toHaveLength(0);
  });

  test.each(['dfs', 'dpor'])('is all of a program that has nothing to choose: %s', async (strategy) => {
    const target = scenarioTarget('p.prog', 'cpus 1\ntask a:\n    getpid()\n    exit(0)\n');
    const subject = await subjectOf(target);
    const runner = new Runner(subject, createObservers(ALL), subject.stepBound, true);
    const outcome = runner.run(new RandomWalk(1), 0);
    expect(outcome).toMatchObject({ ending: 'done', steps: subject.opening?.length, bugs: [] });
    const bounds = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 9 };
    const { executions, end } = await explore({ target, strategy, checkers: ALL, ...bounds });
    expect({ executions, end }).toEqual({ executions: 1, end: 'exhausted' });
  });

  test.each([true, false])('shows what is reported in it in every execution (gone back to: %s)', async (goesBack) => {
    const subject = await small('mm-peer-exits');
    let world: World | undefined;
    const observer: Observer = {
      name: 'tenth',
      begin: (one) => {
        world = one;
      },
      afterStep: () => {
        if (world?.step === 10) world.report(finding('assert', 'the tenth step', 'somewhere', 0));
      },
      ...(goesBack && { keep: () => () => {} }),
    };
    const runner = new Runner(subject, [observer], subject.stepBound, true);
    for (let i = 0; i < 3; i++) {
      const tenth = runner.run(new RandomWalk(1), i)?.bugs.filter(({ title }) => title.includes('the tenth step'));
      expect(tenth).toMatchObject([{ step: 10 }]);
    }
  });
});

/** Every end that a program can come to. */
async function endsOf(path: string, opens: boolean): Promise<Set<string>> {
  const subject = await subjectOf(scenarioTarget('p.prog', readFileSync(path, 'utf8')));
  const runner = new Runner(subject, [], subject.stepBound, opens);
  const strategy = new Dpor(subject.machine, subject.cpus, subject.footprints(subject.watched));
  const ends = new Set<string>();
  for (let outcome = runner.run(strategy, 0); outcome !== undefined; outcome = runner.run(strategy, 0)) {
    if (outcome.ending === 'done') ends.add(hashText(subject.machine.hash()));
  }
  return ends;
}

// The CPU that has nothing to do may come first and take the only task: that is what is not tried. Half a minute: `npm run
// test:long`.
test.runIf(isLong)('ends are those from power-on, where the CPUs come to rest in that order', async () => {
  const path = 'examples/getpid.prog';
  const [all, behind] = [await endsOf(path, false), await endsOf(path, true)];
  expect([all.size, behind.size]).toEqual([120, 27]);
  expect([...behind].filter((end) => !all.has(end))).toEqual([]);
});

const titles = (bugs: readonly { readonly title: string }[] = []): string[] => bugs.map(({ title }) => title);

const decisionsOf = (one: unknown): number[] => (one as { decisions: string }).decisions.split(' ').map(Number);
