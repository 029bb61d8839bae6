/**
 * Delta debugging: makes a list smaller by leaving out pieces of it, first halves, then ever smaller ones, until no
 * single item can go. Zeller, Hildebrandt: Simplifying and isolating failure-inducing input, IEEE TSE 2002. Only the
 * complements of pieces are tried; after a success the walk goes on from the same place, not from the beginning.
 */

/** `without` tries the list without the items from one index to another, and has made it smaller when it says true. */
export async function ddmin(
  size: () => number,
  without: (from: number, to: number) => Promise<boolean>,
): Promise<void> {
  for (let piece = Math.ceil(size() / 2); piece > 0; ) {
    let smaller = false;
    for (let at = 0; at < size(); ) {
      if (await without(at, Math.min(size(), at + piece))) smaller = true;
      else at += piece;
    }
    if (piece > 1) piece = Math.ceil(piece / 2);
    else if (!smaller) return;
  }
}
