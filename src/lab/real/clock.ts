/** A thread's clock: how it stands to the one of the run, and what it costs. */

const TRIES = 500;
const BATCH = 1000;

/**
 * Milliseconds to add to performance.now() of this thread to get the time since `epoch`, which is one of process.hrtime:
 * from the narrowest of many tries, so that it is right to a fraction of a microsecond whatever zero the thread counts from.
 */
export function clockOffset(epoch: bigint): number {
  let narrowest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < TRIES; i++) {
    const before = process.hrtime.bigint();
    const now = performance.now();
    const after = process.hrtime.bigint();
    const width = Number(after - before);
    if (width >= narrowest) continue;
    narrowest = width;
    offset = (Number(before - epoch) + width / 2) / 1e6 - now;
  }
  return offset;
}

/** Nanoseconds of one turn of `batch`, which does so many: the best of many batches. */
export function bestOf(batches: number, turns: number, batch: (turns: number) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < batches; i++) {
    const startedAt = performance.now();
    batch(turns);
    best = Math.min(best, performance.now() - startedAt);
  }
  return (best * 1e6) / turns;
}

/** Nanoseconds that one performance.now() takes. */
export function stampCost(): number {
  let sum = 0;
  const cost = bestOf(60, BATCH, (turns) => {
    for (let i = 0; i < turns; i++) sum += performance.now();
  });
  if (!Number.isFinite(sum)) throw new Error('the clock does not count');
  return cost;
}
