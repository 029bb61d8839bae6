/**
 * Is there an order of the operations, each at one moment between its beginning and its end, that explains every answer?
 * Herlihy and Wing 1990; the search is Wing and Gong's (1993) with Lowe's memory of what was tried (2017): the set of
 * operations placed so far and the state they lead to.
 */
import { after, type Family, firstFamily, type Operation } from './family.ts';

/** Operations of a history that is searched, at most: the sets of placed ones are kept as bits. */
export const MOST_OPERATIONS = 30;

export interface Explanation {
  readonly explained: boolean;
  /** When not: the operations that could not be placed after the longest beginning that could. */
  readonly stuck: readonly Operation[];
}

/** `operations` in the order they began, MOST_OPERATIONS at most. */
export function linearize(operations: readonly Operation[]): Explanation {
  const all = operations.length === 0 ? 0 : 2 ** operations.length - 1;
  const tried = new Set<string>();
  let longest = -1;
  let stuck: readonly Operation[] = [];
  const place = (placed: number, count: number, family: Family): boolean => {
    if (placed === all) return true;
    const key = `${placed} ${[...family]
      .map(([pid, t]) => `${pid}:${t.parent}${t.zombie ? 'z' : ''}`)
      .sort()
      .join(' ')}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const open = operations.filter((_, i) => (placed & (2 ** i)) === 0);
    const firstEnd = Math.min(...open.map((one) => one.end));
    for (const [i, operation] of operations.entries()) {
      if ((placed & (2 ** i)) !== 0 || operation.begin > firstEnd) continue;
      if (after(family, operation).some((next) => place(placed | (2 ** i), count + 1, next))) return true;
    }
    if (count > longest) {
      longest = count;
      stuck = open.filter((one) => one.begin <= firstEnd);
    }
    return false;
  };
  const explained = place(0, 0, firstFamily);
  return { explained, stuck: explained ? [] : stuck };
}
