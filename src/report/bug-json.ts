/** What every JSON document says of a bug first, and what it says of one that is known. */
import { buildInfo } from '../base/build-info.ts';
import type { KnownFinding } from '../check/evidence/known-findings.ts';
import type { SubjectIdentity } from '../explore/search/identity.ts';
import type { Bug } from '../explore/run/runner.ts';

export function bugFacts({ title, kind, function: where, cpu, step }: Bug) {
  return { title, kind, function: where, cpus: cpu < 0 ? [] : [cpu], step };
}

export function knownFacts(known: KnownFinding | undefined) {
  return known === undefined ? {} : { id: known.id, evidence: known.evidence };
}

/** What a document of one run is of: this build, and what ran. */
export const ranOn = (subject: SubjectIdentity) => ({ build: buildInfo.buildId, subjects: [subject] });
