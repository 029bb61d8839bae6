/**
 * Bugs, and apart from them what the profile is known to do wrong: each title once, in the order in which it was first met.
 * A title alone does not tell the two apart (known-findings.ts), so the same one may be met as both, and a bug hides behind
 * no known finding.
 */
import type { ProfileName } from '../../kernel/profiles.ts';
import type { BugReport } from './bug-report.ts';
import { type KnownFinding, knownFinding } from './known-findings.ts';

export type Verdict = 'pass' | 'bug' | 'inconclusive';

/** Something found, and the entry of the profile's list that it is, if it is known. */
export interface Judged {
  readonly known: KnownFinding | undefined;
}

export type KnownReport = BugReport & { readonly finding: KnownFinding };

/** The entry of the profile's list that a report is about; of a module, whose profile is null, nothing is known. */
export function knownOf(
  profile: ProfileName | null,
  title: string,
  lines: readonly string[],
): KnownFinding | undefined {
  return profile === null ? undefined : knownFinding(profile, title, lines);
}

export const isBug = ({ known }: Judged): boolean => known === undefined;

/** Bugs and known findings of one list, each in its order. */
export function sorted<One extends Judged>(found: readonly One[]): { readonly bugs: One[]; readonly known: One[] } {
  return { bugs: found.filter(isBug), known: found.filter((one) => !isBug(one)) };
}

/** Of two with the same title: whether the first is to be kept for the second; undefined when they are alike in that. */
export function outranks(one: Judged, other: Judged): boolean | undefined {
  return isBug(one) === isBug(other) ? undefined : isBug(one);
}

/** `finished`: the stated work was done. */
export function verdictOn(bugs: readonly unknown[], finished: boolean): Verdict {
  if (bugs.length > 0) return 'bug';
  return finished ? 'pass' : 'inconclusive';
}

/** Whether the exit code is that of a bug. */
export function fails(bugs: readonly unknown[], known: readonly unknown[], strict: boolean): boolean {
  return bugs.length > 0 || (strict && known.length > 0);
}

/** The reports of one run. Of reports with the same title the last is kept, in the place of the first. */
export class Ledger {
  readonly #bugs = new Map<string, BugReport>();
  readonly #known = new Map<string, KnownReport>();
  readonly #profile: ProfileName;

  constructor(profile: ProfileName) {
    this.#profile = profile;
  }

  add(report: BugReport): void {
    const finding = knownOf(this.#profile, report.title, report.lines);
    if (finding === undefined) this.#bugs.set(report.title, report);
    else this.#known.set(report.title, { ...report, finding });
  }

  get bugs(): readonly BugReport[] {
    return [...this.#bugs.values()];
  }

  get known(): readonly KnownReport[] {
    return [...this.#known.values()];
  }

  get hasBugs(): boolean {
    return this.#bugs.size > 0;
  }
}
