/** AbortController and AbortSignal. */
import type { Running } from '../operation.ts';
import { current } from '../world/current.ts';
import { leavableMethods } from '../world/leave.ts';
import { AgentEvent, dispatch, handler, type TargetClass } from './event-target.ts';

export interface Aborting {
  readonly AbortController: new () => { readonly signal: object };
  readonly AbortSignal: Function;
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
      return new AbortSignal();
    } finally {
      isOurs = false;
    }
  }
  function* abort(signal: AbortSignal, reason: unknown, site: number): Running {
    if (signal.aborted) return undefined;
    signal.aborted = true;
    signal.reason = reason === undefined ? abortError() : reason;
    return yield* dispatch(signal, new AgentEvent('abort'), site);
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
