/** Whatever was thrown, with its stack where it has one; the program's own toString is not asked. */
export function errorText(error: unknown): string {
  if (error instanceof Error) return typeof error.stack === 'string' ? error.stack : `${error.name}: ${error.message}`;
  if (typeof error === 'object' || typeof error === 'function') return error === null ? 'null' : 'an object';
  return String(error);
}

/** What is said of an error that nobody has caught. */
export function uncaughtText(error: unknown, kind: 'uncaught' | 'rejection'): string {
  const [first = ''] = errorText(error).split('\n');
  return `${kind === 'rejection' ? 'unhandled rejection' : 'uncaught'} ${first}`;
}

/** What is said of an end by which a program says that something went wrong. */
export const exitText = (code: number): string =>
  `ends with exit code ${code}${code === 13 ? ', by which Node says that a top-level await is never settled' : ''}`;
