/** docs/searches.md: every finding has a token that is of it, and that replays on this build; the rest `npm run findings` does. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lineOfHistory, linesOfHistory } from '../../scripts/findings-history.mjs';
import { findingsIn } from '../../scripts/findings-page.mjs';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { decodeToken } from '../../dist/src/recording/token.js';

const [, ...sections] = readFileSync('docs/searches.md', 'utf8').split(/^## /m);

test('every token is of the finding that it stands below', () => {
  const findings = sections.flatMap(findingsIn);
  expect(findings.length).toBeGreaterThan(50);
  for (const { title, token } of findings) expect(decodeToken(token).verdict?.title).toBe(title);
});

test.each(sections.flatMap((section) => findingsIn(section).slice(0, 1)))('$title', async ({ title, token }) => {
  const recording = decodeToken(token);
  const again = replay(await subjectOf(recordedTarget(recording)), recording);
  expect(again).toMatchObject({ divergence: undefined, bug: { title } });
});

const [byDefault = ''] = sections;

test.each(linesOfHistory('desai-2005'))('%s: is found by the default search, and replays', async (line) => {
  expect(byDefault).toMatch(/^--profile desai-2005 --seed 1 --executions \d+\n/);
  const recordings = findingsIn(byDefault).map(({ token }) => decodeToken(token));
  const recording =
    recordings.find(({ subject: { name }, verdict }) => {
      const bug = { title: verdict?.title ?? '', scenario: name };
      return lineOfHistory('desai-2005', bug) === line;
    }) ?? expect.fail('no finding is of this line');
  const again = replay(await subjectOf(recordedTarget(recording)), recording);
  expect(again).toMatchObject({ divergence: undefined, bug: { title: recording.verdict?.title } });
});

test('what the patch of 2005 is said to show is told line by line', () => {
  const numbered = readFileSync('docs/profiles.md', 'utf8').split('## What is wrong with desai-2005')[1] ?? '';
  const count = (numbered.split(/^## /m)[0]?.match(/^\d+\. /gm) ?? []).length;
  expect(linesOfHistory('desai-2005')).toHaveLength(count);
});
