/**
 * Takes the recordings of scenarios in test/support/recorded.ts anew, in the same format, when a change of the kernel has made
 * something else of them: `npm run build`, then `node scripts/retake.mjs`. One that still replays stays as it is.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { simplified } from '../dist/src/explore/minimize/simplify.js';
import { recordedTarget } from '../dist/src/explore/replay/recorded-target.js';
import { replay } from '../dist/src/explore/replay/replay.js';
import { explore } from '../dist/src/explore/search/explore.js';
import { recordingOf } from '../dist/src/explore/search/record.js';
import { subjectOf } from '../dist/src/explore/subject/targets.js';
import { encodeRecording, formatOf } from '../dist/src/recording/format.js';
import { decodeToken, encodeToken } from '../dist/src/recording/token.js';

const file = fileURLToPath(new URL('../test/support/recorded.ts', import.meta.url));
const ENTRY =
  /format: (\d+),\n {4}what: '(a scenario[^']*)',\n {4}title: '([^']*)',\n {4}steps: \d+,\n {4}finalHash: '\w+',\n {4}token: `([^`]*)`/g;
const WIDTH = 112;
const EXECUTIONS = 3_000;

/** The recording of the same bug on this build; undefined where the old one replays. */
async function retaken(old, title) {
  const target = recordedTarget(old);
  const subject = await subjectOf(target);
  if (replay(subject, old).divergence === undefined) return undefined;
  const { checkers, seed } = old;
  const options = {
    target,
    strategy: 'random',
    seed,
    checkers,
    depth: 3,
    preemptions: Number.POSITIVE_INFINITY,
    first: 0,
  };
  const { bugs } = await explore({ ...options, last: EXECUTIONS });
  const found = bugs.find((bug) => bug.title === title);
  if (found === undefined) throw new Error(`${title}: not found in ${EXECUTIONS} executions`);
  const bug = await simplified(subject, checkers, found, {});
  return recordingOf({ ...options, last: EXECUTIONS }, subject, {
    bug,
    decisions: bug.decisions,
    finalHash: bug.finalHash,
  });
}

let text = readFileSync(file, 'utf8');
for (const [entry, format, what, title, token] of text.matchAll(ENTRY)) {
  const recording = await retaken(decodeToken(token.replace(/\s/g, '')), title);
  if (recording === undefined) continue;
  const now = formatOf(encodeRecording(recording));
  if (now !== Number(format)) throw new Error(`${what}: format ${now} instead of ${format}`);
  const lines = encodeToken(recording).match(new RegExp(`.{1,${WIDTH}}`, 'g'));
  const { steps } = replay(await subjectOf(recordedTarget(recording)), recording);
  const made = [`format: ${format},`, `what: '${what}',`, `title: '${title}',`, `steps: ${steps},`];
  const rest = [`finalHash: '${recording.finalHash}',`, `token: \`\n    ${lines.join('\n    ')}\``];
  text = text.replace(entry, [...made, ...rest].join('\n    '));
  console.log(`${what}: taken anew`);
}
writeFileSync(file, text);
