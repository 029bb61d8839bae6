/** What is wrong with a program text, and where. */
import type { Position } from './position.ts';

/** The message is `FILE:LINE:COLUMN: problem`, ready to be shown. */
export class ProgramError extends Error {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;

  constructor(file: string, at: Position, problem: string) {
    super(`${file}:${at.line}:${at.column}: ${problem}`);
    this.name = 'ProgramError';
    this.file = file;
    this.line = at.line;
    this.column = at.column;
    this.problem = problem;
  }
}
