/**
 * Which CPU calls which operations: scenarios by size, the smaller ones first. Those of a size are named one by one while
 * they are few, and drawn from the seed where they are many; so of a size it is known whether it is covered whole.
 */
import { Random } from '../../base/random.ts';
import type { Scenario } from '../../stepper/module/operations-text.ts';

/** So many CPUs, each of which makes a call, and one of them so many and none more. */
export interface Size {
  readonly cpus: number;
  readonly calls: number;
}

/** Scenarios of a size that are named one by one, and those that are drawn of a larger one. */
const MOST_NAMED = 10_000;
export const MOST_DRAWN = 10_000;

/** Sizes up to one, those with fewer calls in all first. */
export function sizesUpTo({ cpus: mostCpus, calls: mostCalls }: Size): Size[] {
  const sizes: Size[] = [];
  for (let cpus = 2; cpus <= mostCpus; cpus++) {
    for (let calls = 1; calls <= mostCalls; calls++) sizes.push({ cpus, calls });
  }
  return sizes.sort((a, b) => a.cpus * a.calls - b.cpus * b.calls || a.cpus - b.cpus);
}

/** How many there are. `symmetric`: CPUs that change their calls make the same scenario. */
export function scenarioCount(operations: number, { cpus, calls }: Size, symmetric: boolean): number {
  const withUpTo = (most: number): number => {
    const programs = programCount(operations, most);
    return symmetric ? chosen(programs + cpus - 1, cpus) : programs ** cpus;
  };
  return withUpTo(calls) - withUpTo(calls - 1);
}

/** Sequences of 1 to so many calls. */
function programCount(operations: number, calls: number): number {
  let count = 0;
  for (let i = 1; i <= calls; i++) count += operations ** i;
  return count;
}

/** Ways to take k of n. */
function chosen(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return Math.round(ways);
}

/** Whether the scenarios of a size are all named. */
export const isNamed = (count: number): boolean => count <= MOST_NAMED;

/** The scenarios of a size: all of them, or as many different ones as are drawn of that many. */
export function scenariosOf(operations: number, size: Size, symmetric: boolean, seed: number): Iterable<Scenario> {
  const count = scenarioCount(operations, size, symmetric);
  return isNamed(count) ? named(operations, size, symmetric) : drawn(operations, size, symmetric, seed);
}

function named(operations: number, { cpus, calls }: Size, symmetric: boolean): Scenario[] {
  const programs = programsUpTo(operations, calls);
  const found: Scenario[] = [];
  const add = (front: readonly number[]): void => {
    if (front.length < cpus) {
      for (let i = symmetric ? (front.at(-1) ?? 0) : 0; i < programs.length; i++) add([...front, i]);
      return;
    }
    const scenario = front.map((i) => programs[i] as readonly number[]);
    if (scenario.some((one) => one.length === calls)) found.push(scenario);
  };
  add([]);
  return found.sort((a, b) => callCount(a) - callCount(b));
}

function programsUpTo(operations: number, calls: number): ReadonlyArray<readonly number[]> {
  let longest: ReadonlyArray<readonly number[]> = [[]];
  const all: Array<readonly number[]> = [];
  for (let i = 0; i < calls; i++) {
    longest = longest.flatMap((front) => Array.from({ length: operations }, (_, one) => [...front, one]));
    all.push(...longest);
  }
  return all;
}

/** Calls of all CPUs. */
export const callCount = (scenario: Scenario): number => scenario.reduce((sum, calls) => sum + calls.length, 0);

function* drawn(operations: number, { cpus, calls }: Size, symmetric: boolean, seed: number): Iterable<Scenario> {
  const random = new Random(seed, cpus * 16 + calls);
  const before = new Set<string>();
  const program = (length: number): number[] => Array.from({ length }, () => random.below(operations));
  while (before.size < MOST_DRAWN) {
    const long = random.below(cpus);
    const programs = Array.from({ length: cpus }, (_, cpu) => program(cpu === long ? calls : 1 + random.below(calls)));
    const scenario = symmetric ? programs.sort(compare) : programs;
    const key = JSON.stringify(scenario);
    if (before.has(key)) continue;
    before.add(key);
    yield scenario;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const [one, other] = [String(a), String(b)];
  return one < other ? -1 : Number(one > other);
}
