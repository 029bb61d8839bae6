/**
 * Counts of times in a memory that does not grow: buckets of equal relative width, as in HdrHistogram. Below 64 each
 * value has a bucket of its own; above, each power of two is cut into 64, so that a bucket is at most 1/64 of its values
 * wide and its middle, which stands for all of them, at most 0.8 % away. What lies beyond the last bucket counts there.
 */
const STEPS = 64;
const STEP_BITS = 6;
/** Powers of two above the first 64 values: up to 2^46 ns, about 19 hours. */
const OCTAVES = 40;

export const BUCKETS = STEPS + OCTAVES * STEPS;

/** The bucket of a value of nanoseconds; negative ones count as 0. */
export function bucketOf(value: number): number {
  if (value < STEPS) return value <= 0 ? 0 : Math.floor(value);
  let octave = 0;
  let scaled = value;
  if (scaled >= 0x4000_0000) {
    // Past the reach of 32-bit operations; rare.
    octave = 24;
    scaled /= 1 << 24;
  }
  const shift = 31 - STEP_BITS - Math.clz32(scaled);
  octave += shift;
  if (octave >= OCTAVES) return BUCKETS - 1;
  return STEPS + octave * STEPS + (Math.floor(scaled / 2 ** shift) - STEPS);
}

/** The value that stands for a bucket. */
export function valueOf(bucket: number): number {
  if (bucket < STEPS) return bucket;
  const octave = Math.floor((bucket - STEPS) / STEPS);
  const from = STEPS + ((bucket - STEPS) % STEPS);
  return (from + 0.5) * 2 ** octave - (octave === 0 ? 0.5 : 0);
}

export class Histogram {
  readonly counts: Float64Array;

  /** An empty one, or one over counts that came from another thread. */
  constructor(counts: Float64Array = new Float64Array(BUCKETS)) {
    this.counts = counts;
  }

  add(value: number): void {
    const bucket = bucketOf(value);
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
  }

  merge(other: Histogram): void {
    for (let i = 0; i < BUCKETS; i++) this.counts[i] = (this.counts[i] as number) + (other.counts[i] as number);
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The smallest value that so large a share of all values does not exceed; 0 when there are none. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.total));
    let seen = 0;
    for (let i = 0; i < BUCKETS; i++) {
      seen += this.counts[i] as number;
      if (seen >= wanted) return valueOf(i);
    }
    return 0;
  }
}
