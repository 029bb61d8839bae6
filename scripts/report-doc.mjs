/**
 * Runs the searches that docs/reading-a-report.md shows and puts what they print of the bug there; with --check says whether
 * it is current. A block begins with the command, and names the bug that it shows.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const main = join(top, 'dist/src/cli/main.js');
const directory = mkdtempSync(join(tmpdir(), 'tasklock-'));

/** What is printed; a bug that is found is exit code 1. */
function outputOf(command) {
  const args = [main, ...command.split(' '), '--quiet', '--out', directory];
  try {
    return execFileSync(process.execPath, args, { cwd: top, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (error) {
    if (error.status !== 1) throw error;
    return error.stdout;
  }
}

/** The lines of a bug, without the last one, which names the recording. */
function bugOf(output, title) {
  const lines = output.split('\n');
  const begin = lines.indexOf(title);
  if (begin < 0) throw new Error(`the search did not show ${title}`);
  return lines.slice(begin, lines.findIndex((line, i) => i > begin && line.startsWith('tasklock replay '))).join('\n');
}

const file = new URL('../docs/reading-a-report.md', import.meta.url);
const old = readFileSync(file, 'utf8');
const text = old.replace(/```\n\$ tasklock (.*)\n(BUG: .*)\n[^`]*```\n/g, (_, command, title) => {
  return ['```', `$ tasklock ${command}`, bugOf(outputOf(command), title), '```', ''].join('\n');
});
rmSync(directory, { recursive: true });

if (process.argv.includes('--check')) {
  if (old !== text) {
    console.error('docs/reading-a-report.md is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
