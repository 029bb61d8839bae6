/** What a search prints in the end, and the exit code that goes with it. */
import { fails } from '../check/evidence/ledger.ts';
import { exploreJson } from '../report/explore-json.ts';
import { type ExploreReport, knownBugs, newBugs, verdictOf } from '../report/explore-report.ts';
import { exploreText } from '../report/explore-text.ts';
import { EXIT_BUG, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED, EXIT_OK } from './exit-codes.ts';

/** How the result is printed: as text, as a document, or as a document that holds the text as well. */
export type Form = 'text' | 'json' | 'both';

export const formOf = ({ json = false, text = false }: { readonly json?: boolean; readonly text?: boolean }): Form =>
  json ? (text ? 'both' : 'json') : 'text';

export function reportText(report: ExploreReport, form: Form): string {
  if (form === 'text') return exploreText(report);
  return `${JSON.stringify(exploreJson(report, form === 'both' ? exploreText(report) : undefined), null, 2)}\n`;
}

/** `strict`: known findings are bugs. */
export function exitCode(report: ExploreReport, strict: boolean): number {
  if (fails(newBugs(report), knownBugs(report), strict)) return EXIT_BUG;
  if (report.interrupted) return EXIT_INTERRUPTED;
  return verdictOf(report) === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}
