/** One `tasklock explore`: searches target after target, and at any moment knows what it would print if it ended there. */
import { fails } from '../check/evidence/ledger.ts';
import { FileError } from '../base/whole-file.ts';
import type { SearchProgress } from '../explore/search/control.ts';
import { runCampaign } from '../explore/search/campaign.ts';
import { Checkpoint, CheckpointError } from '../explore/search/checkpoint.ts';
import { strategyKind } from '../explore/search/explore.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import type { Identity } from '../explore/search/identity.ts';
import type { SearchResult } from '../explore/search/result.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { subjectOf } from '../explore/subject/targets.ts';
import { exploreJson } from '../report/explore-json.ts';
import { type ExploreReport, knownBugs, newBugs, type TargetReport, verdictOf } from '../report/explore-report.ts';
import { exploreText } from '../report/explore-text.ts';
import { deathText } from './defect.ts';
import { EXIT_BUG, EXIT_DEFECT, EXIT_INCONCLUSIVE, EXIT_INTERRUPTED, EXIT_OK } from './exit-codes.ts';
import { Found } from './explore-found.ts';
import type { Keeper } from './keeper.ts';
import { ProgressLine } from './progress.ts';
import { keep, stopped, warn } from './thread.ts';
import { UsageError } from './usage.ts';

export interface RunOptions {
  /** What to search, one after the other; at least one. */
  readonly all: readonly [ExploreOptions, ...ExploreOptions[]];
  /** Of the only target, when it is made already. */
  readonly subject: Subject | undefined;
  readonly identity: Identity;
  readonly jobs: number;
  readonly shard: { readonly index: number; readonly of: number } | undefined;
  readonly checkpoint: string | undefined;
  readonly minimize: boolean;
  readonly strict: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

function exitCode(report: ExploreReport, strict: boolean): number {
  if (fails(newBugs(report), knownBugs(report), strict)) return EXIT_BUG;
  if (report.interrupted) return EXIT_INTERRUPTED;
  return verdictOf(report) === 'pass' ? EXIT_OK : EXIT_INCONCLUSIVE;
}

/** A search by states counts the ends it met and the transitions between states. */
function progressText({ executions, steps, bugs, seconds }: SearchProgress, stateful: boolean): string {
  if (stateful) return `${executions} ends  ${steps} transitions  ${bugs} bugs`;
  const rate = Math.round(executions / Math.max(seconds, 0.001));
  return `${executions} executions (${rate}/s)  ${steps} steps  ${bugs} bugs`;
}

export class ExploreRun {
  readonly #options: RunOptions;
  readonly #keeper: Keeper;
  readonly #progress: ProgressLine;
  readonly #startedAt = performance.now();
  readonly #targets: TargetReport[] = [];
  /** Titles that a target before had. */
  readonly #titles = new Set<string>();
  readonly #noted = new Set<string>();
  #failed = false;

  constructor(options: RunOptions, keeper: Keeper) {
    this.#options = options;
    this.#keeper = keeper;
    this.#progress = new ProgressLine(options.quiet);
  }

  /** Everything that was asked for, or until a signal: what there is to print, and the exit code. */
  async run(): Promise<{ readonly text: string; readonly code: number }> {
    for (const options of this.#options.all) {
      if (stopped()) break;
      await this.#search(options);
    }
    const report = this.#report(this.#targets, stopped());
    return { text: this.#text(report), code: this.#failed ? EXIT_DEFECT : exitCode(report, this.#options.strict) };
  }

  async #search(options: ExploreOptions): Promise<void> {
    const subject = this.#options.subject ?? (await subjectOf(options.target));
    for (const note of subject.notes ?? []) this.#note(note);
    const begun = performance.now();
    let resumed = 0;
    this.#progress.start(`${options.target.name} on ${subject.cpus} CPUs, ${options.strategy}, seed ${options.seed}`);
    const targetReport = (result: SearchResult): TargetReport => ({
      scenario: options.target.name,
      cpus: subject.cpus,
      profile: subject.profile,
      mutant: options.target.kind === 'module' ? options.target.mutant : null,
      bugs: found.shown,
      result,
      statesCounted: subject.profile === null,
      resumed,
      seconds: (performance.now() - begun) / 1000,
    });
    const keepSoFar = (): void => {
      const report = this.#report([...this.#targets, targetReport(found.soFar)], true);
      keep(this.#text(report), exitCode(report, this.#options.strict));
    };
    const found: Found = new Found(options, subject, this.#keeper, keepSoFar);
    keepSoFar();
    const checkpoint = this.#openCheckpoint(subject);
    resumed = [...(checkpoint?.done.values() ?? [])].reduce((sum, { executions }) => sum + executions, 0);
    const result = found.all(await this.#campaign(options, subject, checkpoint, found));
    for (const bug of result.bugs) {
      if (!this.#titles.has(bug.title)) await found.finish(bug, this.#options.minimize);
    }
    for (const { title } of result.bugs) this.#titles.add(title);
    this.#targets.push(targetReport(result));
    this.#failed ||= found.failed;
  }

  /** Tells what the author of a module should know, once. */
  #note(note: string): void {
    if (!this.#noted.has(note)) warn(`note: ${note}`);
    this.#noted.add(note);
  }

  async #campaign(
    options: ExploreOptions,
    subject: Subject,
    checkpoint: Checkpoint | undefined,
    found: Found,
  ): Promise<SearchResult> {
    const { jobs, shard } = this.#options;
    const save = saver();
    const onPart = checkpoint && ((part: number, result: SearchResult) => save(() => checkpoint.add(part, result)));
    const onLost = (part: number, why: unknown): void => {
      this.#failed = true;
      warn(`part ${part} of the search is lost: ${deathText(why)}`);
    };
    const result = await runCampaign(
      { explore: options, subject, jobs, shard, done: checkpoint?.done, onPart, onLost },
      {
        stopped,
        onProgress: (now) => {
          this.#progress.update(now.seconds, () => progressText(now, this.#options.identity.stateful));
          found.update(now);
        },
        onBug: (bug) => {
          if (!this.#titles.has(bug.title)) found.add(bug);
        },
      },
    ).finally(() => this.#progress.end());
    if (checkpoint !== undefined) save(() => checkpoint.save());
    return result;
  }

  #openCheckpoint(subject: Subject): Checkpoint | undefined {
    const { checkpoint, identity } = this.#options;
    if (checkpoint === undefined) return undefined;
    try {
      return new Checkpoint(checkpoint, identity, subject.profile);
    } catch (error) {
      if (error instanceof CheckpointError) throw new UsageError(error.message);
      throw error;
    }
  }

  #report(targets: readonly TargetReport[], interrupted: boolean): ExploreReport {
    const { all, identity } = this.#options;
    const { strategy, seed } = all[0];
    return {
      identity,
      exhaustive: strategyKind(strategy).exhaustive,
      seed,
      targets,
      left: all.length - targets.length,
      interrupted,
      seconds: (performance.now() - this.#startedAt) / 1000,
    };
  }

  #text(report: ExploreReport): string {
    return this.#options.json ? `${JSON.stringify(exploreJson(report), null, 2)}\n` : exploreText(report);
  }
}

/** Saves a checkpoint if that is possible: a search does not end because it is not. Each reason is told once. */
function saver(): (save: () => void) => void {
  let told = '';
  return (save) => {
    try {
      save();
      told = '';
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (error.message !== told) warn(`--checkpoint could not be written: ${error.message}; the search goes on`);
      told = error.message;
    }
  };
}
