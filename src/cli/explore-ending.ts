/** What a search prints in the end, and the exit code that goes with it. */
import { fails } from '../check/evidence/ledger.ts';
import { exploreJson } from '../report/explore-json.ts';
import { type ExploreReport, knownBugs, newBugs, verdictOf } from '../report/explore-report.ts';
import { exploreText } from '../report/explore-text.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED, EXIT_OK } from './exit-codes.ts';

export const reportText = (report: ExploreReport, json: boolean): string =>
  json ? `${JSON.stringify(exploreJson(report), null, 2)}\n` : exploreText(report);

/** `strict`: known findings are bugs. */
export function exitCode(report: ExploreReport, strict: boolean): number {
  if (fails(newBugs(report), knownBugs(report), strict)) return EXIT_BUG;
  if (report.interrupted) return EXIT_INTERRUPTED;
  return verdictOf(report) === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}
