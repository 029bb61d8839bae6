/** A command's scenario: a built-in one by its name, or a .prog file. */
import { scenarios } from '../scenario/builtin/index.ts';
import type { Scenario } from '../scenario/builtin/scenario.ts';
import { smallProgram, smallScenarios } from '../scenario/small/index.ts';
import type { ProfileName } from '../kernel/profiles.ts';
import { parseProgram } from '../scenario/parser.ts';
import { withProfile } from '../scenario/with-profile.ts';
import { didYouMean } from '../base/suggest.ts';
import { warn } from './thread.ts';
import { parseProfile, readInput, UsageError } from './usage.ts';

/** Throws UsageError for a name that is none. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((one) => one.name);
  throw new UsageError(
    `unknown scenario "${name}"${didYouMean(name, names)}: there are ${names.join(', ')}, or a .prog file`,
  );
}

/** The text of a built-in scenario, large or small, of one round; undefined for a name that is none. */
export function builtinProgram(name: string, profile: ProfileName, cpus: number): string | undefined {
  const small = smallScenarios.find((one) => one.name === name);
  if (small !== undefined) return smallProgram(small, profile);
  return scenarios.find((one) => one.name === name)?.text({ profile, cpus, seed: 1, iterations: 1 });
}

/**
 * The text of a program file. With `--profile` of another kernel than it names it is made one for that kernel, so that
 * recordings hold what ran; stderr says so. Throws UsageError and ProgramError.
 */
export function readProgram(file: string, asked: string | undefined): string {
  const text = readInput(file);
  if (asked === undefined) return text;
  const profile = parseProfile(asked);
  const changed = withProfile(text, file, profile);
  if (changed !== text)
    warn(`${file} is written for ${parseProgram(text, file).profile}; it runs on ${profile} (--profile)`);
  return changed;
}
