/** One thread takes a child by waitid while another looks at it and leaves it there. */
import { expect, test } from 'vitest';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { programText, subjectOfText, titlesOf, walks } from '../support/programs.ts';

test.each(profileNames)('%s: nothing is found', { timeout: 120_000 }, (profile) => {
  const subject = subjectOfText(programText('waitid', profile), 'waitid');
  const seen = walks(subject, 10);
  expect(seen).toHaveLength(10);
  expect(titlesOf(subject, seen)).toEqual([]);
});
