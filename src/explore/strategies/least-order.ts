/**
 * The order of an execution that two searches agree on: of all orders of its steps that keep the dependent ones as they
 * are, the one whose CPUs are least, compared step by step.
 */
import type { History } from './history.ts';

/** Moves in that order. `fatal`: the step that ended the execution, -1 for none; it stays the last. */
export function leastOrder(history: History, fatal: number): Uint16Array {
  const { cpus, length } = history;
  const events: number[][] = Array.from({ length: cpus }, () => []);
  for (let event = 0; event < length; event++) if (event !== fatal) events[history.cpuOf(event)]?.push(event);
  const done = new Int32Array(cpus);
  const isReady = (event: number): boolean => {
    const own = history.cpuOf(event);
    for (let cpu = 0; cpu < cpus; cpu++) {
      if (cpu !== own && history.lastBefore(event, cpu) > (done[cpu] as number)) return false;
    }
    return true;
  };
  const at = new Int32Array(cpus);
  const order = new Uint16Array(length);
  for (let step = 0; step < length; step++) {
    const cpu = events.findIndex((own, one) => {
      const event = own[at[one] as number];
      return event !== undefined && isReady(event);
    });
    const event = events[cpu]?.[at[cpu] as number];
    if (event === undefined) {
      order[step] = history.moves[fatal] as number;
      continue;
    }
    order[step] = history.moves[event] as number;
    done[cpu] = event + 1;
    at[cpu] = (at[cpu] as number) + 1;
  }
  return order;
}

/** True when one order is shorter than another, or of the same length and before it. */
export function isLess(a: Uint16Array, b: Uint16Array): boolean {
  if (a.length !== b.length) return a.length < b.length;
  const differs = a.findIndex((move, i) => move !== b[i]);
  return differs >= 0 && (a[differs] as number) < (b[differs] as number);
}
