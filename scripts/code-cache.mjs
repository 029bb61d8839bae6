/**
 * What V8 makes of the scripts of the bundle, kept beside them (src/base/cached-scripts.ts): run in a process of its own by the
 * build, with the bundle's folder. Nothing is behind this process, so commands are performed in it as in one that is confined:
 * strangers' code as well.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepCpuCode } from './code-cache-cpu.mjs';

const examples = resolve(dirname(fileURLToPath(import.meta.url)), '../examples');

/**
 * Each way of searching once, a bug that is found and told, and what is short in any case. JavaScript last: it makes some
 * built-in functions its own.
 */
const COMMANDS = [
  ['explore', join(examples, 'pointer-swap.ts'), '--executions', '200', '--quiet'],
  ['explore', join(examples, 'pointer-swap.ts'), '--strategy', 'dfs', '--stateful', '--quiet'],
  ['explore', join(examples, 'treiber-aba.ts'), '--executions', '200', '--quiet'],
  ['explore', 'two-waiters', '--executions', '10', '--quiet'],
  ['run', join(examples, 'getpid.prog')],
  ['list', 'scenarios'],
  ['--version'],
  ['explore', join(examples, 'javascript/seqlock-fixed.ts'), '--executions', '20', '--quiet'],
  ['explore', join(examples, 'javascript/mutex-broken.ts'), '--executions', '200', '--quiet'],
];

const [, , folder] = process.argv;
await keepCpuCode(folder);
const place = mkdtempSync(join(tmpdir(), 'tasklock-'));
process.chdir(place);
const { CachedScripts } = createRequire(import.meta.url)(join(folder, 'cached-scripts.js'));
const scripts = new CachedScripts(folder);
scripts.load('thread.js').goThroughDoor();
const { perform } = scripts.load('program.js');
try {
  for (const args of COMMANDS) {
    process.argv.splice(2, process.argv.length, ...args);
    const { code, trouble } = await perform();
    if (trouble !== undefined || code === 70) throw new Error(`${args.join(' ')} ended with ${code}: ${trouble}`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
scripts.keep();
process.exit(0);
