import { lowestBit } from '../../base/bits.ts';

/** The enabled CPU that comes next after `last`, in turn. */
export function fairNext(enabled: number, last: number): number {
  const above = enabled & ~((2 << last) - 1);
  return lowestBit(above === 0 ? enabled : above);
}
