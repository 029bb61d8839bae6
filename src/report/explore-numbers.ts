/** The numbers of a search for a person: a table of the targets, what the strategy says, and what is not in the table. */
import { isBug } from '../check/evidence/ledger.ts';
import type { ExploreReport, TargetReport } from './explore-report.ts';
import { sumOf } from './explore-report.ts';
import { grouped, plural, table } from './table.ts';
import { wrapped } from './wrap.ts';

/** Cells of a row; those of a sum have no states, for two targets share none. */
interface Row {
  readonly name: string;
  readonly results: readonly TargetReport[];
}

/** A longer name leaves no room for the numbers; of a path the end says more. */
const MOST_NAME = 28;

const shortened = (name: string): string => (name.length <= MOST_NAME ? name : `…${name.slice(1 - MOST_NAME)}`);

const total = (rows: readonly TargetReport[], pick: (target: TargetReport) => number): number =>
  rows.reduce((sum, target) => sum + pick(target), 0);

const bugsOf = ({ results }: Row): string => {
  const titles = results.flatMap(({ result }) => result.bugs.filter(isBug));
  return String(new Set(titles.map((bug) => bug.title)).size);
};

const endStates = (results: readonly TargetReport[]): string =>
  results.length === 1 && results[0]?.statesCounted === true ? grouped(results[0].result.states.size) : '';

/** Executions of this sitting in a second of it. */
function rate(results: readonly TargetReport[], made: (target: TargetReport) => number): string {
  return grouped(
    total(results, made) /
      Math.max(
        total(results, ({ seconds }) => seconds),
        0.001,
      ),
  );
}

/** A row for each target, and one for all when there are several. */
export function targetTable({ targets, identity }: ExploreReport): string[] {
  const rows: Row[] = targets.map((target) => ({ name: shortened(target.scenario), results: [target] }));
  if (targets.length > 1) rows.push({ name: 'all', results: targets });
  return identity.stateful ? stateTable(rows) : executionTable(rows);
}

function executionTable(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, results }) => {
    const executions = total(results, ({ result }) => result.executions);
    const runs = total(results, ({ result }) => result.executions + result.redundant + result.repeated);
    return [
      name,
      grouped(executions),
      grouped(total(results, ({ result }) => result.steps) / Math.max(1, runs)),
      endStates(results),
      bugsOf({ name, results }),
      rate(results, ({ result, resumed }) => result.executions - resumed),
    ];
  });
  return table([['scenario', 'executions', 'steps each', 'end states', 'bugs', 'a second'], ...cells]);
}

function stateTable(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, results }) => [
    name,
    grouped(total(results, statesOf)),
    grouped(total(results, ({ result }) => result.steps)),
    endStates(results),
    bugsOf({ name, results }),
    rate(results, statesOf),
  ]);
  return table([['scenario', 'states', 'transitions', 'end states', 'bugs', 'states/s'], ...cells]);
}

const statesOf = ({ result }: TargetReport): number => Number(result.facts['states'] ?? 0);

const factText = (value: number | string): string => {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) || !Number.isFinite(value) ? grouped(value) : value.toPrecision(3);
};

/** Facts that the table has in a column of its own. */
const IN_TABLE = new Set(['states', 'transitions']);

function factsText({ result }: TargetReport): string {
  return Object.entries(result.facts)
    .filter(([name]) => !IN_TABLE.has(name))
    .map(([name, value]) => `${name} ${factText(value)}`)
    .join(', ');
}

/** The strategy with what it says of itself, once where it says the same of every target. */
export function factLines({ targets, identity, seed, seconds }: ExploreReport): string[] {
  const texts = targets.map(factsText);
  const same = new Set(texts).size <= 1;
  const facts = same && texts[0] ? `: ${texts[0]}` : '';
  return [
    ...wrapped(`strategy ${identity.strategy}${facts}; seed ${seed}; ${seconds.toFixed(1)} s`),
    ...(same ? [] : targets.flatMap(({ scenario }, i) => (texts[i] ? wrapped(`  ${scenario}: ${texts[i]}`) : []))),
  ];
}

/** Executions that the table does not count, and those that it counts and did not end by themselves. */
export function countLines(report: ExploreReport): string[] {
  const redundant = sumOf(report, ({ result }) => result.redundant);
  const isUneven = report.targets.some(({ result }) => result.uneven === true);
  const uneven = isUneven ? '; how many depends on which thread was faster' : '';
  const repeated = sumOf(report, ({ result }) => result.repeated);
  const resumed = sumOf(report, ({ resumed: before }) => before);
  const lines = [
    ...(redundant > 0 ? [`${plural(redundant, 'more execution')} given up on the way, as seen before${uneven}`] : []),
    ...(repeated > 0 ? [`${plural(repeated, 'execution')} of a lower bound run again and not counted twice`] : []),
    ...(resumed > 0 ? [`${plural(resumed, 'execution')} of them kept from an earlier sitting`] : []),
    ...failureLines(report),
    ...report.targets.flatMap(boundedLines),
  ];
  return lines.flatMap((line) => wrapped(line));
}

/** What failed on purpose, where something might. */
function failureLines(report: ExploreReport): string[] {
  const [faults] = report.identity.subjects.flatMap((one) => one.faults ?? []);
  if (faults === undefined) return [];
  const failing = sumOf(report, ({ result }) => result.failing ?? 0);
  const failures = sumOf(report, ({ result }) => result.failures ?? 0);
  return [`faults ${faults}: ${plural(failures, 'failure')} on purpose, in ${plural(failing, 'execution')}`];
}

/** How many executions met the step bound, and what to do about it. */
function boundedLines({ scenario, profile, result }: TargetReport): string[] {
  const { bounded, stepBound, cutAt } = result;
  if (bounded === 0) return [];
  const were = bounded === 1 ? 'was' : 'were';
  const advice =
    profile === null
      ? 'bound the loop there, say by a counter that leaves it after 3 turns (docs/modules.md)'
      : 'let the program repeat less';
  return [
    `${scenario}: ${plural(bounded, 'execution')} met the bound of ${plural(stepBound, 'step')} and ${were} cut short, in ${cutAt.join(', ')}; ${advice}`,
  ];
}
