/** Code cannot be run here, or we cannot run it: known by what nobody can give an error of their own, and not by a name. */
export class Refusal extends Error {
  // oxlint-disable-next-line no-unused-private-class-members -- what counts is that it is there
  readonly #isOurs = true;

  static is(error: unknown): error is Refusal {
    return typeof error === 'object' && error !== null && #isOurs in error;
  }
}

/** A text that is no program, or one that cannot be run here: the place, and what to do. */
export class JavascriptError extends Refusal {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Lines that it is about, of a text that is no program. */
  lines: readonly number[];
  /** What the engine itself says of the text, when it is no program to it either. */
  syntax: SyntaxError | undefined;
  constructor(file: string, line: number, column: number, reason: string) {
    super(`${file}:${line}:${column} ${reason}`);
    this.name = 'JavascriptError';
    this.file = file;
    this.line = line;
    this.lines = [line];
    this.column = column;
  }
}

/** Something of our own went wrong while a program ran. The program gets to know nothing of it. */
export class OwnFault extends Refusal {
  constructor(error: unknown) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.name = 'OwnFault';
    if (error instanceof Error && error.stack !== undefined) this.stack = error.stack;
  }
}

/**
 * Whether an error says that code cannot be run here, or that we cannot run it: no fault of the program, and nothing that it
 * can deal with.
 */
export const isRefusal = (error: unknown): error is Refusal => Refusal.is(error);

/** Whether it says what whoever gave us the code can do something about. */
export const isUnfit = (error: unknown): error is Refusal => Refusal.is(error) && !(error instanceof OwnFault);
