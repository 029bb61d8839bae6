/** A text that is no program, or one that cannot be run here: the place, and what to do. */
export class JavascriptError extends Error {
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
export class OwnFault extends Error {
  constructor(error: unknown) {
    super(error instanceof Error ? error.message : String(error), { cause: error });
    this.name = 'OwnFault';
    if (error instanceof Error && error.stack !== undefined) this.stack = error.stack;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['JavascriptError', 'RefusedError', 'OwnFault']);

/**
 * Whether an error says that code cannot be run here, or that we cannot run it: no fault of the program, and nothing that it
 * can deal with.
 */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name);
}
