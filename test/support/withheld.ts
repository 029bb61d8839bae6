import type { SearchResult } from '../../dist/src/explore/search/result.js';

/** What was not there to be tried, each in a line. */
export const withheldLines = ({ withheld }: Pick<SearchResult, 'withheld'>): string[] | undefined =>
  withheld?.map(({ what, where }) => `${what}${where.join(', ')}`);
