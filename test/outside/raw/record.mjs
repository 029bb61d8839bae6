/** Records what the kernel of this host answers to raw.mjs, as root: node test/outside/raw/record.mjs. Needs gcc. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rows } from './rows.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'raw-'));
try {
  const program = join(folder, 'call');
  execFileSync('gcc', ['-O1', '-o', program, here('call.c')]);
  const calls = rows.flatMap(([name, nr, native, lists]) => lists.map((args) => ({ name, nr, native, args })));
  const input = calls.map(({ native, args }) => [native, ...args].join(' ')).join('\n');
  const unshare = ['--mount', '--ipc', '--propagation', 'private', program];
  const answers = execFileSync('unshare', unshare, { input: `${input}\n` })
    .toString()
    .trim()
    .split('\n');
  if (answers.length !== calls.length) throw new Error(`${answers.length} answers to ${calls.length} calls`);
  const told = calls.map(({ name, nr, args }, i) => `    ${JSON.stringify([name, nr, args, answers[i]])}`);
  const kernel = `${release().split('-')[0]} x86_64`;
  writeFileSync(here('answers.json'), `{\n  "kernel": "${kernel}",\n  "calls": [\n${told.join(',\n')}\n  ]\n}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
