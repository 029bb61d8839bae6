/** What a search of one module saw, in a form that can be compared. */

export interface Seen {
  /** Executions that ran to their end; null for a search that does not count traces. */
  readonly executions: number | null;
  /** Fingerprints of the states that executions without a bug ended in. */
  readonly ends: string;
  readonly titles: string;
}

/** A module has more than is worth enumerating. */
export class TooMany extends Error {}

export function seen(executions: number | null, ends: Iterable<number>, titles: Iterable<string>): Seen {
  return { executions, ends: [...new Set(ends)].sort().join(' '), titles: [...new Set(titles)].sort().join('; ') };
}

/** What the second says otherwise than the first, in words; undefined when nothing. Counts only where both count. */
export function difference(a: Seen, b: Seen): string | undefined {
  if (a.titles !== b.titles) return `titles "${b.titles}" and not "${a.titles}"`;
  const count = ({ ends }: Seen): number => (ends === '' ? 0 : ends.split(' ').length);
  if (a.ends !== b.ends) return `${count(b)} end states, and not the ${count(a)}`;
  if (a.executions === null || b.executions === null || a.executions === b.executions) return undefined;
  return `${b.executions} executions and not ${a.executions}`;
}
