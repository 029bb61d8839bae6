/** One `tasklock explore`: searches target after target, and at any moment knows what it would print if it ended there. */
import { isBug } from '../check/evidence/ledger.ts';
import type { SearchProgress } from '../explore/search/control.ts';
import { runCampaign } from '../explore/search/campaign.ts';
import type { Checkpoint, Write } from '../explore/search/checkpoint.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import type { Identity } from '../explore/search/identity.ts';
import { runPortfolio } from '../explore/search/portfolio.ts';
import type { MakeRunners } from '../explore/search/part-runners.ts';
import type { SearchResult } from '../explore/search/result.ts';
import { isExhaustive, PORTFOLIO } from '../explore/strategies/index.ts';
import type { Subject } from '../explore/subject/subject.ts';
import { subjectOf } from '../explore/subject/targets.ts';
import type { ExploreReport, TargetReport } from '../report/explore-report.ts';
import { roughly } from '../base/numbers.ts';
import { grouped, plural } from '../report/table.ts';
import { openCheckpoint, saver } from './checkpoints.ts';
import { deathText } from './defect.ts';
import { Budget } from './explore-budget.ts';
import { EXIT_DEFECT } from './exit-codes.ts';
import { exitCode, type Form, reportText } from './explore-ending.ts';
import { Found } from './explore-found.ts';
import type { Keeper } from './keeper.ts';
import { ProgressLine } from './progress.ts';
import { PartLost } from './part-lost.ts';
import { keep, stopped, warn } from './thread.ts';

export interface RunOptions {
  /** What to search, one after the other; at least one. */
  readonly all: readonly [ExploreOptions, ...ExploreOptions[]];
  /** Of the only target, when it is made already. */
  readonly subject: Subject | undefined;
  readonly identity: Identity;
  /** The command as it was typed, but for strategy and budget. */
  readonly again: string;
  readonly jobs: number;
  readonly shard: { readonly index: number; readonly of: number } | undefined;
  readonly checkpoint: string | undefined;
  /** Who writes it, where the process may not. */
  readonly write?: Write | undefined;
  /** Who runs parts of a search, where threads must not. */
  readonly runners?: MakeRunners | undefined;
  /** Whether the time is one that a person named, and the executions. */
  readonly asked: { readonly duration: boolean; readonly executions: boolean };
  readonly minimize: boolean;
  readonly strict: boolean;
  readonly form: Form;
  readonly quiet: boolean;
}

/** Parts whose thread or process died, when the others are ended too. */
const MOST_LOST = 4;

/** A search by states counts the ends it met and the transitions between states. */
function progressText(now: SearchProgress, { stateful, durationMs, last }: ExploreOptions): string {
  const { executions, steps, bugs, seconds, strategy, about, made = executions } = now;
  const time = durationMs === undefined ? '' : `of ${(durationMs / 1000).toFixed(1)} s  `;
  const found = plural(bugs, 'bug');
  if (stateful === true) return `${time}${plural(executions, 'end')}  ${plural(steps, 'transition')}  ${found}`;
  const rate = grouped(executions / Math.max(seconds, 0.001));
  const of = last < Number.MAX_SAFE_INTEGER ? ` of ${grouped(last)}` : '';
  const who = strategy === undefined ? '' : `${strategy}  `;
  if (about !== undefined) {
    const all = `of about ${roughly(about)} or more`;
    return `${time}${who}${grouped(made)} executions ${all} (${rate}/s)  ${grouped(steps)} steps  ${found}`;
  }
  return `${time}${who}${grouped(executions)}${of} executions (${rate}/s)  ${grouped(steps)} steps  ${found}`;
}

/** Without the turns of its bugs. */
const untold = (target: TargetReport): TargetReport => ({
  ...target,
  bugs: target.bugs.map((bug) => ({ ...bug, turns: [], why: undefined })),
});

export class ExploreRun {
  readonly #options: RunOptions;
  readonly #keeper: Keeper;
  readonly #progress: ProgressLine;
  readonly #startedAt = performance.now();
  readonly #budget: Budget;
  readonly #targets: TargetReport[] = [];
  /** Titles that a target before had. */
  readonly #titles = new Set<string>();
  readonly #noted = new Set<string>();
  #failed = false;
  /** Bugs that their target had no time for. */
  readonly #later: Array<() => Promise<void>> = [];
  #isOneTold = false;

  constructor(options: RunOptions, keeper: Keeper) {
    this.#options = options;
    this.#keeper = keeper;
    this.#progress = new ProgressLine(options.quiet);
    this.#budget = new Budget(options.all[0].durationMs, options.asked.duration);
  }

  /** Everything that was asked for, or until a signal: what there is to print, and the exit code. */
  async run(): Promise<{ readonly text: string; readonly code: number }> {
    const { all } = this.#options;
    const { stopAtFirst } = all[0];
    let unused = 0;
    for (const [i, options] of all.entries()) {
      if (stopped() || (stopAtFirst === true && this.#hasBug)) break;
      const last = options.last + unused;
      if (last === 0 || this.#budget.isOver) continue;
      const durationMs = this.#budget.next(all.length - i);
      const { executions } = await this.#search({ ...options, last, durationMs });
      if (this.#passesOn) unused = Math.max(0, last - executions);
    }
    for (const finish of this.#later) await finish();
    this.#progress.end();
    const report = this.#report(this.#targets, stopped());
    return {
      text: reportText(report, this.#options.form),
      code: this.#failed ? EXIT_DEFECT : exitCode(report, this.#options.strict),
    };
  }

  async #search(options: ExploreOptions): Promise<SearchResult> {
    const subject = this.#options.subject ?? (await subjectOf(options.target, options.engine));
    for (const note of subject.notes ?? []) this.#note(note);
    const begun = performance.now();
    let resumed = 0;
    this.#progress.start(`${options.target.name} on ${subject.cpus} CPUs, ${options.strategy}, seed ${options.seed}`);
    const targetReport = (result: SearchResult): TargetReport => ({
      scenario: options.target.name,
      cpus: subject.cpus,
      profile: subject.profile,
      mutant: options.target.kind === 'module' ? options.target.mutant : null,
      // Some are looked at when all targets have been searched.
      get bugs() {
        return found.shown;
      },
      result,
      statesCounted: subject.profile === null,
      resumed,
      seconds: (performance.now() - begun) / 1000,
    });
    let isSearched = false;
    const keepSoFar = (): void => {
      const targets = isSearched ? this.#targets : [...this.#targets, targetReport(found.soFar)];
      // Turns of bugs as they were found are too many to be put into words each time.
      const report = this.#report(this.#options.minimize ? targets : targets.map(untold), true);
      keep(reportText(report, this.#options.form), exitCode(report, this.#options.strict));
    };
    const found: Found = new Found(options, subject, this.#keeper, keepSoFar);
    keepSoFar();
    const { checkpoint: file, identity, write } = this.#options;
    const checkpoint = openCheckpoint(file, identity, subject, write);
    resumed = [...(checkpoint?.done.values() ?? [])].reduce((sum, { executions }) => sum + executions, 0);
    const result = found.all(await this.#campaign(options, subject, checkpoint, found));
    await this.#finish(result, found);
    this.#targets.push(targetReport(result));
    isSearched = true;
    this.#failed ||= found.failed;
    return result;
  }

  /** Makes the bugs simple that no target before had, as long as there is time. */
  async #finish({ bugs }: SearchResult, found: Found): Promise<void> {
    const fresh = bugs.filter(({ title }) => !this.#titles.has(title));
    const startedAt = performance.now();
    for (const [i, bug] of fresh.entries()) {
      this.#titles.add(bug.title);
      const until = this.#budget.simplifyUntil(fresh.length - i);
      const onAttempt = (tried: number): void =>
        this.#progress.update(
          (performance.now() - startedAt) / 1000,
          () => `making bug ${i + 1} of ${fresh.length} simpler  ${grouped(tried)} tried`,
        );
      const finish = async (): Promise<void> => {
        await found.finish(bug, this.#options.minimize, { until, onAttempt });
        this.#isOneTold = true;
        this.#failed ||= found.failed;
      };
      // What is recorded can be replayed; other targets cannot wait.
      if (!this.#isOneTold || !this.#budget.isShareOver) await finish();
      else this.#later.push(async () => (this.#budget.isOver || stopped() ? found.leave(bug) : await finish()));
    }
    this.#progress.end();
  }

  get #hasBug(): boolean {
    return this.#targets.some(({ bugs }) => bugs.some(isBug));
  }

  /** Whether executions that one target does not need are the next one's: parts of a search must not depend on it. */
  get #passesOn(): boolean {
    const { asked, shard, checkpoint } = this.#options;
    return asked.executions && shard === undefined && checkpoint === undefined;
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
    const { jobs, shard, runners } = this.#options;
    const save = saver();
    const onPart = checkpoint && ((part: number, result: SearchResult) => save(() => checkpoint.add(part, result)));
    const told = new Set<string>();
    let lost = 0;
    const onLost = (part: number, why: unknown): void => {
      lost++;
      this.#failed ||= !(why instanceof PartLost) || why.code === EXIT_DEFECT;
      const text = deathText(why);
      if (!told.has(text)) warn(`part ${part} of the search is lost: ${text}`);
      told.add(text);
    };
    const runSearch = options.strategy === PORTFOLIO ? runPortfolio : runCampaign;
    const result = await runSearch(
      { explore: options, subject, jobs, shard, runners, done: checkpoint?.done, onPart, onLost },
      {
        // What hangs once may do so in each of them.
        stopped: () => stopped() || lost >= MOST_LOST,
        enough: () => this.#budget.enough(found.shown.length),
        onProgress: (now) => {
          this.#progress.update(now.seconds, () => progressText(now, options));
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

  #report(targets: readonly TargetReport[], interrupted: boolean): ExploreReport {
    const { all, identity, again } = this.#options;
    const { strategy, seed } = all[0];
    return {
      identity,
      again,
      exhaustive: isExhaustive(strategy),
      seed,
      targets,
      left: all.length - targets.length,
      interrupted,
      seconds: (performance.now() - this.#startedAt) / 1000,
    };
  }
}
