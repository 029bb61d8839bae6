/** Results of parts put together: what one search of all of them would have found. */
import { outranks } from '../../check/evidence/ledger.ts';
import { Refusal } from '../../javascript/error.ts';
import { isLess } from '../strategies/least-order.ts';
import { MOST_PLACES } from './search.ts';
import type { FoundBug, SearchResult } from './result.ts';
import type { Facts } from '../strategies/strategy.ts';
import type { Withheld } from '../subject/subject.ts';

interface Seen {
  readonly title: string;
  readonly times: number;
}

/** Each bug once, as it was seen best, and how often in all. */
export function onceByTitle<Bug extends Seen>(bugs: readonly Bug[], isBetter: (a: Bug, b: Bug) => boolean): Bug[] {
  const byTitle = new Map<string, Bug>();
  for (const bug of bugs) {
    const known = byTitle.get(bug.title);
    const times = (known?.times ?? 0) + bug.times;
    const best = known === undefined || isBetter(bug, known) ? bug : known;
    byTitle.set(bug.title, { ...best, times });
  }
  return [...byTitle.values()];
}

/** The first execution: the lowest number, or the least order. One without an order ran into the step bound. */
function isBefore(a: FoundBug, b: FoundBug): boolean {
  const rank = outranks(a, b);
  if (rank !== undefined) return rank;
  if (a.execution !== null && b.execution !== null) return a.execution < b.execution;
  if (a.order === undefined || b.order === undefined) return b.order === undefined && a.order !== undefined;
  return isLess(a.order, b.order);
}

export function mergeResults(results: readonly SearchResult[]): SearchResult {
  const sum = (pick: (result: SearchResult) => number): number => results.reduce((n, result) => n + pick(result), 0);
  const ends = results.map((result) => result.end);
  const end =
    (['found', 'stopped', 'duration', 'executions'] as const).find((one) => ends.includes(one)) ?? 'exhausted';
  const states = new Set<number>();
  for (const result of results) for (const state of result.states) states.add(state);
  const failures = sum((result) => result.failures ?? 0);
  const failing = sum((result) => result.failing ?? 0);
  const grown = [...new Set(results.flatMap((result) => result.grown ?? []))];
  // Where nothing ran there was nothing to judge.
  const judging = results.filter(({ executions }) => executions > 0);
  const nothingJudged = judging.length > 0 && judging.every((result) => result.nothingJudged === true);
  const withheld = mergeWithheld(results.flatMap((result) => result.withheld ?? []));
  const files = mergeFiles(results.map((result) => result.files ?? {}));
  return {
    ...(grown.length > 0 ? { grown } : {}),
    ...(withheld.length > 0 ? { withheld } : {}),
    ...(nothingJudged ? { nothingJudged } : {}),
    ...(Object.keys(files).length > 0 ? { files } : {}),
    executions: sum((result) => result.executions),
    redundant: sum((result) => result.redundant),
    repeated: sum((result) => result.repeated),
    bounded: sum((result) => result.bounded),
    stepBound: Math.max(0, ...results.map((result) => result.stepBound)),
    cutAt: [...new Set(results.flatMap((result) => result.cutAt))].slice(0, MOST_PLACES),
    steps: sum((result) => result.steps),
    syscalls: sum((result) => result.syscalls),
    ...(failures > 0 ? { failures, failing } : {}),
    states,
    bugs: onceByTitle(
      results.flatMap((result) => result.bugs),
      isBefore,
    ),
    end,
    facts: mergeFacts(results.map(({ facts }) => facts)),
  };
}

/** Each thing once, with all places. */
export function mergeWithheld(all: readonly Withheld[]): Withheld[] {
  const places = new Map<string, readonly string[]>();
  for (const { what, where } of all) places.set(what, [...new Set([...(places.get(what) ?? []), ...where])]);
  return [...places].map(([what, where]) => ({ what, where: [...where].sort() }));
}

/** A file was changed while the search went on: its parts are of different programs. */
export class FilesDiffer extends Refusal {
  override readonly name = 'JavascriptError';
}

/** Hashes of all files that ran in some part. Throws FilesDiffer when it was another file in another part. */
export function mergeFiles(all: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const files = new Map<string, string>();
  for (const [file, hash] of all.flatMap((one) => Object.entries(one))) {
    if ((files.get(file) ?? hash) !== hash)
      throw new FilesDiffer(`${file} was changed between parts of the search: run all of them again`);
    files.set(file, hash);
  }
  return Object.fromEntries(files);
}

/** Facts that all parts state; of one that they differ in the largest, and of executions begun in vain the sum. */
function mergeFacts(all: readonly Facts[]): Facts {
  const merged: Record<string, number | string> = {};
  for (const [name, first] of Object.entries(all[0] ?? {})) {
    const values = all.map((facts) => facts[name]);
    if (values.some((value) => value === undefined)) continue;
    if (typeof first === 'string') merged[name] = first;
    else if (name === 'blocked') merged[name] = values.reduce((sum: number, value) => sum + Number(value), 0);
    else merged[name] = Math.max(...values.map(Number));
  }
  return merged;
}
