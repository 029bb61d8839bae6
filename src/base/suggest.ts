/** "Did you mean": the known name that is nearest to a mistyped one. */

/** Letters to insert, drop, replace or swap with a neighbour to get from one text to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

/**
 * The nearest candidate, or undefined when none is near: one edit in three letters, or a C prefix such as CLONE_. One
 * letter is near nothing but itself in the other case.
 */
function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined;
  let limit = name.length === 1 ? 0 : Math.max(1, Math.floor(name.length / 3));
  const lower = name.toLowerCase();
  for (const candidate of candidates) {
    if (name === `CLONE_${candidate}` || name === `SIG${candidate}` || name === `MNT_${candidate}`) return candidate;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance <= limit && (found === undefined || distance < limit)) {
      found = candidate;
      limit = distance;
    }
  }
  return found;
}

/** The tail of a message: `; did you mean "unshare"?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates);
  return found === undefined ? '' : `; did you mean "${found}"?`;
}
