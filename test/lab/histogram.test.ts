/** Histograms of fixed memory against exact quantiles. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../dist/src/lab/histogram.js';

const times = fc.array(fc.oneof(fc.nat(1_000), fc.nat(2_000_000_000)), { minLength: 1, maxLength: 300 });
const SHARES = [0, 0.5, 0.9, 0.99, 0.999, 1];

test('every quantile is within 1.6 % of the exact one', () => {
  fc.assert(
    fc.property(times, (values) => {
      const histogram = new Histogram();
      for (const value of values) histogram.add(value);
      const sorted = values.toSorted((a, b) => a - b);
      for (const share of SHARES) {
        const exact = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
        const found = histogram.quantile(share);
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(Math.max(1, 0.016 * exact));
      }
    }),
  );
});

test('two together are as one that saw both', () => {
  fc.assert(
    fc.property(times, times, (a, b) => {
      const [one, other, both] = [new Histogram(), new Histogram(), new Histogram()];
      for (const value of a) one.add(value);
      for (const value of b) other.add(value);
      for (const value of [...a, ...b]) both.add(value);
      one.merge(other);
      expect([...one.counts]).toEqual([...both.counts]);
    }),
  );
});
