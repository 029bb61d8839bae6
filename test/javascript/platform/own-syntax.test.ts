/** A text that is no program is an error of whoever loads it, in Node's words, unless everything begins with it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFile, withFiles } from '../../support/javascript-program.js';

const MAKER = `
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
const require = createRequire(import.meta.url);
const said = (error) => console.log(error?.constructor?.name, error?.name, error?.message);
const begin = (name) => new Promise((done) => {
  const worker = new Worker(new URL(name, import.meta.url));
  worker.on('error', said);
  worker.on('exit', (code) => done(console.log('exit', code)));
});
await begin('./bad.mjs');
await begin('./bad.cjs');
await import('./bad.mjs').catch(said);
await import('./above.mjs').catch(said);
try { require('./bad.cjs'); } catch (error) { said(error); }
`;

const TEXTS: readonly (readonly [string, string, string?])[] = [
  ['a token', 'let x = ;'],
  ['the end', 'function f() {'],
  ['a name twice', 'let a = 1;\nlet a = 2;'],
  ['strict code', '"use strict";\nvar let = 1;'],
  ['a number', 'const x = 3in [];'],
  ['await', 'function f() { await 1; }'],
  ['a text', "const x = 'abc;\n"],
  ['a regular expression', 'const x = /(/;'],
  [
    'behind imports',
    "import { join } from 'node:path';\nexport const a = 1;\nexport default function f() {}\nlet x = ;",
    'x =',
  ],
  ['break', 'break;'],
  ['a decorator', 'const d = () => {};\n@d class A {}'],
  ['a private name', 'class A { f() { return this.#x; } }'],
  ['yield', '"use strict";\nlet yield;'],
  ['return', 'if (1) {', 'return; }'],
];

describe('a text that is no program', () => {
  it.each(TEXTS)('%s', (_, text, cjs = text) => {
    const files = {
      'maker.mjs': MAKER,
      'bad.mjs': text,
      'bad.cjs': cjs,
      'above.mjs': "import './bad.mjs'; console.log('runs');",
    };
    withFiles(files, (folder) => {
      const { stdout } = spawnSync(process.execPath, [join(folder, 'maker.mjs')], { encoding: 'utf8' });
      const { lines, world, how } = runFile(join(folder, 'maker.mjs'), 1);
      expect(world.failure?.error).toBeUndefined();
      expect(how).toBe('end');
      expect(lines).toEqual(stdout.trim().split('\n'));
      expect(lines).toHaveLength(7);
    });
  });

  it('of a worker that is given its text', () => {
    const main = `const { Worker } = require('node:worker_threads');
const worker = new Worker('let x = ;', { eval: true });
worker.on('error', (error) => console.log(error.constructor.name, error.message));
worker.on('exit', (code) => console.log(code));`;
    withFiles({ 'main.cjs': main }, (folder) => {
      const { stdout } = spawnSync(process.execPath, [join(folder, 'main.cjs')], { encoding: 'utf8' });
      expect(runFile(join(folder, 'main.cjs'), 1).lines).toEqual(stdout.trim().split('\n'));
      expect(stdout).toContain('SyntaxError Unexpected token');
    });
  });

  it('where everything begins is refused with its place', () => {
    withFiles({ 'main.mjs': 'const a = 1;\nlet x = ;' }, (folder) => {
      const { name, message } = runFile(join(folder, 'main.mjs'), 1).world.failure!.error as Error;
      expect(name).toBe('JavascriptError');
      expect(message).toContain('main.mjs:2:9');
    });
  });
});

it.each([
  "await import('./with.cjs').catch(() => console.log('caught'));",
  "import { createRequire } from 'node:module'; try { createRequire(import.meta.url)('./with.cjs'); } catch { console.log('caught'); }",
  "new (await import('node:worker_threads')).Worker(new URL('./with.cjs', import.meta.url)).on('error', () => console.log('caught'));",
])('what only we do not know ends the run, whoever catches it: %s', (text) => {
  withFiles({ 'main.mjs': text, 'with.cjs': 'with ({ a: 1 }) void a;' }, (folder) => {
    const { how, world } = runFile(join(folder, 'main.mjs'), 1);
    expect(how).toBe('failure');
    expect((world.failure!.error as Error).message).toContain('with.cjs:1:1 with hides which names are meant');
  });
});

it('a worker whose file is not there', () => {
  const main = `import { Worker } from 'node:worker_threads';
for (const name of ['./no.mjs', './no.cjs', './no.js']) {
  await new Promise((done) => {
    const worker = new Worker(new URL(name, import.meta.url));
    worker.on('error', ({ code, message }) => console.log(code, message));
    worker.on('exit', (code) => done(console.log(code)));
  });
}`;
  withFiles({ 'main.mjs': main }, (folder) => {
    const { stdout } = spawnSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8' });
    const { lines, world } = runFile(join(folder, 'main.mjs'), 1);
    expect(world.failure?.error).toBeUndefined();
    expect(lines).toEqual(stdout.trim().split('\n'));
  });
});
