/** A text that is no program, or one that cannot be run here: the place, and what to do. */
export class JavascriptError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  constructor(file: string, line: number, column: number, reason: string) {
    super(`${file}:${line}:${column} ${reason}`);
    this.name = 'JavascriptError';
    this.file = file;
    this.line = line;
    this.column = column;
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['JavascriptError', 'RefusedError']);

/** Whether an error says that code cannot be run here: no fault of the program, and nothing that it can deal with. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSALS.has(error.name);
}
