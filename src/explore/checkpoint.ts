/**
 * A search that can be interrupted and taken up again: the parts that are done, in a file that is whole at any moment.
 * It belongs to one search of one build; another one is refused, for its parts would be others.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { buildInfo } from '../build-info.ts';
import { knownFinding } from '../check/known-findings.ts';
import type { ProfileName } from '../scenario/ast.ts';
import type { ExploreOptions } from './explore.ts';
import type { FoundBug, SearchResult } from './search.ts';

const SCHEMA = 'tasklock.checkpoint/1';
const SAVE_EVERY_MS = 1_000;

/** The file is no checkpoint, or of another search. */
export class CheckpointError extends Error {}

interface Saved {
  readonly schema: string;
  readonly search: string;
  readonly parts: ReadonlyArray<readonly [number, unknown]>;
}

export class Checkpoint {
  readonly #file: string;
  readonly #search: string;
  readonly #parts = new Map<number, SearchResult>();
  #savedAt = 0;

  /** Opens the file, or begins one. Throws CheckpointError. */
  constructor(file: string, options: ExploreOptions, profile: ProfileName | null) {
    const { durationMs: _, ...what } = options;
    this.#file = file;
    this.#search = JSON.stringify({ build: buildInfo.buildId, ...what, preemptions: String(what.preemptions) });
    if (!existsSync(file)) return;
    for (const [part, result] of readSaved(file, this.#search).parts) {
      this.#parts.set(part, revived(result as SearchResult, profile));
    }
  }

  /** Parts that are done. */
  get done(): ReadonlyMap<number, SearchResult> {
    return this.#parts;
  }

  /** Keeps the result of a part; writes the file now and then. */
  add(part: number, result: SearchResult): void {
    this.#parts.set(part, result);
    if (performance.now() - this.#savedAt >= SAVE_EVERY_MS) this.save();
  }

  save(): void {
    this.#savedAt = performance.now();
    const parts = [...this.#parts].map(([part, result]) => [part, plain(result)] as const);
    const saved: Saved = { schema: SCHEMA, search: this.#search, parts };
    const temporary = `${this.#file}.${process.pid}.tmp`;
    writeFileSync(temporary, JSON.stringify(saved), { flush: true });
    renameSync(temporary, this.#file);
  }
}

function readSaved(file: string, search: string): Saved {
  let saved: Partial<Saved>;
  try {
    saved = JSON.parse(readFileSync(file, 'utf8')) as Partial<Saved>;
  } catch {
    throw new CheckpointError(`${file} is no checkpoint, or was cut off: delete it to begin anew`);
  }
  if (saved?.schema !== SCHEMA || saved.parts === undefined) {
    throw new CheckpointError(`${file} is no checkpoint of a search; name another file`);
  }
  if (saved.search !== search) {
    throw new CheckpointError(
      `${file} belongs to another search or another build: give the same options, or delete it`,
    );
  }
  return saved as Saved;
}

function plain(result: SearchResult): unknown {
  const bugs = result.bugs.map((bug) => ({
    ...bug,
    known: undefined,
    decisions: Buffer.from(bug.decisions).toString('base64'),
  }));
  return { ...result, states: [...result.states], bugs };
}

function revived(saved: SearchResult, profile: ProfileName | null): SearchResult {
  const bugs = saved.bugs.map((bug): FoundBug => {
    const decisions = new Uint8Array(Buffer.from(bug.decisions as unknown as string, 'base64'));
    return { ...bug, decisions, known: profile === null ? undefined : knownFinding(profile, bug.title, bug.moment) };
  });
  return { ...saved, states: new Set(saved.states), bugs };
}
