/** Holds all searches of one module against the reference. */
import { randomModule } from './random-module.js';
import { difference, TooMany } from './seen.js';
import { enumeration, type NamedSearch, partly, searches } from './searches.js';
import { type Trial, trialOf } from './trial.js';

export interface Comparison {
  /** What a search said otherwise than the reference. */
  readonly differences: readonly string[];
  /** Searches that had something to compare; 0 for a module with too many traces for the reference. */
  readonly compared: number;
}

const USUAL: readonly NamedSearch[] = [...searches, ...partly];

export async function compare(text: string, these: readonly NamedSearch[] = USUAL): Promise<Comparison> {
  const differences: string[] = [];
  let compared = 0;
  let trial: Trial;
  try {
    trial = await trialOf(text);
  } catch (error) {
    if (error instanceof TooMany) return { differences, compared };
    throw error;
  }
  for (const { name, run } of [enumeration, ...these]) {
    try {
      const other = difference(trial.reference, await run(trial));
      if (other !== undefined) differences.push(`${name}: ${other}`);
      compared++;
    } catch (error) {
      // Too many for plain enumeration is no news; of any other search it is.
      if (error instanceof TooMany && name !== enumeration.name) differences.push(`${name}: did not come to its end`);
      else if (!(error instanceof TooMany)) differences.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { differences, compared };
}

export async function compareSeed(seed: number, these: readonly NamedSearch[] = USUAL): Promise<Comparison> {
  return await compare(randomModule(seed), these);
}
