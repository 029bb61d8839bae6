/** Why a file or token is not taken for a recording. */

/**
 * foreign: something else. older, newer: of another format version. cut: its end is missing. damaged: its bytes are not
 * those that were written. wrong: a whole recording whose content makes no sense. missing: there is no such file.
 */
export type RecordingProblem = 'foreign' | 'older' | 'newer' | 'cut' | 'damaged' | 'wrong' | 'missing';

/** No usable recording. The message is one line for people: what, where, what to do. */
export class RecordingError extends Error {
  readonly problem: RecordingProblem;

  constructor(problem: RecordingProblem, message: string) {
    super(message);
    this.name = 'RecordingError';
    this.problem = problem;
  }
}
