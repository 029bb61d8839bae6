/** Every lock algorithm under every interleaving of a small load: exact counts of executions or states. */
import { describe, expect, test } from 'vitest';
import type { Observer, World } from '../../dist/src/check/evidence/observer.js';
import { finding } from '../../dist/src/check/evidence/finding.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import { RamFootprints } from '../../dist/src/explore/subject/ram-footprints.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { Dpor } from '../../dist/src/explore/strategies/dpor.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { lockTarget } from '../../dist/src/lab/lock-module.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import type { LockKind } from '../../dist/src/machine/locks/lock-kind.js';
import { isAtomic, isWrite } from '../../dist/src/machine/access-kinds.js';
import type { Settings } from '../support/explore-module.ts';
import { EXCLUSIVE, FUTEX_STATES, SHARED } from '../support/lock-counts.ts';

const lockNamed = (name: string): LockKind => {
  const found = locks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no lock ${name}`);
  return found;
};

const targetOf = (name: string, settings: Settings) => lockTarget(lockNamed(name), new Map(Object.entries(settings)));

/** Everything that a search of the whole says. */
async function exploreLock(name: string, settings: Settings, stateful = false) {
  const { executions, redundant, end, bugs, facts } = await explore({
    target: targetOf(name, settings),
    strategy: 'dpor',
    last: Number.MAX_SAFE_INTEGER,
    stateful,
    seed: 1,
    depth: 3,
    preemptions: Number.POSITIVE_INFINITY,
    checkers: [],
    first: 0,
  });
  return { executions, redundant, end, titles: bugs.map((bug) => bug.title), states: facts['states'] };
}

const clean = { redundant: 0, end: 'exhausted', titles: [] };

test('every lock is explored here', () => {
  const explored = [...EXCLUSIVE.map(([name]) => name), 'futex', ...SHARED.map(([name]) => name)];
  expect(explored.sort()).toEqual(locks.map((lock) => lock.name).sort());
});

describe('exclusive locks: nobody is inside with another, everybody gets in and out', () => {
  test.each(EXCLUSIVE)('%s: %i and %i executions', async (name, twice, three) => {
    expect(await exploreLock(name, {})).toMatchObject({ ...clean, executions: twice });
    expect(await exploreLock(name, { CPUS: 3, TURNS: 1 })).toMatchObject({ ...clean, executions: three });
  });

  test('futex, by states', async () => {
    expect(await exploreLock('futex', {}, true)).toMatchObject({
      end: 'exhausted',
      titles: [],
      states: FUTEX_STATES[0],
    });
    expect(await exploreLock('futex', { CPUS: 3, TURNS: 1 }, true)).toMatchObject({
      end: 'exhausted',
      titles: [],
      states: FUTEX_STATES[1],
    });
  });

  test('cohort with two CPUs on one socket and one on another', async () => {
    const settings = { CPUS: 3, TURNS: 1, PER_SOCKET: 2 };
    expect(await exploreLock('cohort', settings)).toMatchObject({ ...clean, executions: 438 });
  });
});

describe('locks with readers: a writer is alone, a reader sees nothing half done', () => {
  test.each(SHARED)('%s: %i and %i executions', async (name, one, two) => {
    expect(await exploreLock(name, {})).toMatchObject({ ...clean, executions: one });
    expect(await exploreLock(name, { WRITERS: 2 })).toMatchObject({ ...clean, executions: two });
  });
});

/** The word that a CPU sets when it is inside (workloads/exclusive.ts). */
const INSIDE = 0xe000;

/**
 * Who first changed a word by a locked operation in acquire goes in first. Whether an access changed its word shows at
 * the next one.
 */
class Order implements Observer {
  readonly name = 'order';
  #world: World | undefined;
  #queue: number[] = [];
  #last: { readonly cpu: number; readonly address: number; readonly before: number } | undefined;

  begin(world: World): void {
    this.#world = world;
    this.#queue = [];
    this.#last = undefined;
  }

  onAccess(cpu: number, kind: number, address: number): void {
    const world = this.#world as World;
    this.#settle(world);
    if (isAtomic(kind) && !this.#queue.includes(cpu)) {
      const inAcquire = world.stack(cpu).some((frame) => frame.function.startsWith('acquire'));
      if (inAcquire) this.#last = { cpu, address, before: world.view.word(address) };
    }
    if (address !== INSIDE || !isWrite(kind) || world.view.word(INSIDE) !== 0) return;
    const [first] = this.#queue;
    if (first !== cpu) world.report(finding('spec', `CPU#${cpu} overtakes CPU#${first}`, 'worker', 0));
    this.#queue = this.#queue.filter((one) => one !== cpu);
  }

  #settle({ view }: World): void {
    if (this.#last !== undefined && view.word(this.#last.address) !== this.#last.before)
      this.#queue.push(this.#last.cpu);
    this.#last = undefined;
  }
}

/** Whether somebody is overtaken in some execution. */
async function overtakes(name: string, settings: Settings): Promise<boolean> {
  const subject = await subjectOf(targetOf(name, settings));
  const runner = new Runner(subject, [new Order()]);
  const strategy = new Dpor(subject.machine, subject.cpus, new RamFootprints(subject.machine, subject.watched));
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return false;
    if (outcome.bugs.some((bug) => bug.kind === 'spec')) return true;
  }
}

describe('first come, first served', () => {
  test.each(locks.filter((lock) => lock.fifo).map((lock) => lock.name))('%s', async (name) => {
    expect(await overtakes(name, {})).toBe(false);
    expect(await overtakes(name, { CPUS: 3, TURNS: 1 })).toBe(false);
  });

  // With test and set every try changes the word only when it succeeds; the decrement of the byte lock always does.
  test.each(['byte', 'malthusian'])('not with %s', async (name) => {
    expect(await overtakes(name, { CPUS: 3, TURNS: 1 })).toBe(true);
  });
});
