/** What a search of scenarios made of operations covers, in words: of which sizes all of them, of which some. */
import type { SizeResult } from '../explore/search/operations.ts';
import { grouped, plural } from './table.ts';

/** Of a target that stands for all scenarios of a size. */
export type SizeFacts = Pick<SizeResult, 'cpus' | 'calls' | 'beyond' | 'scenarios' | 'drawn' | 'begun' | 'covered'>;

interface Sized {
  readonly size?: SizeFacts;
  readonly bugs: readonly unknown[];
}

interface Report<Target extends Sized = Sized> {
  readonly targets: readonly Target[];
}

const sizesOf = (targets: readonly Sized[]): SizeFacts[] => targets.flatMap(({ size }) => size ?? []);

/** What was to be covered whole; larger scenarios were only looked at. All, when there are none of a size or one has a bug. */
export function askedOf<Target extends Sized>({ targets }: Report<Target>): readonly Target[] {
  if (targets.some(({ bugs }) => bugs.length > 0)) return targets;
  return targets.filter(({ size }) => size?.beyond !== true);
}

/** `all 78 scenarios of 2 CPUs with up to 2 calls each`; undefined for a search of anything else. `isShard`: its own. */
export function scopeOf(report: Report, isShard = false): string | undefined {
  const asked = sizesOf(askedOf(report));
  if (asked.length === 0) return undefined;
  const sum = (pick: (one: SizeFacts) => number): number => asked.reduce((total, one) => total + pick(one), 0);
  const [all, covered] = [sum((one) => one.scenarios), sum((one) => one.covered)];
  const [cpus, calls] = [Math.max(...asked.map((one) => one.cpus)), Math.max(...asked.map((one) => one.calls))];
  const scenarios = plural(all, 'scenario');
  const many = all === covered ? `all ${isShard ? 'its ' : ''}${scenarios}` : `${grouped(covered)} of ${scenarios}`;
  return `${many} of ${cpus > 2 ? '2 to ' : ''}${cpus} CPUs with ${calls > 1 ? 'up to ' : ''}${plural(calls, 'call')} each`;
}

/** How many of them were to be begun, and how many were; undefined for a search of anything else. */
export function begunOf(report: Report): { readonly all: number; readonly begun: number } | undefined {
  const asked = sizesOf(askedOf(report));
  if (asked.length === 0) return undefined;
  // Of one that is drawn there is no saying how many make a sample.
  const all = asked.reduce((sum, { scenarios, drawn, begun }) => sum + (drawn ? Math.max(1, begun) : scenarios), 0);
  return { all, begun: asked.reduce((sum, { begun }) => sum + begun, 0) };
}

/** A line for each size that is not covered whole, or was not to be. */
export function sizeLines({ targets }: Report): string[] {
  return sizesOf(targets)
    .filter(({ beyond, scenarios, covered }) => beyond || covered < scenarios)
    .map(({ cpus, calls, beyond, scenarios, begun, covered }) => {
      const what = `${beyond ? 'beyond that, ' : ''}${sizeText({ cpus, calls })}`;
      if (covered === scenarios) return `${what}: all ${plural(scenarios, 'scenario')} covered`;
      return `${what}: of ${plural(scenarios, 'scenario')} ${grouped(covered)} covered, ${grouped(begun - covered)} sampled`;
    });
}

/** Of a size all that its shards did. */
export const mergedSize = ([first, ...others]: readonly [SizeFacts, ...SizeFacts[]]): SizeFacts =>
  others.reduce(
    (sum, { scenarios, begun, covered }) => ({
      ...sum,
      scenarios: sum.scenarios + scenarios,
      begun: sum.begun + begun,
      covered: sum.covered + covered,
    }),
    first,
  );

/** A size as tables call it: so many CPUs, of which one makes so many calls. */
export const sizeText = ({ cpus, calls }: Pick<SizeFacts, 'cpus' | 'calls'>): string =>
  `${cpus} CPUs x ${plural(calls, 'call')}`;

/** The same for tools. */
export const sizeJson = ({ cpus, calls, beyond, scenarios, drawn, begun, covered }: SizeFacts, isPart: boolean) => ({
  cpus,
  calls,
  beyond,
  scenarios,
  // What is missing of the scenarios of a size is told when its shards are put together.
  ...(isPart ? { drawn } : {}),
  begun,
  covered,
});
