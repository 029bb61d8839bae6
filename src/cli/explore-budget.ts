/**
 * The time of one `tasklock explore`, over all its targets. Each has an equal share of what is left, so what one does not
 * need goes to those after it. Making bugs simple and explaining them is
 * part of it: a search that has found some ends early enough for that. Time that a person named begins with the process, as
 * the clock of whoever waits for it does.
 */

/** Of a target's share, at most, and for each bug. */
const SIMPLIFY_SHARE = 1 / 4;
const SIMPLIFY_MS = 1_000;
/** The part of the time that starting may count for. */
const START_SHARE = 1 / 4;

/** When nobody has said how long: a target with a bug is not searched for longer. */
const LONG_ENOUGH_MS = 10_000;

export class Budget {
  readonly #durationMs: number;
  readonly #isAsked: boolean;
  readonly #startedAt: number;
  #shareAt = 0;
  #shareMs = 0;

  /** `durationMs`: of the whole command. `isAsked`: a person named it. */
  constructor(durationMs: number | undefined, isAsked: boolean) {
    this.#durationMs = durationMs ?? Number.POSITIVE_INFINITY;
    this.#isAsked = isAsked;
    const start = isAsked ? Math.min(1000 * process.uptime(), this.#durationMs * START_SHARE) : 0;
    this.#startedAt = performance.now() - start;
  }

  get isOver(): boolean {
    return performance.now() - this.#startedAt >= this.#durationMs;
  }

  /** The next of so many targets begins: its time, undefined for any. */
  next(targets: number): number | undefined {
    this.#shareAt = performance.now();
    const left = Math.max(1, this.#durationMs - (this.#shareAt - this.#startedAt));
    this.#shareMs = left / targets;
    return Number.isFinite(this.#shareMs) ? this.#shareMs : undefined;
  }

  /** Whether a search that has found so many bugs has to end. */
  enough(bugs: number): boolean {
    if (bugs === 0 || !Number.isFinite(this.#shareMs)) return false;
    const simplify = Math.min(this.#shareMs * SIMPLIFY_SHARE, bugs * SIMPLIFY_MS);
    const share = this.#isAsked ? this.#shareMs : Math.min(this.#shareMs, LONG_ENOUGH_MS);
    return performance.now() - this.#shareAt >= share - simplify;
  }

  /** Whether the target has had its share. */
  get isShareOver(): boolean {
    return performance.now() - this.#shareAt >= this.#shareMs;
  }

  /** Until when one of so many bugs of the target may be worked on. */
  simplifyUntil(bugs: number): number {
    const now = performance.now();
    return now + (this.#shareAt + this.#shareMs - now) / bugs;
  }
}
