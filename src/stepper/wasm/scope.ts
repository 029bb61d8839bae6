/** What values and statements are written with: the function's code, and the numbers of what they name. */
import type { Block } from '../form/code.ts';
import type { Call, Callee, Constant, External, Local, Routine, Value } from '../form/value.ts';
import type { Body, Target } from './body.ts';

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
  /** True where no interrupt ever comes, so that nobody asks for one. */
  readonly undisturbed?: boolean;
  /** Puts the address of the CPU's block on the stack; without it the host gives that at the beginning. */
  area?(): void;
  /** Where a return of a function leads that is written in place; undefined for one that is called. */
  readonly leaves?: Target;
  /** Writes what a function does in place of a call of it; false where it is called. */
  inPlace?(routine: Routine, args: readonly Value[], scope: Scope): boolean;
  /** Writes down the line of a call that may stop the machine, in front of it. */
  noteLine?(line: number): void;
  /** Writes a call, on a line, of what the engine itself does, with arguments of a scope. Its value is on the stack afterwards. */
  own(
    callee: Callee & { kind: 'bus' | 'tracepoint' },
    args: readonly Value[],
    line: number | undefined,
    scope: Scope,
  ): void;
  /** What only code of a unit that is cut has; undefined where nothing is. */
  readonly cut?: CutScope;
}

export interface CutScope {
  /** What the access or the call has given that the block was taken up behind. */
  result(): void;
  goto(to: Block): void;
  /** Leaves the function, with the value or 0. */
  leave(value: Value | undefined): void;
  /** Makes words of the frame 0. */
  clear(array: Local, words: number): void;
  /** The address of a word of the frame, and what to add to it; stops where there is no such word. */
  element(array: Local, words: number, index: Value): number;
  /** An element of a table of constants; stops where there is none. */
  constant(table: Constant, index: Value): void;
  /** Counts a turn; stops when there were too many. */
  turn(): void;
  /** A call of what is not compiled; without it the host is called. */
  external?(call: Call): void;
  /** Ends here: the machine has to be asked. Without it the host throws the fault. */
  stop?(): void;
}
