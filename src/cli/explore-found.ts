/** What a search has found so far: recorded at once, and ready to be told should the search be cut off. */
import { outranks } from '../check/evidence/ledger.ts';
import type { SearchProgress } from '../explore/search/control.ts';
import type { ExploreOptions } from '../explore/search/options.ts';
import { tellTurns } from '../explore/replay/interleaving.ts';
import { sourceLines } from '../explore/replay/source-lines.ts';
import { whyOf } from '../explore/replay/why.ts';
import { mergeResults, onceByTitle } from '../explore/search/merge.ts';
import { recordingOf } from '../explore/search/record.ts';
import type { FoundBug, SearchResult } from '../explore/search/result.ts';
import { simplified } from '../explore/minimize/simplify.ts';
import type { Subject } from '../explore/subject/subject.ts';
import type { Recording } from '../recording/format.ts';
import { switchesOf } from '../recording/turns.ts';
import type { ShownBug } from '../report/explore-report.ts';
import { defectText } from './defect.ts';
import { Keeper } from './keeper.ts';
import { stopped, warn } from './thread.ts';

const KEEP_EVERY_S = 1;

/** Of a bug's time, for making it simple; the rest is for saying why it shows. */
const SIMPLIFY_SHARE = 0.6;

/** Until when a bug may be worked on, and who is told of each attempt to make it simpler. */
export interface SimplifyTime {
  readonly until: number;
  readonly onAttempt: (tried: number) => void;
}

/** Whether a moment is past, or the command is to end. */
const isPast = (until: number) => (): boolean => stopped() || performance.now() >= until;

/** The bugs of one target. */
export class Found {
  readonly #options: ExploreOptions;
  readonly #subject: Subject;
  readonly #keeper: Keeper;
  readonly #shown = new Map<string, ShownBug>();
  readonly #onChange: () => void;
  #progress: SearchProgress = { executions: 0, steps: 0, bugs: 0, seconds: 0 };
  #keptAt = 0;
  /** Whether something of our own failed. */
  failed = false;

  constructor(options: ExploreOptions, subject: Subject, keeper: Keeper, onChange: () => void) {
    this.#options = options;
    this.#subject = subject;
    this.#keeper = keeper;
    this.#onChange = onChange;
  }

  get shown(): readonly ShownBug[] {
    return [...this.#shown.values()];
  }

  /** What is known of the search while it goes on. */
  get soFar(): SearchResult {
    const { executions, steps } = this.#progress;
    return {
      ...mergeResults([]),
      executions: Math.max(executions, this.#shown.size),
      steps,
      bugs: this.shown,
      end: 'stopped',
    };
  }

  update(progress: SearchProgress): void {
    this.#progress = progress;
    if (progress.seconds - this.#keptAt < KEEP_EVERY_S) return;
    this.#keptAt = progress.seconds;
    this.#onChange();
  }

  /** Records a bug as it was found. Does not touch the machine: the search is in the middle of it. */
  add(bug: FoundBug): void {
    const before = this.#shown.get(bug.title);
    if (before !== undefined && outranks(bug, before) !== true) return;
    const switches = switchesOf(bug.decisions);
    const held = this.#keeper.first(bug.title, this.#recording(bug));
    this.#shown.set(bug.title, {
      ...bug,
      ...held,
      switchesFound: switches,
      switches,
      simplified: 'no',
      turns: [],
      why: undefined,
      valueText: String,
    });
    this.#onChange();
  }

  /** The result with what a part had found that did not come to its end. */
  all(result: SearchResult): SearchResult {
    const told = new Set(result.bugs.map((bug) => bug.title));
    const missing = this.shown.filter((bug) => !told.has(bug.title));
    return missing.length === 0 ? result : { ...result, bugs: onceByTitle([...result.bugs, ...missing], () => false) };
  }

  /** Makes a bug simple, if that is asked for and there is time, records that and tells its turns. */
  async finish(found: FoundBug, simplify: boolean, time: SimplifyTime): Promise<void> {
    const now = performance.now();
    const [isLate, isOver] = [isPast(now + SIMPLIFY_SHARE * (time.until - now)), isPast(time.until)];
    const bug = simplify && !isLate() ? await this.#simplified(found, isLate, time.onAttempt) : found;
    const ended = isLate() ? 'cut' : 'yes';
    const held = this.#keeper.last(bug.title, this.#recording(bug));
    const [switchesFound, switches] = [switchesOf(found.decisions), switchesOf(bug.decisions)];
    // Of a bug as it was found there are too many orders, few of which matter.
    const told = this.#explained(bug, () => !simplify || isOver());
    this.#shown.set(bug.title, {
      ...bug,
      ...held,
      switchesFound,
      switches,
      simplified: simplify ? ended : 'no',
      ...told,
    });
    this.#onChange();
  }

  /** Leaves a bug as it was recorded first: there is no time to look at it. */
  leave({ title }: FoundBug): void {
    const shown = this.#shown.get(title);
    if (shown !== undefined) this.#shown.set(title, { ...shown, simplified: 'cut' });
    this.#onChange();
  }

  /** As it was found, when making it simple goes wrong. */
  async #simplified(found: FoundBug, isLate: () => boolean, onAttempt: SimplifyTime['onAttempt']): Promise<FoundBug> {
    try {
      return await simplified(this.#subject, this.#options.checkers, found, { stopped: isLate, onAttempt });
    } catch (error) {
      this.failed = true;
      warn(defectText(error));
      return found;
    }
  }

  /** The turns of a bug, and why it shows. */
  #explained(bug: FoundBug, isOver: () => boolean): Pick<ShownBug, 'turns' | 'why' | 'valueText'> {
    const sourceLine = sourceLines(this.#options.target);
    const { decisions: moves, object } = bug;
    const turns = tellTurns(this.#subject, moves, sourceLine, object);
    const valueText = this.#subject.valueText();
    const quest = { moves, bug, checkers: this.#options.checkers, sourceLine, stopped: isOver };
    return { turns, valueText, why: isOver() ? undefined : whyOf(this.#subject, quest) };
  }

  #recording(bug: FoundBug): Recording {
    const { decisions, finalHash } = bug;
    return recordingOf({ ...this.#options, strategy: bug.strategy }, this.#subject, { bug, decisions, finalHash });
  }
}
