/** What a search has found so far: recorded at once, and ready to be told should the search be cut off. */
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
    if (this.#shown.has(bug.title)) return;
    const switches = switchesOf(bug.decisions);
    const held = this.#keeper.first(bug.title, this.#recording(bug));
    this.#shown.set(bug.title, {
      ...bug,
      ...held,
      switchesFound: switches,
      switches,
      turns: [],
      why: undefined,
      valueText: this.#valueText,
    });
    this.#onChange();
  }

  /** The result with what a part had found that did not come to its end. */
  all(result: SearchResult): SearchResult {
    const told = new Set(result.bugs.map((bug) => bug.title));
    const missing = this.shown.filter((bug) => !told.has(bug.title));
    return missing.length === 0 ? result : { ...result, bugs: onceByTitle([...result.bugs, ...missing], () => false) };
  }

  /** Makes a bug simple, records that and tells its turns. */
  async finish(found: FoundBug, minimize: boolean): Promise<void> {
    const bug = minimize && !stopped() ? await this.#simplified(found) : found;
    const held = this.#keeper.last(bug.title, this.#recording(bug));
    const [switchesFound, switches] = [switchesOf(found.decisions), switchesOf(bug.decisions)];
    const told = this.#explained(bug);
    this.#shown.set(bug.title, { ...bug, ...held, switchesFound, switches, ...told, valueText: this.#valueText });
    this.#onChange();
  }

  /** As it was found, when making it simple goes wrong. */
  async #simplified(found: FoundBug): Promise<FoundBug> {
    try {
      return await simplified(this.#subject, this.#options.checkers, found, stopped);
    } catch (error) {
      this.failed = true;
      warn(defectText(error));
      return found;
    }
  }

  /** The turns of a bug, and why it shows. */
  #explained(bug: FoundBug): Pick<ShownBug, 'turns' | 'why'> {
    const sourceLine = sourceLines(this.#options.target);
    const { decisions: moves, object } = bug;
    const turns = tellTurns(this.#subject, moves, sourceLine, object);
    const { checkers } = this.#options;
    return { turns, why: stopped() ? undefined : whyOf(this.#subject, { moves, bug, checkers, sourceLine, stopped }) };
  }

  readonly #valueText = (value: number): string => this.#subject.valueText(value);

  #recording(bug: FoundBug): Recording {
    const { decisions, finalHash } = bug;
    return recordingOf(this.#options, this.#subject, { bug, decisions, finalHash });
  }
}
