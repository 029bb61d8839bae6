/** AbortController and AbortSignal. */
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { current } from '../world/current.ts';
import { leavableMethods } from '../world/leave.ts';
import { wrongType } from './errors.ts';
import { AgentEvent, dispatch, handler, type TargetClass } from './event-target.ts';

export interface Aborting {
  readonly AbortController: new () => { readonly signal: object };
  readonly AbortSignal: Function;
}

interface Links {
  /** Of one that was made by any(): those that it is aborted with, none of which was made so itself. */
  sources: ReadonlySet<object> | undefined;
  /** Those that are aborted with it, behind its own listeners. */
  readonly followers: Set<object>;
}

const links = hidden<Links>();
const ONE_OR_MORE = 'an instance of Array of AbortSignal';

function follow(signal: object, signals: readonly object[]): void {
  const sources = new Set(signals.flatMap((one) => [...(links.of(one)?.sources ?? [one])]));
  (links.of(signal) as Links).sources = sources;
  for (const source of sources) links.of(source)?.followers.add(signal);
}

export function makeAbort(EventTarget: TargetClass): Aborting {
  let isOurs = false;
  class AbortSignal extends EventTarget {
    aborted = false;
    reason: unknown = undefined;

    constructor() {
      super();
      if (!isOurs) throw Object.assign(new TypeError('Illegal constructor'), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
    }

    throwIfAborted(): void {
      if (this.aborted) throw this.reason;
    }

    static abort(reason?: unknown): AbortSignal {
      const signal = make();
      signal.aborted = true;
      signal.reason = reason === undefined ? abortError() : reason;
      return signal;
    }

    /** Aborted with the first of them. */
    static any(signals: Iterable<AbortSignal>): AbortSignal {
      const all = [...signals];
      for (const one of all) if (links.of(one) === undefined) throw wrongType('signals', ONE_OR_MORE, signals);
      const signal = make();
      const first = all.find(({ aborted }) => aborted);
      if (first === undefined) follow(signal, all);
      else {
        signal.aborted = true;
        signal.reason = first.reason;
      }
      return signal;
    }

    static timeout(milliseconds: number): AbortSignal {
      const signal = make();
      const agent = current();
      const job = () => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'), -1);
      agent.loop.timers.set(job, milliseconds, false, agent.now).isRef = false;
      return signal;
    }
  }
  handler(AbortSignal.prototype, 'abort');
  function make(): AbortSignal {
    isOurs = true;
    try {
      const signal = new AbortSignal();
      links.put(signal, { sources: undefined, followers: new Set() });
      return signal;
    } finally {
      isOurs = false;
    }
  }
  function* abort(signal: AbortSignal, reason: unknown, site: number): Running {
    if (signal.aborted) return undefined;
    signal.aborted = true;
    signal.reason = reason === undefined ? abortError() : reason;
    yield* dispatch(signal, new AgentEvent('abort'), site);
    for (const one of links.of(signal)?.followers ?? []) yield* abort(one as AbortSignal, signal.reason, site);
    return undefined;
  }
  class AbortController {
    readonly signal = make();
  }
  leavableMethods(AbortController.prototype, {
    abort: [0, ({ self, args: [reason], site }) => abort((self as AbortController).signal, reason, site)],
  });
  return { AbortController, AbortSignal };
}

function abortError(): Error {
  return new DOMException('This operation was aborted', 'AbortError');
}
