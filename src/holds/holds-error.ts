/** Nothing can be said of what was to be searched: wrong options, a file that is refused, a search that was interrupted. */
export class HoldsError extends Error {
  override readonly name = 'HoldsError';
}
