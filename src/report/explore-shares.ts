/** What each strategy of a portfolio did: a table over all targets. */
import { isBug } from '../check/evidence/ledger.ts';
import { isExhaustive } from '../explore/strategies/index.ts';
import type { SearchEnd, Share } from '../explore/search/result.ts';
import { roughly } from '../base/numbers.ts';
import { grouped, table } from './table.ts';

/** A strategy by name; one that searches states is another one than the same by executions. */
export const strategyText = ({ strategy, stateful }: Pick<Share, 'strategy' | 'stateful'>): string =>
  stateful ? `${strategy} --stateful` : strategy;

const ends: Readonly<Record<SearchEnd, string>> = {
  exhausted: 'nothing left',
  executions: 'its part was run',
  duration: 'its time was up',
  found: 'a bug was found',
  stopped: 'it was stopped',
};

/** How the searches of a strategy ended: of all its targets the one that ended least well. */
function endText(shares: readonly Share[], proofs: ReadonlySet<Share>): string {
  if (shares.every((share) => proofs.has(share))) return 'complete';
  const order: readonly SearchEnd[] = ['stopped', 'found', 'duration', 'executions', 'exhausted'];
  const end = order.find((one) => shares.some(({ result }) => result.end === one)) ?? 'exhausted';
  const samples = shares.every(({ strategy }) => !isExhaustive(strategy));
  if (samples && end === 'exhausted') return 'a proof came first';
  const about = shares.reduce((sum, { result }) => sum + (result.about ?? 0), 0);
  return about === 0 ? ends[end] : `${ends[end]}, of ${roughly(about)} or more`;
}

interface Searched {
  readonly shares?: readonly Share[];
  readonly proof?: Share | undefined;
}

/** A row for each strategy; none when there is only one. */
export function shareTable(results: readonly Searched[]): string[] {
  const all = results.flatMap(({ shares = [] }) => shares);
  if (all.length === 0) return [];
  const proofs = new Set(results.flatMap(({ proof }) => proof ?? []));
  const rows = [...new Set(all.map(strategyText))].map((name) => {
    const mine = all.filter((share) => strategyText(share) === name);
    const sum = (pick: (share: Share) => number): number => mine.reduce((total, one) => total + pick(one), 0);
    const titles = new Set(mine.flatMap(({ result }) => result.bugs.filter(isBug).map(({ title }) => title)));
    const states = sum(({ result }) => Number(result.facts['states'] ?? 0));
    return [
      name,
      mine[0]?.stateful === true ? `${grouped(states)} states` : grouped(sum(({ result }) => result.executions)),
      String(titles.size),
      sum(({ seconds }) => seconds).toFixed(1),
      endText(mine, proofs),
    ];
  });
  return table([['strategy', 'executions', 'bugs', 'seconds', 'ended'], ...rows]);
}
