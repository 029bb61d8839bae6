/**
 * Writes docs/searches.md: what `tasklock explore` finds in each profile, each finding with its interleaving, the token that
 * replays it, and the line of history it is. The same command gives the same page. With --check says whether a page replays.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lineOfHistory, linesOfHistory } from './findings-history.mjs';
import { findingsIn } from './findings-page.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/bundle/main.js');
const page = join(root, 'docs/searches.md');

const SEARCHES = [
  ['explore', '--profile', 'desai-2005', '--seed', '1', '--executions', '1200'],
  ['explore', '--profile', 'desai-2005', '--seed', '1', '--executions', '1200', '--faults', 'each'],
  ['explore', '--profile', 'linux-2.6.16', '--seed', '1', '--executions', '1200', '--faults', 'each'],
  ['explore', '--profile', 'linux-2.6.16', '--seed', '2', '--executions', '600', '--ticks', 'each:2'],
  ['explore', '--profile', 'linux-6', '--seed', '1', '--executions', '1200', '--faults', 'each'],
  ['explore', '--profile', 'linux-6', '--seed', '2', '--executions', '600', '--ticks', 'each:2'],
];

function tasklock(args, cwd) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  // 3: nothing was found, and the work was not done whole.
  if (![0, 1, 3].includes(status)) throw new Error(`tasklock ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The interleaving that a replay tells, from its head to the last turn. */
function interleavingOf({ token }, cwd) {
  const lines = tasklock(['replay', token], cwd).trimEnd().split('\n');
  const from = lines.findIndex((line) => line.startsWith('interleaving with '));
  const to = lines.findIndex((line) => line.startsWith('REPRODUCED'));
  if (from < 0 || to < 0) throw new Error(`a replay tells no interleaving: ${lines.join('\n')}`);
  return lines.slice(from, to).join('\n').trimEnd();
}

function findingText(profile, bug, cwd) {
  const about = bug.id === undefined ? lineOfHistory(profile, bug) : `known finding ${bug.id}, docs/findings.md`;
  const seen = `Scenario \`${bug.scenario}\`: ${bug.times} executions; ${about ?? 'not known to us'}.`;
  return [
    `### ${bug.title}`,
    '',
    seen,
    '',
    '```',
    interleavingOf(bug, cwd),
    '```',
    '',
    '```',
    bug.token,
    '```',
    '',
  ].join('\n');
}

/** One search with all it found, and which lines of history of its profile it did not come to. */
function sectionText(args, cwd) {
  const profile = args[args.indexOf('--profile') + 1];
  const found = JSON.parse(tasklock([...args, '--json', '--quiet', '--out', cwd], cwd));
  const bugs = [...found.bugs, ...found.known];
  const met = new Set(bugs.map((bug) => lineOfHistory(profile, bug)));
  const rows = linesOfHistory(profile).map((line) => `| ${line} | ${met.has(line) ? 'found' : ''} |`);
  const table = rows.length === 0 ? [] : ['| line of history | |', '|---|---|', ...rows, ''];
  const sum = `${found.covers.summary}; ${found.known.length} known findings besides.`;
  return [
    `## ${args.slice(1).join(' ')}`,
    '',
    `    tasklock ${args.join(' ')}`,
    '',
    sum,
    '',
    ...table,
    ...bugs.map((bug) => findingText(profile, bug, cwd)),
  ].join('\n');
}

function write(cwd) {
  const head = readFileSync(page, 'utf8').split(/^## /m)[0];
  writeFileSync(page, head + SEARCHES.map((args) => sectionText(args, cwd)).join('\n'));
}

/** Every token of the page, replayed: the titles that did not come again. */
function unlike(cwd) {
  const findings = findingsIn(readFileSync(page, 'utf8'));
  if (findings.length === 0) throw new Error('docs/searches.md has no finding');
  return findings.flatMap(({ title, token }) => {
    const { bugs, known } = JSON.parse(tasklock(['replay', token, '--json'], cwd));
    return [...bugs, ...(known ?? [])].some((bug) => bug.title === title) ? [] : [title];
  });
}

const cwd = mkdtempSync(join(tmpdir(), 'tasklock-findings-'));
try {
  if (!process.argv.includes('--check')) write(cwd);
  for (const title of unlike(cwd)) {
    console.error(`docs/searches.md: does not come again: ${title}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(cwd, { recursive: true });
}
