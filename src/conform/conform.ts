/** Holds a profile against recordings of a real kernel. */
import { basename } from 'node:path';
import type { ProfileName } from '../kernel/profiles.ts';
import { conformCloneTable } from './clone-table.ts';
import { Conductor } from './conductor.ts';
import { conformProgram } from './programs.ts';
import { ConformError, type Content, readContent } from './read.ts';
import type { CaseResult, RecordedProgram } from './recording-types.ts';
import { conformUnshareTable } from './unshare-table.ts';

export interface FileResult {
  readonly file: string;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  /** Cases that differ only in consequence of a finding listed for this profile; they count as passed. */
  readonly known: number;
}

export interface Failure {
  readonly file: string;
  readonly case: string;
  readonly step: number | null;
  readonly expected: string;
  readonly got: string;
}

export interface ConformResult {
  readonly schema: 'tasklock.conform/1';
  readonly command: 'conform';
  readonly profile: ProfileName;
  readonly files: readonly FileResult[];
  readonly failures: readonly Failure[];
  /** Differences that a finding explains, with its id. */
  readonly known: readonly (Failure & { readonly finding: string })[];
}

const MAX_FAILURES = 50;

/** Key of a profile in portable.json. */
const portableKeys: Partial<Record<ProfileName, string>> = { 'linux-2.6.16': 'P16', 'desai-2005': 'P05' };

function* results(
  conductor: Conductor,
  profile: ProfileName,
  content: Content,
  only: ReadonlySet<number | string> | undefined,
): Generator<CaseResult> {
  if (content.kind === 'clone') yield* conformCloneTable(conductor, profile, content.table);
  if (content.kind === 'unshare') yield* conformUnshareTable(conductor, profile, content.table);
  if (content.kind !== 'programs') return;
  for (const program of content.programs) {
    if (only && !only.has(program.name ?? program.seed ?? '')) continue;
    yield guarded(conductor, profile, program);
  }
}

/** A fault of the model's kernel is a difference like any other. */
function guarded(conductor: Conductor, profile: ProfileName, program: RecordedProgram): CaseResult {
  try {
    return conformProgram(conductor, profile, program);
  } catch (error) {
    const name = String(program.name ?? `seed ${program.seed}`);
    const got = error instanceof Error ? error.message : String(error);
    return { known: null, difference: { case: name, step: null, expected: 'the program runs to its end', got } };
  }
}

/** What a portable.json says of a file. */
function namesFor(
  names: Readonly<Record<string, readonly (number | string)[]>> | undefined,
  file: string,
): readonly (number | string)[] | undefined {
  return names !== undefined && Object.hasOwn(names, file) ? names[file] : undefined;
}

/**
 * Runs every case of the files. A portable.json among them narrows the programs of the others to those that the
 * profile's published rules are said to share. Throws ConformError for a file that is no recording.
 */
export function conform(files: readonly string[], profile: ProfileName): ConformResult {
  const contents = files.map((file) => ({ file, content: readContent(file) }));
  const portable = contents.flatMap(({ content }) => (content.kind === 'portable' ? [content.portable] : []))[0];
  const key = portableKeys[profile];
  const conductor = new Conductor(profile);
  const failures: Failure[] = [];
  const known: (Failure & { finding: string })[] = [];
  const summaries = contents.map(({ file, content }): FileResult => {
    const list = key === undefined ? undefined : namesFor(portable?.[key], basename(file));
    const count = { cases: 0, failed: 0, known: 0 };
    for (const result of results(conductor, profile, content, list && new Set(list))) {
      count.cases++;
      if (result.difference === null) continue;
      if (result.known !== null) {
        count.known++;
        known.push({ file, ...result.difference, finding: result.known });
      } else {
        count.failed++;
        if (failures.length < MAX_FAILURES) failures.push({ file, ...result.difference });
      }
    }
    return { file, cases: count.cases, passed: count.cases - count.failed, failed: count.failed, known: count.known };
  });
  if (summaries.every(({ cases }) => cases === 0)) {
    throw new ConformError(`${files.join(', ')}: no case of them is for ${profile}, so nothing was compared`);
  }
  return { schema: 'tasklock.conform/1', command: 'conform', profile, files: summaries, failures, known };
}
