/**
 * `import 'tasklock/vitest'`: a matcher of vitest's expect. What an assertion says is what `holds` says; where that says
 * nothing, the assertion fails, with `.not` as well. A search ends with its test: it is given no more time than the test has,
 * and one that nobody waits for is a test that fails.
 */
import { expect } from 'vitest';
import { millisecondsOf } from './base/duration.ts';
import { holds, type HoldsTarget } from './holds/holds.ts';
import { HoldsError } from './holds/holds-error.ts';
import type { HoldsOptions } from './holds/options.ts';
import type { HoldsResult } from './holds/outcome.ts';

export interface ToHoldOptions extends Omit<HoldsOptions, 'signal'> {
  /** Whether it has to be proved: every interleaving covered. */
  readonly proof?: boolean | undefined;
  /** Whether the report is printed of what passes, too. */
  readonly report?: boolean | undefined;
}

declare module 'vitest' {
  interface Matchers<T = any> {
    /**
     * Of the path or URL of a file of agents or of a module for the bus: that no interleaving is found that goes wrong. With
     * `.not`: that one is found.
     */
    toHoldUnderAllInterleavings(options?: ToHoldOptions): Promise<void>;
  }
}

/** What vitest has of the test that runs. */
interface RunningTest {
  readonly timeout: number;
  readonly context: {
    readonly signal: AbortSignal;
    readonly onTestFinished: (handler: () => void) => void;
  };
}

/** What starting, printing and a busy machine may take of a test's time, and half of it at most. */
const REST_MS = 5_000;
/** What the command takes when nothing is said. */
const USUAL_MS = 60_000;

/** Options with a time that fits into that of the test. Throws HoldsError for a time that does not. */
function timed(options: HoldsOptions, { timeout }: RunningTest): HoldsOptions {
  if (!(timeout > 0 && Number.isFinite(timeout))) return options;
  const { duration, executions, strategy = 'portfolio', preemptions, delays } = options;
  const asked = typeof duration === 'string' ? millisecondsOf(duration) : undefined;
  if (asked !== undefined && asked >= timeout) {
    const more = `{ timeout: ${Math.ceil(asked + REST_MS)} }`;
    throw new HoldsError(`the search may take ${duration}, and its test is ended after ${timeout} ms: give it ${more}`);
  }
  const takesUsual = strategy === 'portfolio' && (duration ?? executions ?? preemptions ?? delays) === undefined;
  const most = Math.ceil(Math.max(timeout / 2, timeout - REST_MS));
  return takesUsual && most < USUAL_MS ? { ...options, duration: `${most}ms` } : options;
}

/** The search, with the test if there is one: when that ends, so does it, and a test that did not wait for it fails. */
async function searched(
  target: HoldsTarget,
  options: HoldsOptions,
  test: RunningTest | undefined,
): Promise<HoldsResult> {
  if (test === undefined) return await holds(target, options);
  const { signal, onTestFinished } = test.context;
  const ended = new AbortController();
  let isOver = false;
  onTestFinished(() => {
    if (isOver) return;
    ended.abort();
    if (signal.aborted) return;
    throw new HoldsError('nobody waits for the search: await expect(...).toHoldUnderAllInterleavings()');
  });
  signal.addEventListener('abort', () => ended.abort());
  try {
    const result = await holds(target, { ...timed(options, test), signal: ended.signal });
    isOver = true;
    return result;
  } catch (error) {
    isOver = true;
    // The test has failed for another reason, and nobody would hear of this one.
    return ended.signal.aborted ? await new Promise<never>(() => undefined) : Promise.reject(error);
  }
}

function failureOf({ name, holds: isHeld, summary, text }: HoldsResult, isNot: boolean): string {
  const found = isNot ? `expected that something goes wrong in ${name}` : `${name} does not hold`;
  const why = isHeld && !isNot ? `${name} is not proved: ${summary}` : found;
  return `${why}\n\n${text}`;
}

expect.extend({
  async toHoldUnderAllInterleavings(target: HoldsTarget, options: ToHoldOptions = {}) {
    const { proof = false, report = false, ...search } = options;
    const { isNot, task } = this as typeof this & { readonly task?: RunningTest };
    for (const [name, value] of Object.entries({ proof, report })) {
      if (typeof value !== 'boolean') throw new HoldsError(`the option ${name} takes true or false`);
    }
    if ('signal' in search) throw new HoldsError('the option signal is for holds(): an assertion ends with its test');
    if (proof && isNot) throw new HoldsError('proof is not for .not: that something goes wrong is shown, not proved');
    // One bug is all that is asked for.
    const result = await searched(target, isNot ? { stopAtFirst: true, ...search } : search, task);
    const pass = result.holds && (result.proof || !proof);
    if (report && pass !== isNot) console.log(result.text);
    return { pass, message: () => failureOf(result, isNot) };
  },
});
