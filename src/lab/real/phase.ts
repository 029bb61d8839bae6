/** Near and far: a cache line's way between two cores may change from one moment to the next, and all figures with it. */
import type { Phase } from '../result.ts';

/** A round trip below this is near: cores that share a cache. */
const NEAR_NS = 250;

export const phaseOf = (probeNs: number | null): Phase | null =>
  probeNs === null ? null : probeNs < NEAR_NS ? 'near' : 'far';

/** The phase that most are in; near when two are even. */
export function majority(phases: readonly (Phase | null)[]): Phase | null {
  const count = (phase: Phase | null): number => phases.filter((one) => one === phase).length;
  const order = ['near', 'far', null] as const;
  return order.reduce<Phase | null>((best, phase) => (count(phase) > count(best) ? phase : best), 'near');
}
