/** What every strategy keeps, whichever it is: a new one is held to the same as soon as it is in the list. */
import { describe, expect, test } from 'vitest';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { strategies, type StrategyKind } from '../../dist/src/explore/strategies/index.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { stateNumber } from '../../dist/src/stepped/state.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';

const HEAD = `import { arch_spin_lock, arch_spin_unlock, assert, choose, futex_wait, futex_wake, load, store, xadd }
  from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
const L = 0x1008;
export function setup(): void { store(L, 1); }
`;
const PLAIN = `function f(): number { store(X, 1); return load(Y); }
function g(): number { store(Y, 1); return load(X); }
export const cpus = [f, g];`;
const CHOICES = `function f(): number { const a = choose(3); store(X, a); return load(Y); }
function g(): number { if (choose(2)) store(Y, 1); return load(X); }
export const cpus = [f, g];`;
const LOCKS = `function f(): void { arch_spin_lock(L); store(X, load(X) + 1); arch_spin_unlock(L); }
export const cpus = [f, f];`;
const SLEEP = `function f(): number { return futex_wait(X, 0); }
function g(): void { store(X, 1); futex_wake(X, 1); }
export const cpus = [f, g];`;
const SPIN = `function f(): void { while (load(X) === 0); }
function g(): void { store(X, choose(2)); }
export const cpus = [f, g];`;
const FAILS = `function f(): void { assert(choose(3) < 2, 'chosen'); assert(load(X) === 0, 'seen'); }
function g(): void { xadd(X, 1); }
export const cpus = [f, g];`;
/** 64 CPUs, of which those from 31 on have something to do. */
const MANY = `function idle(): void {}
function f(cpu: number): number { if (cpu === 63) store(X, choose(2)); return load(X); }
export const cpus = [...Array(31).fill(idle), ...Array(31).fill(idle), f, f];`;
const MODULES = { PLAIN, CHOICES, LOCKS, SLEEP, SPIN, FAILS, MANY };

const subjectOf = async (text: string): Promise<ModuleSubject> =>
  new ModuleSubject(await loadModuleText('/m.ts', HEAD + text, new Map()));

const OPTIONS = { seed: 5, depth: 3, rising: true, preemptions: Number.POSITIVE_INFINITY, steps: 8 };
const EXECUTIONS = 40;
/** More than any of the modules has, however they are counted. */
const MOST = 3_000;

/** What an execution was: its moves, its end, its bugs. */
function seen(subject: ModuleSubject, runner: Runner, strategy: Strategy, index: number): string | undefined {
  const outcome = runner.run(strategy, index);
  if (outcome === undefined) return undefined;
  const { ending, steps, bugs } = outcome;
  const end = ending === 'done' ? stateNumber(subject.machine.hash()) : '';
  return `${ending} ${runner.decisions.slice(0, steps).join()} ${end} ${bugs.map(({ title }) => title).join()}`;
}

/** Executions of a strategy in order, at most so many. */
function executions(subject: ModuleSubject, strategy: Strategy, most: number): string[] {
  const runner = new Runner(subject, []);
  const found: string[] = [];
  for (let one = seen(subject, runner, strategy, 0); one !== undefined; ) {
    found.push(one);
    if (found.length >= most) break;
    one = seen(subject, runner, strategy, found.length);
  }
  return found;
}

/** Ends and bugs, each once: what a search may not miss, in whatever order it runs. */
const ends = (all: readonly string[]): string[] =>
  [...new Set(all.filter((one) => !one.startsWith('cut')).map((one) => one.replace(/^(\w+) [\d,]*/, '$1')))].sort();

/** The same strategy, every call of which is looked at. */
function watched(
  subject: ModuleSubject,
  strategy: Strategy,
): { readonly strategy: Strategy; readonly wrong: string[] } {
  const wrong: string[] = [];
  let open = false;
  const guard: Strategy = {
    begin: (index) => {
      if (open) wrong.push('begin() before end()');
      open = strategy.begin(index);
      if (open && strategy.exhausted) wrong.push('begins although it is exhausted');
      return open;
    },
    choose: (moves, step) => {
      if (!open) wrong.push('choose() outside an execution');
      const able = moves.list();
      const move = strategy.choose(moves, step);
      if (move !== -1 && !able.includes(move)) wrong.push(`${move} is none of ${able.join()}`);
      if (able.join() !== subject.machine.moves().list().join()) wrong.push('choosing has changed what can be done');
      return move;
    },
    bound: () => strategy.bound?.(),
    end: (steps, failed) => {
      open = false;
      return strategy.end(steps, failed);
    },
    get exhausted() {
      return strategy.exhausted;
    },
    facts: () => strategy.facts(),
  };
  return { strategy: guard, wrong };
}

// It never comes to a state again, so it does not wait (spin.ts); a switch ends it, and no priority keeps that away for good.
const COUNTS = `function f(): void { while (load(X) === 0) store(Y, load(Y) + 1); }
function g(): void { store(X, 1); }
export const cpus = [f, g];`;

test.each(['random', 'pct', 'pos'])('%s ends a loop that counts while it waits for another CPU', async (name) => {
  const subject = await subjectOf(COUNTS);
  const strategy = strategies.find((one) => one.name === name)?.create(subject, OPTIONS) ?? expect.fail(name);
  const all = executions(subject, strategy, EXECUTIONS);
  expect(all.filter((one) => !one.startsWith('done '))).toEqual([]);
});

describe.each(strategies.map((kind) => [kind.name, kind] as const))('%s', (_, kind: StrategyKind) => {
  const cases = Object.entries(MODULES);
  const make = (subject: ModuleSubject): Strategy => kind.create(subject, OPTIONS);

  test.each(cases)('makes moves that can be made, between begin() and end(): %s', async (_name, text) => {
    const subject = await subjectOf(text);
    const { strategy, wrong } = watched(subject, make(subject));
    executions(subject, strategy, EXECUTIONS);
    expect(wrong).toEqual([]);
  });

  test.each(cases)('does the same twice: %s', async (_name, text) => {
    const subject = await subjectOf(text);
    const first = executions(subject, make(subject), EXECUTIONS);
    expect(executions(subject, make(subject), EXECUTIONS)).toEqual(first);
    const other = await subjectOf(text);
    expect(executions(other, make(other), EXECUTIONS)).toEqual(first);
  });

  test.each(cases)('asked twice for its facts, it says the same: %s', async (_name, text) => {
    const subject = await subjectOf(text);
    const strategy = make(subject);
    executions(subject, strategy, EXECUTIONS);
    expect(strategy.facts()).toEqual(strategy.facts());
  });

  if (kind.exhaustive) {
    test.each(cases)('has tried everything when it says so, and begins no more: %s', async (_name, text) => {
      const subject = await subjectOf(text);
      const strategy = make(subject);
      const all = executions(subject, strategy, MOST);
      expect(strategy.exhausted).toBe(true);
      expect(strategy.begin(all.length)).toBe(false);
      expect(strategy.begin(0)).toBe(false);
      const enumerated = executions(subject, new DepthFirst(Number.POSITIVE_INFINITY), MOST);
      expect(enumerated.length).toBeLessThan(MOST);
      expect(ends(all)).toEqual(ends(enumerated));
      expect(new Set(all).size).toBe(all.length);
    });

    test.each(cases)('is not exhausted before its last execution has ended: %s', async (_name, text) => {
      const subject = await subjectOf(text);
      const count = executions(subject, make(subject), MOST).length;
      const strategy = make(subject);
      executions(subject, strategy, count);
      expect(strategy.exhausted).toBe(false);
    });
  } else {
    test.each(cases)('number i follows from the seed and i alone: %s', async (_name, text) => {
      const subject = await subjectOf(text);
      const runner = new Runner(subject, []);
      const inOrder = executions(subject, make(subject), EXECUTIONS);
      const strategy = make(subject);
      for (const i of [17, 3, 39, 3, 0]) expect(seen(subject, runner, strategy, i)).toBe(inOrder[i]);
      expect(strategy.exhausted).toBe(false);
      const other = kind.create(subject, { ...OPTIONS, seed: 6 });
      expect(executions(subject, other, EXECUTIONS)).not.toEqual(inOrder);
    });

    test('comes to every end in the long run', async () => {
      const subject = await subjectOf(CHOICES);
      const enumerated = executions(subject, new DepthFirst(Number.POSITIVE_INFINITY), MOST);
      expect(ends(executions(subject, make(subject), MOST))).toEqual(ends(enumerated));
    });
  }
});
