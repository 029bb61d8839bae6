/** A search for a person: every bug on one screen, then what was tried, then the verdict and what it covers. */
import { isBug } from '../check/evidence/ledger.ts';
import { momentLines, replayLine } from './bug-text.ts';
import { verdictLines } from './coverage.ts';
import { claimOf } from './explore-json.ts';
import { type ExploreReport, knownBugs, newBugs, type ShownBug, type Sighting, sightingsOf } from './explore-report.ts';
import { lookedAtLines } from './explore-moments.ts';
import { countLines, factLines, targetTable } from './explore-numbers.ts';
import { nextStep } from './next-step.ts';
import { interleavingLines } from './interleaving-text.ts';
import { shareTable } from './explore-shares.ts';
import { sizeLines } from './scenario-sizes.ts';
import { grouped, plural, table } from './table.ts';
import { whyLines } from './why-text.ts';
import { wrapped } from './wrap.ts';

const MOST_BUGS = 10;

/** A bug whole: title, where it was seen, what every CPU did, the interleaving, and the line to copy. */
export function bugLines(report: ExploreReport, bug: ShownBug): string[] {
  const fewer = bug.switches < bug.switchesFound ? ` (${bug.switchesFound} when it was found)` : '';
  return [
    '='.repeat(78),
    ...wrapped(`BUG: ${bug.title}`),
    ...seenLines(report, bug),
    ...momentLines(bug.moment),
    // Of a search that was cut off nobody has looked at the turns.
    ...(bug.turns.length === 0 ? [] : interleavingLines(bug.turns, bug.valueText, { note: fewer, end: bug.title })),
    ...(bug.simplified === 'cut' ? ['not as simple as could be: the time was up; tasklock minimize goes on'] : []),
    ...whyLines(bug.why),
    replayLine(bug),
    '',
  ];
}

/** How often, in the scenario that showed it first and in others. */
function seenLines(report: ExploreReport, { title, step }: ShownBug): string[] {
  const [first, ...others] = sightingsOf(report, title);
  if (first === undefined) return [];
  const { scenario, times, of, strategy } = first;
  const what = report.identity.stateful ? 'transitions' : 'executions';
  const by = strategy === undefined ? '' : ` by ${strategy}`;
  const number = first.first === null ? '' : `, first in number ${grouped(first.first)}`;
  const also = others.map((other) => `${placeText(other)} (${grouped(other.times)} of ${grouped(other.of)})`);
  return [
    ...wrapped(`${scenario}: in ${grouped(times)} of ${grouped(of)} ${what}${by}${number}; step ${step}`),
    ...(also.length > 0 ? wrapped(`  also in ${also.join(', ')}`) : []),
  ];
}

/** Bugs that there is no room for, as a table: how often, with how many switches, which, and the line to copy. */
function restLines(report: ExploreReport, bugs: readonly ShownBug[]): string[] {
  if (bugs.length === 0) return [];
  const rows = bugs.map((bug) => {
    const times = sightingsOf(report, bug.title).reduce((sum, one) => sum + one.times, 0);
    return { numbers: [grouped(times), grouped(bug.switches)], bug };
  });
  const numbers = table([['', 'times', 'switches'], ...rows.map((row) => ['', ...row.numbers])]);
  return [
    `${plural(bugs.length, 'more bug')}:`,
    `${numbers[0]}  BUG`,
    ...rows.flatMap(({ bug }, i) => [cut(`${numbers[i + 1]}  ${bug.title}`), `  ${replayLine(bug)}`]),
    '',
  ];
}

const cut = (line: string): string => (line.length > 80 ? `${line.slice(0, 79)}…` : line);

function shareLines({ targets }: ExploreReport): string[] {
  const lines = shareTable(targets.map(({ result }) => result));
  return lines.length === 0 ? [] : [...lines, ''];
}

const placeText = ({ scenario, strategy }: Sighting): string =>
  strategy === undefined ? scenario : `${scenario} by ${strategy}`;

export function exploreText(report: ExploreReport): string {
  const bugs = report.targets.flatMap((target) => target.bugs.filter(isBug));
  const known = knownBugs(report);
  const rest = bugs.slice(MOST_BUGS);
  const lines = [
    ...bugs.slice(0, MOST_BUGS).flatMap((bug) => bugLines(report, bug)),
    ...restLines(report, rest),
    ...targetTable(report),
    '',
    ...shareLines(report),
    ...factLines(report),
    ...countLines(report),
    ...known.flatMap((bug) => [`known: ${bug.title}`, `  ${bug.known?.id}, see docs/findings.md`]),
    ...sizeLines(report).flatMap((line) => wrapped(line)),
    ...lookedAtLines(report).flatMap((line) => wrapped(line)),
    ...verdictLines(claimOf(report)),
    ...wrapped(`next: ${nextStep(claimOf(report), report.again, newBugs(report)[0])}`),
  ];
  return `${lines.join('\n')}\n`;
}
