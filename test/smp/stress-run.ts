/** A stress run of a built-in scenario or of a program text, in this process. */
import { assembleText } from '../../dist/src/scenario/assemble.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import type { ProgramImage } from '../../dist/src/scenario/image.js';
import { stress } from '../../dist/src/smp/stress.js';
import type { StressOptions, StressResult } from '../../dist/src/smp/stress-result.js';

interface Choice {
  readonly scenario: string;
  readonly profile?: ProfileName;
  readonly cpus?: number;
  readonly seed?: number;
  readonly iterations?: number;
}

export function scenarioImage({ scenario, profile, cpus, seed, iterations }: Choice): ProgramImage {
  const found = scenarios.find(({ name }) => name === scenario);
  if (found === undefined) throw new Error(`no scenario ${scenario}`);
  const options = { profile: profile ?? 'linux-2.6.16', cpus: cpus ?? 2, seed: seed ?? 1, iterations };
  return assembleText(found.text(options), `${scenario}.prog`);
}

/** Runs a scenario for a time, or with `iterations` to its own end. */
export function stressScenario(choice: Choice, more: Partial<StressOptions> = {}): Promise<StressResult> {
  const { scenario, cpus = 2, seed = 1, iterations } = choice;
  const durationMs = iterations === undefined ? 1_000 : undefined;
  return stress({ scenario, image: scenarioImage(choice), cpus, seed, durationMs, ...more });
}

/** Runs a program to its own end. */
export function stressProgram(text: string, cpus: number, more: Partial<StressOptions> = {}): Promise<StressResult> {
  return stress({ scenario: 'test.prog', image: assembleText(text), cpus, seed: 1, durationMs: undefined, ...more });
}

/** What a run found, short enough to read in a failed assertion. */
export const verdictOf = (result: StressResult): object => ({
  verdict: result.verdict,
  bugs: result.bugs.map(({ title, lines }) => [title, ...lines]),
});
