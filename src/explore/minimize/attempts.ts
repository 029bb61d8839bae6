/** What minimisers share: the best result so far, the budget, and which candidates were tried already. */

/** How often a pass tried something, and how often that was better. */
export interface PassCount {
  readonly name: string;
  tried: number;
  better: number;
}

export interface AttemptOptions {
  /** Executions or searches at most. */
  readonly budget: number;
  /** Asked before each: true ends the minimising with the best so far. */
  readonly stopped?: (() => boolean) | undefined;
  /** Told after each. */
  readonly onAttempt?: ((tried: number, better: number) => void) | undefined;
}

export class Attempts<Result> {
  best: Result;
  readonly passes: PassCount[] = [];
  /** True when something was left untried because of budget or stop. */
  cut = false;
  #made = 0;
  #better = 0;
  readonly #options: AttemptOptions;
  readonly #isBetter: (a: Result, b: Result) => boolean;
  readonly #tried = new Set<string>();

  constructor(first: Result, isBetter: (a: Result, b: Result) => boolean, options: AttemptOptions) {
    this.best = first;
    this.#isBetter = isBetter;
    this.#options = options;
  }

  get made(): number {
    return this.#made;
  }

  get better(): number {
    return this.#better;
  }

  /** A function that tries candidates for a pass: true when one was better, and is now the best. */
  pass(name: string): (key: string, run: () => Promise<Result | undefined>) => Promise<boolean> {
    const count = this.#count(name);
    return async (key, run) => {
      if (this.#tried.has(key)) return false;
      if (this.#made >= this.#options.budget || this.#options.stopped?.() === true) {
        this.cut = true;
        return false;
      }
      this.#tried.add(key);
      this.#made++;
      count.tried++;
      const result = await run();
      const better = result !== undefined && this.#isBetter(result, this.best);
      if (better) {
        this.best = result;
        this.#better++;
        count.better++;
      }
      this.#options.onAttempt?.(this.#made, this.#better);
      return better;
    };
  }

  #count(name: string): PassCount {
    const known = this.passes.find((pass) => pass.name === name);
    if (known !== undefined) return known;
    const count = { name, tried: 0, better: 0 };
    this.passes.push(count);
    return count;
  }
}
