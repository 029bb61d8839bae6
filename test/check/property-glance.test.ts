/** Which properties can be judged while other CPUs go on: those that read one word that changes. */
import { describe, expect, test } from 'vitest';
import { readsOneWord } from '../../dist/src/check/still/property-glance.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';

const certain = (property: string): boolean[] =>
  assembleText(
    `shared x, y\ntask a:\n    c = clone(FS) -> b\ntask b:\n    exit(0)\nalways ${property}\n`,
    'p.prog',
  ).always.map(readsOneWord);

describe('one look at a running machine', () => {
  test.each(['x == 0', 'x == 0 or x > 5', 'not x == 3', 'x != EPERM', 'b >= 0', '1 == 1'])(
    'is enough for %s',
    (one) => {
      expect(certain(one)).toEqual([true]);
    },
  );

  test.each([
    'x == y',
    'x == 0 or y == 0',
    'a shares fs with b',
    'getuid(a) == 0',
    'getcwd(b) == "/"',
    'x == 0 and b == 0',
    'not state(b) == "zombie"',
  ])('is not for %s', (one) => {
    expect(certain(one)).toEqual([false]);
  });
});
