/** Whole searches of kernels are the same on both engines; and a wrong engine is seen by the search itself. */
import { describe, expect, test } from 'vitest';
import { steppedWasm } from '../../dist/src/boot/stepped.js';
import { checkers } from '../../dist/src/check/observers/checkers.js';
import { explore, exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { EnginesDiffer } from '../../dist/src/explore/search/sprint.js';
import { KernelSubject, loadKernel } from '../../dist/src/explore/subject/kernel-subject.js';
import { imageOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { kernel as kernelWords } from '../../dist/src/kernel/layout.js';
import { STORE } from '../../dist/src/machine/access.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { ADDRESS, KIND, OPERAND } from '../../dist/src/stepped/frames.js';
import { amount } from '../support/amount.ts';
import { targetOf } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);

const options = (target: Target, strategy: string, rest: Partial<ExploreOptions>): ExploreOptions => ({
  target,
  strategy,
  seed: 5,
  depth: 3,
  preemptions: Number.POSITIVE_INFINITY,
  checkers: [],
  first: 0,
  last: amount(8, 300),
  ...rest,
});

/** All that a search comes to. */
function told(result: SearchResult): unknown {
  const { states, bugs, ...rest } = result;
  return { ...rest, states: [...states], bugs: bugs.map((bug) => ({ ...bug, decisions: [...bug.decisions] })) };
}

async function same(one: ExploreOptions): Promise<SearchResult> {
  const [wasm, js] = [await explore({ ...one, engine: 'wasm' }), await explore({ ...one, engine: 'js' })];
  expect(told(wasm)).toEqual(told(js));
  return js;
}

/** Of so many scenarios one: another for each profile and way of searching. */
const EVERY = amount(16, 1);

describe.each(profileNames)('%s', (profile) => {
  test.each([
    [0, 'random', ALL, {}],
    [1, 'random', [], {}],
    // The length is given: to find it takes longer than the search.
    [2, 'pct', [], { length: 300 }],
    [3, 'pos', ['lock-order'], {}],
    [4, 'dfs', ['data-race'], { preemptions: 1 }],
    [5, 'dpor', [], {}],
  ] as const)('%s: %s, checkers %j', async (way, strategy, names, rest) => {
    let bugs = 0;
    const first = way + 6 * profileNames.indexOf(profile);
    for (const one of smallScenarios.filter((_, i) => (i + first) % EVERY === 0)) {
      const target = targetOf(one.name, smallProgram(one, profile));
      const result = await same(options(target, strategy, { checkers: names, ...rest }));
      bugs += result.bugs.length;
    }
    if (profile === 'desai-2005' && strategy === 'random') expect(bugs).toBeGreaterThan(0);
  });
});

test.each([
  ['failures on purpose', { faults: { setting: 'each', sites: [] } }],
  ['interrupts', { ticks: 'rate:0.01' }],
])('%s', async (_, surprises) => {
  const one = smallScenarios[0] as (typeof smallScenarios)[number];
  const target = { ...targetOf(one.name, smallProgram(one, 'linux-2.6.16')), ...surprises };
  await same(options(target, 'random', { checkers: ALL }));
});

const PROGRAM = `profile linux-2.6.16
cpus 2
task one:
    c = clone(0) -> two
    w = wait(c)
task two:
    exit(0)
`;

/** The engine with a fault that nothing but the end shows: the last process number is kept as another one. */
function wrong(kernel: CompiledModule): CompiledModule {
  return {
    ...kernel,
    instantiate: (frames, ram, hooks) => {
      const resume = kernel.instantiate(frames, ram, hooks);
      return (region) => {
        resume(region);
        const stores = frames[region + KIND] === STORE && frames[region + ADDRESS] === kernelWords.last_pid;
        if (stores) (frames[region + OPERAND] as number)++;
      };
    },
  };
}

test('the 256th execution of a subject runs on the reference as well', async () => {
  const { places } = await loadKernel('wasm');
  const target = targetOf('p', PROGRAM);
  const image = imageOf(target);
  const search = async (module: CompiledModule, last: number): Promise<SearchResult> => {
    const subject = new KernelSubject({ module, places }, image, image.cpus);
    const first = await exploreSubject(subject, options(target, 'random', { last: 100 }), {});
    const rest = await exploreSubject(subject, options(target, 'random', { first: 100, last }), {});
    return { ...rest, executions: first.executions + rest.executions };
  };
  expect((await search(steppedWasm(), 256)).executions).toBe(256);
  expect((await search(wrong(steppedWasm()), 255)).bugs).toEqual([]);
  await expect(search(wrong(steppedWasm()), 256)).rejects.toThrow(EnginesDiffer);
});
