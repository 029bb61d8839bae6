/**
 * Writes what stands behind `$ tasklock ...` in the docs anew, from a run of that command; with --check says whether it is
 * current, whatever the clock and the machine make of it. A block that begins with "```ts NAME" or "```prog NAME" is the
 * file of that name. Blocks of real threads, which are other ones each time, and those that leave something out "(...)"
 * stay as they are.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = join(root, 'dist/bundle/main.js');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);
const BLOCK = /^```(?:(?:ts|prog) (\S+)\n([^`]*)|(?:console|text)?\n\$ (?:npx )?tasklock .*\n[^`]*)^```$/gm;
/** Commands that say the same each time. */
const SAME = /^\$ (?:npx )?tasklock (?:explore|replay|minimize|merge|run|conform|list) /;

/** All commands of a page run one after the other in one folder, beside the examples. */
function rewritten(text, cwd) {
  return text.replaceAll(BLOCK, (block, name, content) => {
    if (name !== undefined) {
      writeFileSync(join(cwd, name), content);
      return block;
    }
    const commands = block.split('\n').filter((line) => line.startsWith('$ '));
    if (!commands.every((line) => SAME.test(line)) || /^\(.*\)$/m.test(block)) return block;
    const [fence] = block.split('\n');
    const lines = commands.flatMap((line) => [line, printed(line, cwd)]).filter((line) => line !== '');
    return `${[fence, ...lines].join('\n')}\n\`\`\``;
  });
}

function printed(line, cwd) {
  const command = line.slice(2).replace(/^npx /, '');
  const env = { ...process.env, PATH: `${join(cwd, 'bin')}${delimiter}${process.env['PATH']}` };
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  const isWrong = status === null || status >= 70 || (status === 2 && !command.endsWith('2>&1'));
  if (isWrong) throw new Error(`${command}: ${stderr}`);
  const long = command.endsWith('2>&1') ? undefined : stdout.split('\n').find((one) => one.length > 80);
  if (long !== undefined) throw new Error(`${command} prints a line of more than 80 columns: ${long}`);
  return stdout.trimEnd();
}

/** A folder to run in: the examples beside it, and the command under its name. */
function workshop() {
  const cwd = mkdtempSync(join(tmpdir(), 'tasklock-docs-'));
  for (const folder of ['examples', 'test']) symlinkSync(join(root, folder), join(cwd, folder));
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(join(cwd, 'bin/tasklock'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  return cwd;
}

/** Without what is a matter of the moment: numbers that stand for themselves, and the room they take. */
const lasting = (text) =>
  text
    .replaceAll(/-[0-9a-f]{8}\.rec/g, '-#.rec')
    .replaceAll(/\b\d+\.\d\b/g, '#')
    .replaceAll(/\d[\d ]* (?=a second|steps|s\b)/g, '# ')
    .replaceAll(/^(\S+ .*?)\s+[\d ]+$/gm, '$1 #')
    .replaceAll(/ {2,}/g, '  ');

const isCheck = process.argv.includes('--check');
for (const page of pages) {
  const path = join(root, page);
  const old = readFileSync(path, 'utf8');
  const cwd = workshop();
  const text = rewritten(old, cwd);
  rmSync(cwd, { recursive: true });
  if (!isCheck) writeFileSync(path, text);
  else if (lasting(text) !== lasting(old)) {
    const [now, then] = [lasting(text).split('\n'), lasting(old).split('\n')];
    const at = now.findIndex((line, i) => line !== then[i]);
    console.error(`${page} shows "${then[at]}" where a run prints "${now[at]}": run npm run docs`);
    process.exitCode = 1;
  }
}
