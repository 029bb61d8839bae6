/** An end with an exit code other than 0, by which a program says that something went wrong. */
export class ExitError extends Error {
  /** What was asked for, until what is said at the end has changed it. */
  code: number;

  constructor(code: number) {
    super('an exit code says that something went wrong');
    this.name = 'ExitError';
    this.code = code;
  }
}
