/**
 * A search inside WebAssembly has to be the same search: the same executions with the same steps, ends and bugs as on the
 * stepped machine, and the same states. Over every example, every module of the tests, and random modules of four kinds; what
 * one module in 5 shows is missed with a chance of 3 % by each kind. `npm run test:long` takes 2,000 of each.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomModule } from '../../dist/bench/agree/random-module.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import { EnginesDiffer } from '../../dist/src/explore/search/sprint.js';
import { Search } from '../../dist/src/explore/search/search.js';
import { searchStatesInside } from '../../dist/src/explore/search/states-inside.js';
import { Pct } from '../../dist/src/explore/strategies/pct.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { moduleTarget, type Target } from '../../dist/src/explore/subject/targets.js';
import { loadModuleText } from '../../dist/src/stepper/module/module.js';
import { fitsInside } from '../../dist/src/stepper/wasm/cut.js';
import { amount } from '../support/amount.ts';
import { INPUTS, randomCode } from '../support/random-code.ts';
import { randomFutex } from '../support/random-futex.ts';
import { randomWaits } from '../support/random-waits.ts';

const EXECUTIONS = 300;
const MODULES = amount(16, 2_000);
/** What others see of a turn in a loop shows in one module in 50, in a thousand executions: a mistake made there was seen in 29 and 30. */
const WAITS = { modules: amount(32, 2_000), executions: 1_200 };
/** States that are worth going through step by step as well. */
const MOST_STATES = amount(12_000, 50_000);

const textTarget = (text: string): Target => {
  return { kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text, settings: {}, mutant: null };
};

const rest = { seed: 7, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };

/** All that a search of random executions says. */
async function sampled(
  target: Target,
  strategy: 'random' | 'pct' | 'pos',
  engine: 'wasm' | 'js',
  last = EXECUTIONS,
): Promise<unknown> {
  const options = { ...rest, rising: true, target, strategy, last, engine };
  const { executions, steps, bounded, states, bugs, facts } = await explore(options);
  const found = bugs.map(({ title, execution, times, step, finalHash, decisions }) => {
    return { title, execution, times, step, finalHash, decisions: [...decisions] };
  });
  return { executions, steps, bounded, facts, states: [...states].sort(), found };
}

/** All that a search over states says; undefined where there are too many, or no end in sight. */
async function allStates(target: Target, engine: 'wasm' | 'js', durationMs?: number): Promise<unknown> {
  const options = { ...rest, target, strategy: 'dfs', stateful: true, last: Number.MAX_SAFE_INTEGER, engine };
  const result = await explore({ ...options, durationMs });
  if (result.end !== 'exhausted' || Number(result.facts['states']) > MOST_STATES) return undefined;
  const { executions, steps, facts } = result;
  return { executions, steps, facts, ends: [...result.states].sort(), bugs: result.bugs.map(({ title }) => title) };
}

async function agree(target: Target): Promise<void> {
  for (const strategy of ['random', 'pct', 'pos'] as const) {
    expect(await sampled(target, strategy, 'wasm')).toEqual(await sampled(target, strategy, 'js'));
  }
  const inside = await allStates(target, 'wasm', 2_000);
  if (inside !== undefined) expect(inside).toEqual(await allStates(target, 'js'));
}

/** Random code, with all that calls and loops and tables can be, on two CPUs. */
function codeText(seed: number): string {
  const setup = [...INPUTS].map(([address, value]) => `store(${address}, ${value});`).join(' ');
  const head = "import { cpu_delay, load, scratch, store, udiv, wake_waiters, xadd, xchg } from 'tasklock/bus';";
  return `${head}\n${randomCode(seed)}\nexport function setup() { ${setup} }\nexport const cpus = [run, run];\n`;
}

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`../../${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.includes('operations'))
    .map((name) => `${folder}/${name}`);

describe('the same on both engines', () => {
  test.each([...filesIn('examples'), ...filesIn('test/fixtures/modules')])('%s', async (file) => {
    await agree(await moduleTarget(file, new Map()));
  });

  const random = {
    words: (seed: number) => randomModule(seed),
    waits: (seed: number) => randomWaits(seed, seed % 3 === 2),
    futexes: (seed: number) => randomFutex(seed, seed % 4 === 0),
    code: (seed: number) => codeText(seed),
  };

  test.each(Object.entries(random))('random modules: %s', { timeout: 300_000 }, async (kind, textOf) => {
    let inside = 0;
    const { modules, executions } = kind === 'waits' ? WAITS : { modules: MODULES, executions: EXECUTIONS };
    for (let seed = 0; seed < modules; seed++) {
      const target = textTarget(textOf(seed));
      const text = target.kind === 'module' ? target.text : '';
      const strategy = (['random', 'pct', 'pos'] as const)[seed % 3] as 'random';
      const seen = await sampled(target, strategy, 'wasm', executions);
      expect({ seed, text, seen }).toEqual({ seed, text, seen: await sampled(target, strategy, 'js', executions) });
      const { unit } = await loadModuleText('/nowhere/m.ts', text, new Map());
      if (fitsInside(unit)) inside++;
    }
    expect(inside).toBeGreaterThan(modules / 2);
  });
});

/** What runs inside begins with another word in RAM than what runs on the machine. */
class Wrong extends ModuleSubject {
  override beginning(): ReturnType<ModuleSubject['beginning']> {
    const begun = super.beginning();
    if (begun === undefined) return undefined;
    const ram = begun.initial.ram.ram.slice();
    ram[5] = 1;
    return { ...begun, initial: { ...begun.initial, ram: { ...begun.initial.ram, ram } } };
  }
}

test('an inside that is not the same is seen by the search itself', async () => {
  const text = `import { store } from 'tasklock/bus';
function one(): void {
  store(0x1000, 1);
}
export const cpus = [one, one];
`;
  const loaded = await loadModuleText('/nowhere/m.ts', text, new Map());
  const options = { strategy: new RandomWalk(1), observers: [], countStates: true, last: 200 };
  const right = new Search({ ...options, subject: new ModuleSubject(loaded) });
  expect(await right.go(200, async () => undefined)).toBeUndefined();
  const wrong = new Search({ ...options, subject: new Wrong(loaded) });
  await expect(wrong.go(200, async () => undefined)).rejects.toThrow(EnginesDiffer);
});

/** Counts the executions of the machine. */
class Counted extends ModuleSubject {
  resets = 0;

  override reset(): void {
    this.resets++;
    super.reset();
  }
}

test('most of a search is inside', async () => {
  const target = await moduleTarget('examples/pointer-swap.ts', new Map());
  const loaded = await loadModuleText(
    'examples/pointer-swap.ts',
    target.kind === 'module' ? target.text : '',
    new Map(),
  );
  const pct = { seed: 1, depth: 3, rising: true, cpus: 4, steps: 40 };
  for (const strategy of [new RandomWalk(1), new Pct(pct)]) {
    const subject = new Counted(loaded);
    const search = new Search({ subject, strategy, observers: [], countStates: true, last: 5_000 });
    expect(await search.go(5_000, async () => undefined)).toBeUndefined();
    expect(search.counts().executions).toBe(5_000);
    // 64, those that are compared or run again, and one behind each slice.
    expect(subject.resets).toBeLessThan(200);
  }
  const proved = await searchStatesInside(new ModuleSubject(loaded), {});
  expect(proved).toMatchObject({ states: 2_226, transitions: 6_442, end: 'exhausted' });
});
