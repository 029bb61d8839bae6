/**
 * What V8 makes of the scripts of the bundle, kept beside them (src/base/cached-scripts.ts): run in a process of its own by the
 * build, with the bundle's folder. Commands are performed in a thread as people's are, so that what is kept is what they run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const examples = resolve(dirname(fileURLToPath(import.meta.url)), '../examples');

/** Each way of searching once, a bug that is found and told, and what is short in any case. */
const COMMANDS = [
  ['explore', join(examples, 'pointer-swap.ts'), '--executions', '200', '--quiet'],
  ['explore', join(examples, 'pointer-swap.ts'), '--strategy', 'dfs', '--stateful', '--quiet'],
  ['explore', join(examples, 'treiber-aba.ts'), '--executions', '200', '--quiet'],
  ['explore', 'two-waiters', '--executions', '10', '--quiet'],
  ['run', join(examples, 'getpid.prog')],
  ['list', 'scenarios'],
  ['--version'],
];

if (isMainThread) {
  const place = mkdtempSync(join(tmpdir(), 'tasklock-'));
  process.chdir(place);
  const setup = { shared: new SharedArrayBuffer(8), terminal: false, columns: undefined, folder: process.argv[2] };
  const thread = new Worker(new URL(import.meta.url), { workerData: setup, resourceLimits: { stackSizeMb: 8 } });
  thread.on('error', (error) => {
    throw error;
  });
  thread.on('exit', (code) => {
    rmSync(place, { recursive: true, force: true });
    process.exitCode = code;
  });
} else {
  const { folder } = workerData;
  const { CachedScripts } = createRequire(import.meta.url)(join(folder, 'cached-scripts.js'));
  const scripts = new CachedScripts(folder);
  scripts.load('thread.js').goThroughDoor();
  const { perform } = scripts.load('program.js');
  for (const args of COMMANDS) {
    process.argv.splice(2, process.argv.length, ...args);
    const { code, trouble } = await perform();
    if (trouble !== undefined || code === 70) throw new Error(`${args.join(' ')} ended with ${code}: ${trouble}`);
  }
  scripts.keep();
  process.exit(0);
}
