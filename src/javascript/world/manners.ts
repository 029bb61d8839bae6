/** Errors that nobody catches, and the end of an agent: what its program says about them. */
import type { Running } from '../operation.ts';

export type FailureKind = 'uncaught' | 'rejection';

/** What the platform knows of how an agent's program deals with errors and its end. All may be left on the way. */
export interface Manners {
  /** True when the error was dealt with. */
  uncaught(error: unknown, origin: 'uncaughtException' | 'unhandledRejection'): Running<boolean>;
  rejected(promise: object, reason: unknown): Running<boolean>;
  /** Nothing keeps it alive. It may go on if it has found something to do. */
  beforeExit(): Running;
  /** It ends for good, because it has asked for that, has failed, or has nothing more to do: what it says then is what it ends with. */
  exit(code: number, end: 'asked' | 'failed' | 'at rest'): Running<number>;
  /** An error has ended it: whoever started it is told. */
  failed(failure: Failed): Running;
  /** The last that it does: whoever started it is told. */
  ended(code: number): Running;
}

export interface Failed {
  readonly error: unknown;
  readonly kind: FailureKind;
}
