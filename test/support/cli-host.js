/** The process behind cli-shared.ts: in the thread of a command, one command line after the other is performed. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { NO_TERMINAL, SHARED_BYTES, WHERE } from '../../dist/src/cli/protocol.js';
import { Heard } from './cli-heard.js';

if (isMainThread) hearCommandLines();
else await performThem();

/** As door.ts: what the thread says becomes stdout, stderr and an exit code. */
function hearCommandLines() {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  Atomics.store(new Int32Array(shared), WHERE, NO_TERMINAL);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { shared },
    resourceLimits: { stackSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  const heard = new Heard();
  worker.stdout.on('data', (text) => heard.see('stdout', text));
  worker.stderr.on('data', (text) => heard.see('stderr', text));
  worker.on('message', (message) => {
    const finished = heard.hear(message);
    if (finished !== undefined) process.send(finished);
  });
  worker.on('error', (error) => {
    heard.see('stderr', `the thread died: ${error.stack}\n`);
    process.send(heard.end(70));
    process.disconnect();
  });
  process.on('message', ({ args, cwd }) => {
    process.chdir(cwd);
    worker.postMessage({ args });
  });
  process.on('disconnect', () => process.exit());
}

async function performThem() {
  const { done, goThroughDoor } = await import('../../dist/bundle/thread.js');
  goThroughDoor();
  parentPort.on('message', async ({ args }) => {
    process.argv.splice(2, process.argv.length, ...args);
    const { perform } = await import('../../dist/bundle/program.js');
    const { code, trouble } = await perform();
    done(code, trouble, code === 70);
  });
}
