import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesRead } from '../../../dist/src/javascript/platform/marks.js';
import { runFile, runText, withFiles } from '../../support/javascript-program.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const failureOf = (text: string, name?: string): string => message(runText(text, [1], name)[0]?.world.failure?.error);

describe('what is not there is refused, and says what to do', () => {
  it.each([
    ["import fs from 'node:fs'; fs.statSync('/etc/passwd')", 'node:fs (statSync) does not tell of /etc/passwd'],
    ["import fs from 'node:fs'; fs.readdirSync('.')", 'node:fs is not there (readdirSync)'],
    ["import fs from 'node:fs'; fs.statSync(import.meta.filename).mtimeMs", 'does not tell mtimeMs'],
    ["import 'https://example.org/x.js'", 'explored code opens no network'],
    ['let x = 1; eval(`x + 1`)', 'eval of a text that sees the variables around it is not there'],
    ['(0, eval)("var x = 1")', 'eval of a text with more than expressions is not there'],
    ['process.stdin.on("data", () => {})', 'process.stdin is not there'],
    [
      "import { Worker } from 'node:worker_threads'; new Worker('', { eval: true }).stdout.on('data', () => {})",
      'worker.stdout has nothing to read: start the worker with stdout: true',
    ],
    ["import { promises } from 'node:fs'; promises.stat('x').catch(() => {})", 'node:fs is not there (promises.stat)'],
    ["(await import('node:http')).get('http://x').on('error', () => {})", 'node:http is not there (get)'],
    [
      "import { Transform } from 'node:stream'; new (class extends Transform {})()",
      'node:stream is not there (Transform)',
    ],
    ["import Stream from 'node:stream'; new Stream()", 'node:stream is not there (stream)'],
    ["import { createSign } from 'node:crypto'; createSign('x')", 'node:crypto is not there (createSign)'],
    ["import 'node:inspector'", 'node:inspector is not there'],
    ["import http from 'node:http'; http.globalAgent.destroy()", 'node:http is not there (globalAgent)'],
    ['new ReadableStream()', 'ReadableStream is not there'],
    ["try { fetch('x') } catch {}", 'fetch is not there'],
    ["process.on('uncaughtException', () => {}); fetch('x')", 'fetch is not there'],
    ["import { AsyncLocalStorage } from 'node:async_hooks'; new AsyncLocalStorage()", 'AsyncLocalStorage is not there'],
    ["fetch('https://example.org')", 'fetch is not there'],
    ['process.kill(1)', 'process.kill is not there'],
    [
      "import { SHARE_ENV, Worker } from 'node:worker_threads'; new Worker('', { eval: true, env: SHARE_ENV })",
      'SHARE_ENV is not there',
    ],
    ["import 'a-package-that-is-missing'", "Cannot find package 'a-package-that-is-missing'"],
    ["import './missing.js'", 'Cannot find module'],
  ])('%s', (text, wanted) => {
    expect(failureOf(text)).toContain(wanted);
  });

  it('what is only imported is no matter', () => {
    const text = "const { constants, Stats } = require('fs'); console.log(constants.O_RDONLY, {} instanceof Stats)";
    expect(runText(text, [1], 'main.cjs')[0]?.lines).toEqual(['0 false']);
  });

  it('process.exit ends the program, and nobody else', () => {
    const [ran] = runText("console.log('one'); process.exit(3); console.log('two')");
    expect(ran?.lines).toEqual(['one']);
    expect(ran?.world.agents[0]?.exitCode).toBe(3);
  });
});

describe('an agent sees nothing that its steps do not decide', () => {
  const drawing = `
    import { randomBytes } from 'node:crypto';
    const draws = [Math.random(), Date.now(), performance.now(), process.hrtime.bigint(), crypto.randomUUID(), randomBytes(4).toString('hex')];
    console.log(...draws); setTimeout(() => console.log(Date.now() - draws[1]), 1000);`;
  it('chance from the seed, time from its clock', () => {
    const [a, b, c] = runText(drawing, [1, 1, 2]);
    expect(a?.lines).toEqual(b?.lines);
    expect(a?.lines[0]).not.toBe(c?.lines[0]);
    expect(Number(a?.lines[1])).toBe(1000);
  });

  it('who loops until it is later comes to an end', () => {
    const [ran] = runText('const t = Date.now(); let n = 0; while (Date.now() - t < 20) n++; console.log(n > 0)');
    expect(ran?.lines).toEqual(['true']);
  });

  it('its environment is empty, and a worker has what it was given', () => {
    const text = `import { Worker } from 'node:worker_threads'; console.log(Object.keys(process.env).length);
      new Worker('console.log(process.env.A, process.argv.slice(2).join())', { eval: true, env: { A: 1 }, argv: ['x', 2] });`;
    expect(runText(text)[0]?.lines).toEqual(['0', '1 x,2']);
  });

  it('a JSON file is one value to all who ask for it', () => {
    const files = {
      'main.mjs': `import { createRequire } from 'node:module'; import data from './data.json' with { type: 'json' };
        const require = createRequire(import.meta.url); require('./data.json').n = 1;
        console.log(require('./data.json').n, data.n, (await import('./data.json', { with: { type: 'json' } })).default.n);`,
      'data.json': '{}',
    };
    withFiles(files, (folder) => {
      for (const seed of [1, 2]) expect(runFile(join(folder, 'main.mjs'), seed).lines).toEqual(['1 1 1']);
    });
  });

  it('globals of one are not those of another, and what one changes about a class is its own and this execution’s', () => {
    const text = `import { Worker } from 'node:worker_threads'; import { EventEmitter } from 'node:events';
      console.log(EventEmitter.prototype.patched, globalThis.mine); EventEmitter.prototype.patched = 1; globalThis.mine = 2;
      new Worker("console.log(require('node:events').prototype.patched, globalThis.mine)", { eval: true });`;
    for (const { lines } of runText(text, [1, 2]))
      expect(lines).toEqual(['undefined undefined', 'undefined undefined']);
  });
});

describe('names of the web', () => {
  it('a worker of a page, with its global object as the target', () => {
    withFiles(
      {
        'main.mjs': `const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module', name: 'w' });
          worker.onmessage = ({ data }) => { console.log(data); if (data === 'b2') worker.terminate(); };
          worker.addEventListener('message', ({ data }) => console.log('too', data));
          worker.postMessage('a'); worker.postMessage('b');`,
        'worker.mjs': `let n = 0; self.onmessage = ({ data }) => postMessage(data + ++n); console.log(name, typeof Worker);`,
      },
      (folder) => {
        for (const seed of SEEDS) {
          const { lines, how } = runFile(join(folder, 'main.mjs'), seed);
          expect(how).toBe('end');
          expect(lines).toEqual(['w function', 'a1', 'too a1', 'b2', 'too b2']);
        }
      },
    );
  });

  it('are not there when they are not wanted', () => {
    expect(
      runText('console.log(typeof Worker, typeof self, typeof EventTarget)', [1], 'main.mjs', { web: false })[0]?.lines,
    ).toEqual(['undefined undefined function']);
  });

  it('a broadcast comes to every other channel of the name', () => {
    const text = `import { Worker, BroadcastChannel } from 'node:worker_threads';
      const channel = new BroadcastChannel('c'); let n = 0;
      channel.onmessage = ({ data }) => { console.log(data); if (++n === 2) channel.close(); };
      for (const name of ['a', 'b']) new Worker("const { BroadcastChannel, workerData } = require('node:worker_threads'); const c = new BroadcastChannel('c'); c.postMessage(workerData); c.close()", { eval: true, workerData: name });`;
    for (const { lines, how } of runText(text, SEEDS)) {
      expect(lines.toSorted()).toEqual(['a', 'b']);
      expect(how).toBe('end');
    }
  });
});

describe('a worker that is ended', () => {
  it('ends between any two of its steps, and its exit is the last that is heard', () => {
    const text = `import { Worker } from 'node:worker_threads';
      const view = new Int32Array(new SharedArrayBuffer(4));
      const worker = new Worker("const { workerData: v } = require('node:worker_threads'); for (let i = 0; i < 5; i++) Atomics.add(v, 0, 1)", { eval: true, workerData: view });
      for (let i = 0; i < 8; i++) Atomics.load(view, 0);
      await worker.terminate();
      const seen = Atomics.load(view, 0); await new Promise((done) => setTimeout(done, 10));
      console.log(seen, Atomics.load(view, 0) === seen);`;
    const ends = new Set<string>();
    for (const { lines } of runText(
      text,
      Array.from({ length: 80 }, (_, i) => i),
    )) {
      expect(lines[0]).toMatch(/ true$/);
      ends.add(lines[0] as string);
    }
    expect(ends.size).toBeGreaterThan(3);
  });
});

describe('a copy of shared memory', () => {
  it('is taken in parts, whichever way it is made', () => {
    const text = `const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(7);
      console.log(new Uint8Array(shared).join(''), [...shared].join(''), Array.from(shared).join(''), Buffer.from(shared).toString('hex'));`;
    const seen: string[] = [];
    const listener = { performed: (_: unknown, operation: { text(): string }) => void seen.push(operation.text()) };
    const [ran] = runText(text, [1], 'main.mjs', { listener });
    expect(ran?.lines).toEqual(['77777777 77777777 77777777 0707070707070707']);
    for (const name of ['fill', 'new Uint8Array', 'from'])
      expect(seen.filter((one) => one.startsWith(`${name}()`)).length).toBeGreaterThan(3);
    expect(seen.filter((one) => /^Uint8Array\[\d\]$/.test(one)).length).toBe(16);
  });
});

describe('files', () => {
  it('are resolved as packages say, and their hashes kept', () => {
    withFiles(
      {
        'package.json': '{ "type": "module", "imports": { "#inner": "./inner.js" } }',
        'main.js':
          "import { x } from '#inner'; import data from './data.json' with { type: 'json' }; import cjs, { named } from './script.cjs'; console.log(x(), data.a, cjs.named === named, named);",
        'inner.js': "export * from './deep.js'; export let count = 0; export function x() { return ++count; }",
        'deep.js': 'export const deep = 1;',
        'data.json': '{ "a": 5 }',
        'script.cjs':
          "exports.named = require('./data.json').a + 1; exports.self = module.exports === exports && __filename.endsWith('script.cjs');",
      },
      (folder) => {
        expect(runFile(join(folder, 'main.js'), 1).lines).toEqual(['1 5 true 6']);
        expect(filesRead().get(join(folder, 'inner.js'))).toMatch(/^[0-9a-f]{64}$/);
        // The package.json says where #inner leads, and what kind of file main.js is.
        const own = [...filesRead().keys()].filter((file) => file.startsWith(folder));
        expect(own.map((file) => file.slice(folder.length + 1)).sort()).toEqual([
          'data.json',
          'deep.js',
          'inner.js',
          'main.js',
          'package.json (how names resolve)',
          'script.cjs',
        ]);
      },
    );
  });
});
