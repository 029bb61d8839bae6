/** A search for a person: every bug on one screen, then what was tried, then the verdict in one line. */
import { interleavingLines, momentLines } from './bug-text.ts';
import { replayLine } from './explore-json.ts';
import {
  type ExploreReport,
  isComplete,
  newBugs,
  type ShownBug,
  sumOf,
  type TargetReport,
  verdictOf,
} from './explore-report.ts';
import { lookedAtLines } from './explore-moments.ts';
import { grouped, table } from './table.ts';

const MOST_BUGS = 8;

/** A bug whole: title, what every CPU did, the interleaving, and the line to copy. */
export function bugLines(bug: ShownBug, { scenario, cpus, result }: TargetReport): string[] {
  const fewer = bug.switches < bug.switchesFound ? ` (${bug.switchesFound} when it was found)` : '';
  const times = `in ${grouped(bug.times)} of ${grouped(result.executions)} executions, first in number ${bug.execution}`;
  return [
    '='.repeat(78),
    `BUG: ${bug.title}`,
    `${scenario}: ${times}; step ${bug.step}`,
    ...momentLines(bug.moment),
    ...interleavingLines(bug.turns, cpus, fewer),
    replayLine(bug),
    '',
  ];
}

const factText = (value: number | string): string =>
  typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(3) : String(value);

function factsText({ facts }: TargetReport['result']): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${factText(value)}`)
    .join(', ');
}

function targetTable({ targets }: ExploreReport): string[] {
  const rows = targets.map((target) => {
    const { result, seconds, statesCounted } = target;
    return [
      target.scenario,
      grouped(result.executions),
      grouped(result.steps / Math.max(1, result.executions + result.redundant)),
      statesCounted ? grouped(result.states.size) : '',
      String(result.bugs.filter((bug) => bug.known === undefined).length),
      grouped(result.executions / Math.max(seconds, 0.001)),
    ];
  });
  return table([['scenario', 'executions', 'steps each', 'end states', 'bugs', 'a second'], ...rows]);
}

function verdictLine(report: ExploreReport): string {
  const executions = grouped(sumOf(report, ({ result }) => result.executions));
  const bugs = newBugs(report).length;
  if (bugs > 0) return `FAIL: ${bugs} different bug${bugs === 1 ? '' : 's'} in ${executions} executions`;
  if (isComplete(report)) return `PASS: complete, every interleaving is covered by ${executions} executions`;
  if (verdictOf(report) === 'pass') {
    const bound = report.preemptions === null ? '' : ` with at most ${report.preemptions} preemptions`;
    return `PASS: nothing found in ${executions} executions${report.exhaustive ? `, all${bound}` : ''}`;
  }
  const why = report.interrupted ? 'interrupted' : 'the search is not at its end';
  return `INCONCLUSIVE: nothing found in ${executions} executions, ${why}`;
}

export function exploreText(report: ExploreReport): string {
  const bugs = report.targets.flatMap((target) =>
    target.bugs.filter((bug) => bug.known === undefined).map((bug) => ({ bug, target })),
  );
  const known = report.targets.flatMap(({ bugs: all }) => all.filter((bug) => bug.known !== undefined));
  const rest = bugs.slice(MOST_BUGS);
  const redundant = sumOf(report, ({ result }) => result.redundant);
  const facts = report.targets[0] ? factsText(report.targets[0].result) : '';
  const lines = [
    ...bugs.slice(0, MOST_BUGS).flatMap(({ bug, target }) => bugLines(bug, target)),
    ...rest.map(({ bug }) => `BUG: ${bug.title}\n  ${replayLine(bug)}`),
    ...targetTable(report),
    '',
    `strategy ${report.strategy}${facts === '' ? '' : `: ${facts}`}; seed ${report.seed}; ${report.seconds.toFixed(1)} s`,
    ...(redundant > 0 ? [`${grouped(redundant)} executions were given up as seen before`] : []),
    ...known.flatMap((bug) => [`known: ${bug.title}`, `  ${bug.known?.id}, see docs/findings.md`]),
    ...lookedAtLines(report),
    verdictLine(report),
  ];
  return `${lines.join('\n')}\n`;
}
