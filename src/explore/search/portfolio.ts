/**
 * Several strategies on one budget. A short turn of each that samples comes first: a bug that is everywhere is found at
 * once, whatever the order of the CPUs. Then the searches that may leave nothing out, each within a share of the budget;
 * when one comes to its end the target is proved, and the rest is skipped. Then those that sample in turns, until the
 * budget is used up.
 *
 * Turns are counted in executions, never in time, and go on where the last one ended: as long as time is not what ends the
 * search, the result is a function of options and seed, also with several threads.
 *
 * What is said of the whole: counts are sums of what ran (states of a search by states are its own), bugs are those of all,
 * each as it was found first. It is a proof only by one share that left nothing out by itself (isProof); that others found
 * nothing adds nothing to it.
 */
import { isBug, outranks } from '../../check/evidence/ledger.ts';
import { isUnfit } from '../../javascript/error.ts';
import type { CampaignOptions } from './campaign.ts';
import { runCampaign } from './campaign.ts';
import { type SearchCounts, type SearchProgress, searchBreather } from './control.ts';
import { type ExploreControl, exploreSubject, strategyKind } from './explore.ts';
import { Lane, type TurnThreads } from './lane.ts';
import { lengthOf } from './length.ts';
import { mergeResults, onceByTitle } from './merge.ts';
import type { ExploreOptions } from './options.ts';
import { type Exhaustive, FIRST_TURN, MOST_STATES, planOf, turnOf } from './portfolio-plan.ts';
import { runnersOf } from './part-runners.ts';
import type { FoundBug, SearchEnd, SearchResult, Share } from './result.ts';
import type { Subject } from '../subject/subject.ts';
import { subjectOf } from '../subject/targets.ts';
import { learnWatched } from '../run/watched.ts';

/** `explore` of the options names no strategy of its own; `shard`, `done` and `onPart` are for those that do. */
export async function runPortfolio(options: CampaignOptions, control: ExploreControl = {}): Promise<SearchResult> {
  const subject = options.subject ?? (await subjectOf(options.explore.target, options.explore.engine));
  return await new Portfolio(subject, options, control).run();
}

/** Whether a share tried everything there is. */
export function isProof({ strategy, result }: Share): boolean {
  const { end, executions, bounded, grown = [], withheld = [] } = result;
  return (
    strategyKind(strategy).exhaustive &&
    strategy !== 'dfs' &&
    end === 'exhausted' &&
    executions > 0 &&
    bounded === 0 &&
    grown.length === 0 &&
    withheld.length === 0
  );
}

const POLL_MS = 100;
/** What may be run to see how long executions are: a few of a kernel. */
const LENGTH_STEPS = 20_000;

class Portfolio {
  readonly #subject: Subject;
  readonly #options: CampaignOptions;
  readonly #explore: ExploreOptions;
  readonly #control: ExploreControl;
  readonly #startedAt = performance.now();
  readonly #exhaustive: readonly Exhaustive[];
  readonly #lanes: readonly Lane[];
  /** Steps of an execution. */
  readonly #length: number;
  /** Executions that were asked for. */
  readonly #asked: number;
  /** What exhaustive searches came to. */
  readonly #shares: Share[] = [];
  /** Titles, and whether there is more than known findings. */
  readonly #titles = new Set<string>();
  #hasBug = false;

  constructor(subject: Subject, options: CampaignOptions, control: ExploreControl) {
    const { explore: whole } = options;
    const watched = whole.watched ?? learnWatched(subject);
    subject.watch(watched);
    this.#subject = subject;
    this.#options = options;
    this.#asked = whole.last < Number.MAX_SAFE_INTEGER ? whole.last - whole.first : Number.POSITIVE_INFINITY;
    this.#length = lengthOf(subject, whole.seed, whole.depth, LENGTH_STEPS, this.#asked);
    this.#explore = { ...whole, watched, length: this.#length };
    this.#control = { ...control, onBug: (bug) => this.#meet(bug, control) };
    const { exhaustive, lanes } = planOf(subject, this.#explore);
    this.#exhaustive = exhaustive;
    this.#lanes = lanes.map((lane) => new Lane(subject, lane, { ...this.#control, onProgress: undefined }));
  }

  async run(): Promise<SearchResult> {
    let end = await this.#round(0, Math.floor(FIRST_TURN * this.#asked));
    for (const one of this.#exhaustive) {
      if (end !== undefined) break;
      const share = await this.#exhaust(one);
      this.#shares.push(share);
      if (isProof(share)) return this.#result('exhausted', share);
      end = this.#over();
    }
    return this.#result(end ?? (await this.#turns()), undefined);
  }

  /** Turns of all lanes, until something ends them. */
  async #turns(): Promise<SearchEnd> {
    const spread = await this.#spread();
    const poll = spread && setInterval(() => this.#over() !== undefined && spread.threads.stop(), POLL_MS);
    try {
      for (let round = 1; ; round++) {
        const end = await this.#round(round, Number.POSITIVE_INFINITY, spread);
        if (end !== undefined) return end;
      }
    } finally {
      clearInterval(poll);
      await spread?.threads.end();
    }
  }

  async #spread(): Promise<TurnThreads | undefined> {
    const { jobs, onLost, runners } = this.#options;
    if (jobs === 1) return undefined;
    const [{ target }, { onBug }] = [this.#explore, this.#control];
    const threads = await runnersOf(runners, { target, subject: this.#subject, jobs, onBug, left: undefined });
    const lost = (why: unknown): void => {
      // So say all others, and the search is over.
      if (onLost === undefined || isUnfit(why)) throw why;
      onLost(0, why);
    };
    return { threads, jobs, onLost: lost };
  }

  /** A turn of each lane, of at most so many executions; why the search is over, when it is. */
  async #round(round: number, most: number, spread?: TurnThreads): Promise<SearchEnd | undefined> {
    for (const lane of this.#lanes) {
      const turn = Math.min(turnOf(this.#subject, round, lane.meanSteps || this.#length), most, this.#executionsLeft());
      if (turn > 0 && !lane.exhausted) {
        const onProgress = (): void => this.#tell({ ...this.#counts(), strategy: lane.name });
        const control = { ...this.#control, onProgress, durationMs: this.#msUntil(1) };
        const breathe = searchBreather(control, () => this.#counts());
        if ((await lane.turn(turn, breathe, spread)) === 'found') return 'found';
      }
      const end = this.#over();
      if (end !== undefined) return end;
    }
    return undefined;
  }

  /** An exhaustive search within its share; what it does not need is left to the others. */
  async #exhaust({ strategy, stateful, until }: Exhaustive): Promise<Share> {
    const startedAt = performance.now();
    const last = Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(this.#executionsLeft() / 2));
    const durationMs = this.#explore.durationMs === undefined ? undefined : this.#msUntil(until);
    const explore = { ...this.#explore, strategy, stateful, first: 0, last, durationMs };
    const before = this.#counts();
    const onProgress = ({ executions, steps, about }: SearchProgress): void =>
      this.#tell({
        about,
        made: executions,
        executions: before.executions + (stateful ? 0 : executions),
        steps: before.steps + (stateful ? 0 : steps),
        strategy: stateful ? 'states' : strategy,
      });
    const control = { ...this.#control, onProgress, mostStates: MOST_STATES };
    const result = stateful
      ? await exploreSubject(this.#subject, explore, control)
      : await runCampaign({ ...this.#options, explore, subject: this.#subject }, control);
    return { strategy, stateful, result, seconds: (performance.now() - startedAt) / 1000 };
  }

  /** Why the search is over, when it is. */
  #over(): SearchEnd | undefined {
    if (this.#hasBug && this.#explore.stopAtFirst === true) return 'found';
    if (this.#control.stopped?.() === true) return 'stopped';
    if (this.#msUntil(1) <= 0 || this.#control.enough?.() === true) return 'duration';
    return this.#executionsLeft() <= 0 ? 'executions' : undefined;
  }

  /** Milliseconds until this part of the whole time is over. */
  #msUntil(part: number): number {
    const { durationMs = Number.POSITIVE_INFINITY } = this.#explore;
    return durationMs * part - (performance.now() - this.#startedAt);
  }

  #executionsLeft(): number {
    return this.#asked - this.#counts().executions;
  }

  #counts(): SearchCounts {
    const counted = this.#shares.filter(({ stateful }) => !stateful).map(({ result }) => result);
    const sum = (pick: (one: { executions: number; steps: number }) => number): number =>
      [...this.#lanes, ...counted].reduce((total, one) => total + pick(one), 0);
    return { executions: sum((one) => one.executions), steps: sum((one) => one.steps), bugs: this.#titles.size };
  }

  #tell(now: Omit<SearchProgress, 'bugs' | 'seconds'>): void {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    this.#control.onProgress?.({ ...now, bugs: this.#titles.size, seconds });
  }

  #meet(bug: FoundBug, { onBug }: ExploreControl): void {
    this.#titles.add(bug.title);
    this.#hasBug ||= isBug(bug);
    onBug?.(bug);
  }

  #result(end: SearchEnd, proof: Share | undefined): SearchResult {
    // Those that sample are not at their end because another one is.
    const sampled = end === 'exhausted' ? 'executions' : end;
    const samples = this.#lanes.map((lane) => lane.share(sampled)).filter(({ result }) => result.steps > 0);
    const shares = [...samples, ...this.#shares];
    const counted = shares.filter(({ stateful }) => !stateful).map(({ result }) => result);
    const { stepBound } = this.#subject;
    // What met a smaller bound met one of dpor's own (deepening.ts).
    const bounded = counted.filter((one) => one.stepBound === stepBound && one.bounded > 0);
    const bugs = shares.flatMap(({ result }) => result.bugs);
    return {
      ...mergeResults(counted),
      ...(this.#subject.nothingJudged?.() === true ? { nothingJudged: true } : {}),
      bounded: bounded.reduce((sum, one) => sum + one.bounded, 0),
      cutAt: mergeResults(bounded).cutAt,
      stepBound,
      states: new Set(shares.flatMap(({ result }) => [...result.states])),
      bugs: onceByTitle(bugs, (one, known) => outranks(one, known) ?? false),
      end,
      facts: {},
      shares,
      proof,
    };
  }
}
