/** What values and statements are written with: the function's code, and the numbers of what they name. */
import type { Callee, External, Local, Routine, Value } from '../form/value.ts';
import type { Body } from './body.ts';

/** What the host does for the module: a function of a file that is not compiled, or one of the machine. */
export type HostCall =
  | {
      readonly kind: 'external';
      readonly external: External;
      readonly texts: readonly (string | null)[];
      readonly throws: boolean;
    }
  | { readonly kind: 'machine'; readonly name: string };

export interface Links {
  routine(routine: Routine): number;
  /** `words`: how many words it is given. */
  host(call: HostCall, words: number): number;
  /** A number that the host gives at the beginning. */
  given(name: string): number;
  /** A function of the module's own that is no routine. */
  helper(name: string): number;
}

export interface Scope {
  readonly body: Body;
  readonly links: Links;
  /** Puts what a local holds on the stack. */
  read(local: Local): void;
  /** Gives a local what is on the stack. */
  write(local: Local): void;
  /** True for a local that always holds the address of the CPU's block. */
  isArea(local: Local): boolean;
  /** Writes a call, on a line, of what the engine itself does. Its value is on the stack afterwards. */
  own(callee: Callee & { kind: 'bus' | 'tracepoint' }, args: readonly Value[], line: number | undefined): void;
}
