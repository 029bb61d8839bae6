/** The search that is made when no strategy is named: what it finds or proves, and in which time. */
import { readdirSync } from 'node:fs';
import { checkers } from '../src/check/observers/checkers.ts';
import { isBug } from '../src/check/evidence/ledger.ts';
import { runPortfolio } from '../src/explore/search/portfolio.ts';
import { moduleTarget, type Target } from '../src/explore/subject/targets.ts';
import { lockTarget } from '../src/lab/lock-module.ts';
import { locks } from '../src/machine/locks/index.ts';
import { mutants } from '../src/mutant/index.ts';
import { strategyText } from '../src/report/explore-shares.ts';
import { table } from '../src/report/table.ts';
import { smallScenarios } from '../src/scenario/small/index.ts';
import { examplePath, options, smallTarget } from './search.ts';

/** What the command gives a target at least that has found something. */
const ENOUGH_MS = 10_000;

interface Row {
  readonly name: string;
  readonly verdict: string;
  /** Seconds to the first bug, and who found it. */
  readonly first: number | undefined;
  readonly by: string;
  readonly seconds: number;
}

async function measured(target: Target, durationMs: number): Promise<Row> {
  const standard = checkers.filter((one) => one.standard.includes(target.kind)).map((one) => one.name);
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  let first: number | undefined;
  let by = '';
  const result = await runPortfolio(
    { explore: options(target, { durationMs, checkers: standard, rising: true }), jobs: 1 },
    {
      onBug: (bug) => {
        if (first !== undefined || !isBug(bug)) return;
        first = elapsed();
        by = bug.strategy;
      },
      enough: () => first !== undefined && elapsed() * 1000 > ENOUGH_MS,
    },
  );
  const bugs = result.bugs.filter(isBug).length;
  const proof = result.proof === undefined ? 'no proof' : `complete by ${strategyText(result.proof)}`;
  const found = bugs === 0 ? 'nothing' : `${bugs} bug${bugs === 1 ? '' : 's'}`;
  return { name: target.name, verdict: `${found}, ${proof}`, first, by, seconds: elapsed() };
}

async function exampleTargets(): Promise<Target[]> {
  const names = readdirSync(examplePath('.')).filter((name) => name.endsWith('.ts'));
  return await Promise.all(names.map((name) => moduleTarget(examplePath(name), new Map())));
}

function mutantTargets(): Target[] {
  return mutants.flatMap((mutant) => {
    const kind = locks.find(({ name }) => name === mutant.lock);
    return kind === undefined ? [] : [{ ...lockTarget(kind, new Map(), mutant), name: mutant.name }];
  });
}

const cells = ({ name, verdict, first, by, seconds }: Row): string[] => [
  name,
  verdict,
  first === undefined ? '' : `${first.toFixed(2)} ${by}`,
  seconds.toFixed(1),
];

/** A row for each, and one for all. */
async function groupTable(what: string, targets: readonly Target[], durationMs: number): Promise<string[]> {
  const rows: Row[] = [];
  for (const target of targets) rows.push(await measured(target, durationMs));
  const found = rows.filter(({ first }) => first !== undefined);
  const firsts = found.map(({ first = 0 }) => first).sort((a, b) => a - b);
  const middle = firsts[firsts.length >> 1];
  const proved = rows.filter(({ verdict }) => verdict.includes('complete')).length;
  const times = middle === undefined ? '' : `${middle.toFixed(2)}, at most ${(firsts.at(-1) ?? 0).toFixed(2)}`;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const all = [`all ${rows.length}`, `${found.length} with a bug, ${proved} complete`, times, seconds.toFixed(1)];
  return table([[what, 'came to', 'first bug after, by', 'seconds'], ...rows.map(cells), all]);
}

export async function portfolioTable(quick: boolean): Promise<string[]> {
  const durationMs = quick ? 5_000 : 60_000;
  const small = smallScenarios.map(({ name }) => smallTarget(name, 'desai-2005'));
  return [
    ...(await groupTable('example', await exampleTargets(), durationMs)),
    '',
    ...(await groupTable('mutant of a lock', mutantTargets(), durationMs)),
    '',
    ...(await groupTable('desai-2005', small, Math.min(durationMs, ENOUGH_MS))),
  ];
}
