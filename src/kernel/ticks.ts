/** Times as programs give them, in ticks: a second is one. */
import { load } from '../machine/bus.ts';

export const MOST_SECONDS = 1000000;

/**
 * Ticks of a time that the kernel has read, seconds and parts of one, of which a second has so many: a part of one is one
 * more; -1 for none that there can be.
 */
export function ticks_of(at: number, parts_per_second: number): number {
  const seconds = load(at);
  const parts = load(at + 4);
  if (seconds < 0 || parts < 0 || parts >= parts_per_second) return -1;
  if (seconds > MOST_SECONDS) return MOST_SECONDS;
  return seconds + (parts ? 1 : 0);
}
