/** The package as somebody uses it who imports it by its name: from a search to what is said of it. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { inRepository } from './support/cli-process.ts';
import { UserFolder } from './support/user-folder.ts';

const USE = `import {
  decodeToken, encodeToken, exploreJson, type ExploreOptions, exploreReport, type ExploreReport, exploreText, minimize,
  minimizeJson, type MinimizeReport, minimizeText, moduleTarget, readRecording, record, replay, replayJson,
  type ReplayReport, replayText, explore, writeRecording,
} from 'tasklock';

const target = await moduleTarget('racy.ts', new Map());
const options: ExploreOptions = {
  target, strategy: 'random', seed: 1, depth: 3, preemptions: Infinity, checkers: [], first: 0, last: 300,
};
const result = await explore(options);
const [bug] = result.bugs;
if (bug === undefined) throw new Error('nothing found');
const recording = await record(options, bug);
const path = writeRecording(recording, '.');
const report: ExploreReport = await exploreReport(options, result, { paths: new Map([[bug.title, path]]) });
const again: ReplayReport = await replay(readRecording(path));
const fromToken: ReplayReport = await replay(decodeToken(encodeToken(recording)));
const simpler: MinimizeReport | undefined = await minimize(recording, { executions: 200 });
if (simpler === undefined) throw new Error('it does not show again');
const smallest: ReplayReport = await replay(simpler.minimized.recording);
console.log(JSON.stringify({
  path,
  title: bug.title,
  explore: [exploreText(report), exploreJson(report)],
  replay: [replayText(again), replayJson(again), replayJson(fromToken)],
  minimize: [minimizeText(simpler), minimizeJson(simpler), replayJson(smallest)],
  refused: await minimize({ ...recording, verdict: null }).catch((error: Error) => \`\${error.name}: \${error.message}\`),
  foreign: await replay({ ...recording, model: 'tso' as never }).catch((error: Error) => \`\${error.name}: \${error.message}\`),
}));
`;

const folder = new UserFolder({
  'use.ts': USE,
  'racy.ts': readFileSync(inRepository('examples/spinlock-broken.ts'), 'utf8'),
});
afterAll(() => folder.remove());

test('its types are enough to write that', () => {
  expect(folder.compile()).toBe('');
});

test('explore, record, replay, minimise, text and JSON of each', () => {
  const { stdout, stderr } = folder.run('use.ts');
  expect(stderr).toBe('');
  const { path, title, explore, replay, minimize, refused, foreign } = JSON.parse(stdout);
  expect(path).toMatch(/\.rec$/);
  expect(explore[0]).toContain(`BUG: ${title}\n`);
  expect(explore[0]).toContain(`tasklock replay ${path}\n`);
  expect(explore[1]).toMatchObject({ command: 'explore', verdict: 'bug', bugs: [{ title, recording: path }] });
  expect(replay[0]).toContain('REPRODUCED: the same bug');
  for (const one of replay.slice(1)) {
    expect(one).toMatchObject({ command: 'replay', verdict: 'bug', divergence: null, bugs: [{ title }] });
  }
  expect(minimize[0]).toContain('VERIFIED: the same bug');
  expect(minimize[1]).toMatchObject({ command: 'minimize', bugs: [{ title }] });
  expect(minimize[1].after.switches).toBeLessThanOrEqual(minimize[1].before.switches);
  expect(minimize[2]).toMatchObject({ verdict: 'bug', switches: minimize[1].after.switches });
  expect(refused).toMatch(/^RangeError: nothing was wrong/);
  expect(foreign).toMatch(/^RangeError: it cannot be replayed here: .*memory model tso/);
});
