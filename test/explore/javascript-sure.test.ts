/** Programs that cannot but go wrong, in what people write: none of them is ever said to be right. */
import { describe, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';

async function explored(name: string, strategy: string): Promise<SearchResult> {
  const target = javascriptTarget(`test/fixtures/javascript/sure/${name}.mjs`, 'idle');
  const subject = await subjectOf(target);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 200, checkers: [] };
  return await exploreSubject(subject, { ...rest, target, strategy }, {});
}

const EXIT_13 = 'assert: ends with exit code 13, by which Node says that a top-level await is never settled in unknown';

describe('a bug that is there is found', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['element-by-name', 'assert: the end is not as it should be in finished'],
    ['timers-of-two', 'assert: the end is not as it should be in finished'],
    ['unsettled', EXIT_13],
    ['unsettled-at-rest', 'deadlock: no agent can go on in unknown'],
    [
      'rejects',
      'assert: uncaught AssertionError [ERR_ASSERTION]: Missing expected rejection: nothing was wrong in unknown',
    ],
  ];

  test.for(rows)('%s', async ([name, title]) => {
    for (const strategy of ['dpor', 'random']) {
      const { bugs } = await explored(name, strategy);
      expect(bugs.map((bug) => bug.title)).toEqual([title]);
    }
  });
});

test('what would never go on here is refused at its place', async () => {
  await expect(explored('native-promise', 'dpor')).rejects.toThrow(
    /sure\/native-promise\.mjs:4:11 a promise of native code would be settled outside of the explored time/,
  );
});
