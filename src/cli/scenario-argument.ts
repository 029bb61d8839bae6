/** A command's scenario: a built-in one by its name, or a .prog file with a profile of its own. */
import type { ProfileName } from '../kernel/profiles.ts';
import { scenarios } from '../scenario/builtin/index.ts';
import type { Scenario } from '../scenario/builtin/scenario.ts';
import { didYouMean } from '../base/suggest.ts';
import { parseProfile, UsageError } from './usage.ts';

/** Throws UsageError for a name that is none. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((one) => one.name);
  throw new UsageError(
    `unknown scenario "${name}"${didYouMean(name, names)}: there are ${names.join(', ')}, or a .prog file`,
  );
}

/** Throws UsageError when --profile asks for another kernel than the file is written for. */
export function checkProfile(file: string, own: ProfileName, asked: string | undefined): void {
  if (asked === undefined || parseProfile(asked) === own) return;
  throw new UsageError(`${file} is written for ${own}; change its "profile" line instead of --profile ${asked}`);
}
