/** The call beneath the matcher: that what it started is gone with whoever started it. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { holds } from '../../dist/src/index.js';
import { inRepository } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-holds-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = join(directory, 'long.mjs');
writeFileSync(
  file,
  `export const setup = () => new Int32Array(new SharedArrayBuffer(4));
const often = (words) => { for (let i = 0; i < 9; i++) Atomics.add(words, 0, 1); };
export const agents = [often, often, often];
`,
);

/** Processes that have the file among their arguments. */
function running(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(file);
    } catch {
      return false;
    }
  });
}

/** Looks until there are as many as that; a hanging test ends what waits in vain. */
async function until(holdsNow: (count: number) => boolean): Promise<void> {
  while (!holdsNow(running().length)) await sleep(50);
}

test('a signal ends it, and it has no result', async () => {
  const ending = new AbortController();
  const result = holds(file, { strategy: 'dpor', out: directory, signal: ending.signal });
  const said = expect(result).rejects.toThrow(/long\.mjs: interrupted/);
  // The command, and the process that explores.
  await until((count) => count === 2);
  ending.abort();
  await said;
  expect(running()).toEqual([]);
});

test('it ends with a process that dies', async () => {
  const use = `import { holds } from ${JSON.stringify(inRepository('dist/src/index.js'))};
await holds(${JSON.stringify(file)}, { strategy: 'dpor', out: ${JSON.stringify(directory)} });`;
  const child = spawn(process.execPath, ['--input-type=module', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(use);
  await until((count) => count === 2);
  child.kill('SIGKILL');
  await until((count) => count === 0);
});

test('an option of the wrong kind rejects', async () => {
  await expect(holds(file, { seed: '1' as never })).rejects.toThrow('the option seed takes a number');
  await expect(holds(new URL('https://example.org/a.ts'))).rejects.toThrow('https://example.org/a.ts is no file');
});
