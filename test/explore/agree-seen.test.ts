/** What the searches of support/agree.ts are compared by sees a difference. */
import { describe, expect, test } from 'vitest';
import { difference, seen } from '../../dist/bench/agree/seen.js';

describe('a difference is seen', () => {
  const all = seen(3, [1, 2], ['assert: x in f']);
  test.each([
    [seen(3, [1, 2], []), 'titles "" and not "assert: x in f"'],
    [seen(3, [1], ['assert: x in f']), '1 end states, and not the 2'],
    [seen(2, [1, 2], ['assert: x in f']), '2 executions and not 3'],
    [seen(null, [2, 1], ['assert: x in f']), undefined],
  ])('%j', (other, said) => expect(difference(all, other)).toBe(said));
});
