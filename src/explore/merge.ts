/** Results of parts put together: what one search of all of them would have found. */
import type { FoundBug, SearchResult } from './search.ts';

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

/** The first execution: the lowest number, and of one number the shortest. */
function isBefore(a: FoundBug, b: FoundBug): boolean {
  if (a.execution !== b.execution) return a.execution < b.execution;
  return a.decisions.length < b.decisions.length;
}

export function mergeResults(results: readonly SearchResult[]): SearchResult {
  const sum = (pick: (result: SearchResult) => number): number => results.reduce((n, result) => n + pick(result), 0);
  const ends = results.map((result) => result.end);
  const end = (['stopped', 'duration', 'executions'] as const).find((one) => ends.includes(one)) ?? 'exhausted';
  const states = new Set<number>();
  for (const result of results) for (const state of result.states) states.add(state);
  const facts = { ...results[0]?.facts };
  const blocked = sum((result) => Number(result.facts['blocked'] ?? 0));
  const grown = [...new Set(results.flatMap((result) => result.grown ?? []))];
  return {
    ...(grown.length > 0 ? { grown } : {}),
    executions: sum((result) => result.executions),
    redundant: sum((result) => result.redundant),
    repeated: sum((result) => result.repeated),
    bounded: sum((result) => result.bounded),
    steps: sum((result) => result.steps),
    syscalls: sum((result) => result.syscalls),
    states,
    bugs: onceByTitle(
      results.flatMap((result) => result.bugs),
      isBefore,
    ),
    end,
    facts: 'blocked' in facts ? { ...facts, blocked } : facts,
  };
}
