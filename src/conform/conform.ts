/** Holds a profile against recordings of a real kernel. */
import { readFileSync } from 'node:fs';
import { inWords, shortPath } from '../base/errno.ts';
import { basename } from 'node:path';
import type { ProfileName } from '../scenario/ast.ts';
import { conformCloneTable } from './clone-table.ts';
import { Conductor } from './conductor.ts';
import { conformProgram } from './programs.ts';
import type { CaseResult, CloneTable, Portable, RecordedProgram, UnshareTable } from './recording-types.ts';
import { conformUnshareTable } from './unshare-table.ts';

/** A file that cannot be used; the message is for the person. */
export class ConformError extends Error {}

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

type Content =
  | { kind: 'clone'; table: CloneTable }
  | { kind: 'unshare'; table: UnshareTable }
  | { kind: 'programs'; programs: RecordedProgram[] }
  | { kind: 'portable'; portable: Portable };

/** Key of a profile in portable.json. */
const portableKeys: Partial<Record<ProfileName, string>> = { 'linux-2.6.16': 'P16', 'desai-2005': 'P05' };

/** Reads a file and tells by its content what it is. Throws ConformError. */
function readRecording(file: string): Content {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConformError(`cannot read ${shortPath(file)}: ${inWords(error)}`);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = parse(file, lines.length > 1 && isObject(lines[0]) ? (lines[0] ?? '') : text, 1);
  if (Array.isArray(first.ops)) {
    return {
      kind: 'programs',
      programs: lines.map((line, i) => parse(file, line, i + 1) as unknown as RecordedProgram),
    };
  }
  if (Array.isArray(first.cases)) return { kind: 'clone', table: first as unknown as CloneTable };
  if (Array.isArray(first.groups)) return { kind: 'unshare', table: first as unknown as UnshareTable };
  if ('P16' in first || 'P05' in first) return { kind: 'portable', portable: first as Portable };
  throw new ConformError(`${file} is no recording: expected "ops", "cases", "groups" or "P16" at its top level`);
}

function isObject(line: string | undefined): boolean {
  try {
    return typeof JSON.parse(line ?? '') === 'object';
  } catch {
    return false;
  }
}

function parse(file: string, text: string, line: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    throw new Error('not an object');
  } catch (error) {
    throw new ConformError(`${file}:${line}: not valid JSON: ${(error as Error).message}`);
  }
}

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

/**
 * Runs every case of the files. A portable.json among them narrows the programs of the others to those that the
 * profile's published rules are said to share. Throws ConformError for a file that is no recording, or holds no case: a
 * verdict on nothing would be none.
 */
export function conform(files: readonly string[], profile: ProfileName): ConformResult {
  const contents = files.map((file) => ({ file, content: readRecording(file) }));
  const portable = contents.flatMap(({ content }) => (content.kind === 'portable' ? [content.portable] : []))[0];
  const key = portableKeys[profile];
  const conductor = new Conductor(profile);
  const failures: Failure[] = [];
  const known: (Failure & { finding: string })[] = [];
  const summaries = contents.map(({ file, content }): FileResult => {
    const list = key === undefined ? undefined : portable?.[key]?.[basename(file)];
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
    if (count.cases === 0 && content.kind !== 'portable' && list === undefined) {
      throw new ConformError(`${file} holds no cases: nothing to hold the model against`);
    }
    return { file, cases: count.cases, passed: count.cases - count.failed, failed: count.failed, known: count.known };
  });
  if (summaries.every(({ cases }) => cases === 0)) {
    throw new ConformError(`${files.join(', ')}: not one case in them for ${profile}`);
  }
  return { schema: 'tasklock.conform/1', command: 'conform', profile, files: summaries, failures, known };
}
