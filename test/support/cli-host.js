/** The process behind cli-shared.ts: in the thread of a command, one command line after the other is performed. */
import { rmSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { visible } from '../../dist/src/base/visible.js';
import { SHARED_BYTES } from '../../dist/src/cli/protocol.js';

if (isMainThread) hearCommandLines();
else await performThem();

/** As door.ts: what the thread says becomes stdout, stderr and an exit code. */
function hearCommandLines() {
  const shared = new SharedArrayBuffer(SHARED_BYTES);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { shared, terminal: false, columns: undefined },
    resourceLimits: { stackSizeMb: 8 },
    stdout: true,
    stderr: true,
  });
  const passing = new Set();
  let [stdout, stderr, kept] = ['', '', ''];
  // What does not go through the door is seen all the same.
  worker.stdout.on('data', (text) => (stdout += text));
  worker.stderr.on('data', (text) => (stderr += text));
  const end = (code) => {
    for (const path of passing) rmSync(path, { recursive: true, force: true });
    passing.clear();
    process.send({ code, stdout, stderr });
    [stdout, stderr, kept] = ['', '', ''];
  };
  worker.on('message', (message) => {
    if (message.kind === 'print') [stdout, kept] = [stdout + message.text, ''];
    else if (message.kind === 'tell') stderr += message.text;
    else if (message.kind === 'keep') kept = message.kept.text;
    else if (message.kind === 'passing') passing[message.there ? 'add' : 'delete'](message.path);
    else if (message.kind === 'done') {
      if (message.lost) stdout += kept;
      if (message.trouble !== undefined) stderr += `tasklock: ${visible(message.trouble)}\n`;
      end(message.code);
    }
  });
  worker.on('error', (error) => {
    stderr += `the thread died: ${error.stack}\n`;
    end(70);
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
