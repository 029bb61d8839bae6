/**
 * Races that the kernel of 2005 means to have, each with its reason: the one list of what the data-race checker passes
 * over. Whoever adds an entry says why nothing can go wrong, whatever value the access sees.
 */

export interface BenignRace {
  /** The variable, as in titles. */
  readonly variable: string;
  /** Only these functions may do it without order; whoever they meet may do anything. All when not given. */
  readonly functions?: readonly string[];
  readonly reason: string;
}

/** Functions whose plain accesses count as marked: in Linux they go through a volatile. */
export const volatileFunctions: ReadonlySet<string> = new Set(['atomic_read', 'atomic_set', 'arch_spin_is_locked']);

export const benignRaces: readonly BenignRace[] = [];

/** True for a race on the list. `f` and `g` are the functions of its two sides. */
export function isBenign(variable: string, f: string, g: string): boolean {
  return benignRaces.some(
    (race) =>
      race.variable === variable &&
      (race.functions === undefined || race.functions.includes(f) || race.functions.includes(g)),
  );
}
