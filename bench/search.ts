/** Searches to measure: of a module of examples/ with settings, or of a small scenario. */
import { fileURLToPath } from 'node:url';
import type { ExploreOptions } from '../src/explore/search/options.ts';
import { moduleTarget, scenarioTarget, type Target } from '../src/explore/subject/targets.ts';
import type { ProfileName } from '../src/kernel/profiles.ts';
import { smallProgram, smallScenarios } from '../src/scenario/small/index.ts';

export const examplePath = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));

/** The reference-counted pointer swap with so many readers, or its twin without the lock. */
export const pointerSwap = async (readers: number, lockless = false): Promise<Target> =>
  await moduleTarget(
    examplePath(lockless ? 'pointer-swap-lockless.ts' : 'pointer-swap.ts'),
    new Map([['READERS', readers]]),
  );

export function smallTarget(name: string, profile: ProfileName): Target {
  const scenario = smallScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`no small scenario ${name}`);
  return scenarioTarget(name, smallProgram(scenario, profile));
}

/** A search without checkers; what is not said is as the command has it. */
export function options(target: Target, rest: Partial<ExploreOptions>): ExploreOptions {
  return {
    target,
    strategy: 'random',
    seed: 1,
    depth: 3,
    preemptions: Number.POSITIVE_INFINITY,
    checkers: [],
    first: 0,
    last: Number.MAX_SAFE_INTEGER,
    ...rest,
  };
}
