/**
 * What V8 makes of the scripts of a CPU's thread, for code-cache.mjs: a machine of one CPU runs a program, as a command has it
 * run. In the thread this file is what it begins with, and all that was loaded is kept at its end.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';

const PROGRAM = 'task a:\n    getpid()\n';

/** Plays it with the scripts of this folder, which is in a built directory. */
export async function keepCpuCode(folder) {
  const built = (name) => import(pathToFileURL(join(folder, '../src', name)).href);
  const [{ assembleText }, { bootMachine }, { uncutCodeFor }, { defaultEngine }, { Console }] = await Promise.all(
    ['scenario/assemble.js', 'boot/boot.js', 'boot/uncut.js', 'machine/engine.js', 'smp/console.js'].map(built),
  );
  const { profile, code, rodata } = assembleText(PROGRAM, 'one.prog');
  const memory = bootMachine({ profile, cpus: 1, engine: defaultEngine(), code, rodata });
  const workerData = {
    memory,
    code: uncutCodeFor(memory),
    cpu: 0,
    spinTurns: 200,
    seed: 0,
    locks: [],
    holders: null,
    demands: null,
    ticks: 0,
  };
  const worker = new Worker(new URL(import.meta.url), { argv: [folder], workerData });
  const ended = once(worker, 'exit');
  const answered = once(worker, 'message');
  const console = new Console(memory);
  const look = setInterval(() => {
    if (console.finished()) console.stop();
  }, 5);
  const [{ error }] = await answered.finally(() => clearInterval(look));
  const [exit] = await ended;
  if (error !== undefined || exit !== 0) throw new Error(`a CPU ended with ${exit}`, { cause: error });
}

if (!isMainThread) {
  const [, , folder] = process.argv;
  const { CachedScripts } = createRequire(import.meta.url)(join(folder, 'cached-scripts.js'));
  const scripts = new CachedScripts(folder);
  process.once('exit', () => scripts.keep());
  scripts.load('cpu-begun.js');
}
