/** Names that modules ask of each other: what fits in Node fits here, what does not is told in Node's words, before anything runs. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFile, withFiles } from '../../support/javascript-program.js';

const FILES = {
  'a.mjs': 'export const a = 1; export const both = 1; export default 2;',
  'b.mjs': 'export const b = 1; export const both = 1;',
  'same.mjs': "export { both } from './a.mjs'; export * from './a.mjs';",
  'stars.mjs': "export * from './a.mjs'; export * from './b.mjs';",
  'agree.mjs': "export * from './a.mjs'; export * from './same.mjs';",
  'nearer.mjs': "export * from './a.mjs'; export * from './b.mjs'; export const both = 3;",
  'one.mjs': "export * from './two.mjs'; export const one = 1;",
  'two.mjs': "export * from './one.mjs'; export const two = 2; export function early() { return 'early'; }",
  'self.mjs': "export { self } from './self.mjs';",
  'round-1.mjs': "export { x } from './round-2.mjs';",
  'round-2.mjs': "export { x } from './round-1.mjs';",
  'passes.mjs': "export { missing } from './a.mjs';",
  'passes-as.mjs': "import { missing } from './a.mjs'; export { missing as found };",
  'named.mjs': "export * as ns from './a.mjs'; export { default as d } from './a.mjs';",
  's.cjs': 'exports.seen = 1; exports.later = 1; exports.up = () => ++exports.later; exports["b" + 1] = 2;',
  'whole.cjs': 'module.exports = { listed: 1, "quoted": 2, ...{ spread: 3 }, after: 4 };',
  'defined.cjs':
    "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 5; Object.defineProperty(exports, 'got', { enumerable: true, get: function () { return 7; } });",
  'from.cjs': "module.exports = require('./s.cjs');",
  'chosen.cjs': "if (1) module.exports = require('./s.cjs'); else module.exports = require('./whole.cjs');",
  'class.cjs': 'module.exports = class A { static s = 1; };',
  'never.cjs': '0 && (module.exports = { hinted: 1 }); module.exports = {}; module.exports.hinted = 9;',
  'unset.cjs': 'if (0) exports.unset = 1;',
  'data.json': '{ "a": 1 }',
};

const MAINS = [
  "import { a } from './a.mjs'; console.log(a);",
  "import { missing } from './a.mjs'; console.log(missing);",
  "import { missing } from './a.mjs'; console.log('runs');",
  "import d from './a.mjs'; console.log(d);",
  "import d from './b.mjs'; console.log(d);",
  "import { default as d } from './b.mjs'; console.log(d);",
  "import { both } from './stars.mjs'; console.log(both);",
  "import * as all from './stars.mjs'; console.log(Object.keys(all).join(), 'both' in all, all.both);",
  "import { both } from './agree.mjs'; console.log(both);",
  "import { both } from './nearer.mjs'; console.log(both);",
  "import d from './stars.mjs'; console.log(d);",
  "import { one, two, early } from './one.mjs'; console.log(one, two, early());",
  "import * as all from './two.mjs'; console.log(Object.keys(all).join(), all.one, all.early());",
  "import { nothing } from './one.mjs'; console.log(nothing);",
  "import './self.mjs'; console.log('runs');",
  "import './round-1.mjs'; console.log('runs');",
  "import './passes.mjs'; console.log('runs');",
  "import './passes-as.mjs'; console.log('runs');",
  "import { ns, d } from './named.mjs'; console.log(Object.keys(ns).join(), d);",
  "import { a } from './named.mjs'; console.log(a);",
  "export { missing } from './a.mjs'; console.log('runs');",
  "import { missing } from './a.mjs'; export { missing }; console.log('runs');",
  "import { a as b, 'a' as c } from './a.mjs'; export { b as 'some name' }; console.log(b, c);",
  "import { seen } from './s.cjs'; console.log(seen);",
  "import { b1 } from './s.cjs'; console.log(b1);",
  "import { missing } from './s.cjs'; console.log(missing);",
  "import { later, up } from './s.cjs'; up(); console.log(later, up());",
  "import * as all from './s.cjs'; console.log(Object.keys(all).join(), all.b1, all.default.b1);",
  "import { listed, quoted } from './whole.cjs'; console.log(listed, quoted);",
  "import { after } from './whole.cjs'; console.log(after);",
  "import { spread } from './whole.cjs'; console.log(spread);",
  "import d, { got } from './defined.cjs'; console.log(d.default, got);",
  "import { __esModule } from './defined.cjs'; console.log(__esModule);",
  "import { seen } from './from.cjs'; console.log(seen);",
  "import { seen } from './chosen.cjs'; console.log(seen);",
  "import { listed } from './chosen.cjs'; console.log(listed);",
  "import A, { s } from './class.cjs'; console.log(s);",
  "import A from './class.cjs'; console.log(A.s);",
  "import { hinted } from './never.cjs'; console.log(hinted);",
  "import { unset } from './unset.cjs'; console.log(unset);",
  "import * as all from './unset.cjs'; console.log(Object.keys(all).join());",
  "export * from './s.cjs'; import { up } from './main.mjs'; console.log(typeof up);",
  "import { nothing } from 'node:worker_threads'; console.log(nothing);",
  "import { Worker } from 'node:worker_threads'; console.log(typeof Worker);",
  "import { nothing } from 'fs'; console.log(nothing);",
  "import http, { request } from 'node:http'; console.log('runs');",
  "import events, { once, EventEmitter } from 'node:events'; console.log(typeof events, typeof EventEmitter);",
  "import { StringDecoder } from 'node:string_decoder'; console.log(typeof StringDecoder);",
  "import { nothing } from 'node:string_decoder'; console.log(nothing);",
  "import data from './data.json' with { type: 'json' }; console.log(data.a);",
  "import { a } from './data.json' with { type: 'json' }; console.log(a);",
  "import data from './data.json'; console.log(data.a);",
  "import './b.mjs'; import './s.cjs'; export * from './data.json' with { type: 'json' }; console.log('runs');",
  "console.log(await import('./passes.mjs').catch((e) => `${e.name}: ${e.message}`));",
  "console.log(await import('./passes.mjs').catch(() => import('./a.mjs')).then(({ a }) => a));",
  "import { a } from './a.mjs'; try { a = 2; } catch (e) { console.log(e.message); }",
];

/** In Node: of each what it prints, or why nothing was. */
const IN_NODE = `
import { format } from 'node:util';
const { log } = console;
const told = [];
for (const main of JSON.parse(process.argv[2])) {
  const lines = [];
  console.log = (...all) => lines.push(format(...all));
  await import(main).catch((error) => lines.push(\`\${error.name}: \${error.message.split('\\n')[0]}\`));
  told.push(lines.join());
}
log(JSON.stringify(told));
`;

function inBoth(): { node: string; here: string }[] {
  return withFiles({ 'all.mjs': IN_NODE }, (folder) => {
    const mains = MAINS.map((text, i) => {
      const own = join(folder, String(i));
      mkdirSync(own);
      for (const [name, one] of Object.entries({ ...FILES, 'main.mjs': text })) writeFileSync(join(own, name), one);
      return join(own, 'main.mjs');
    });
    const args = ['--no-warnings', join(folder, 'all.mjs'), JSON.stringify(mains)];
    const node = JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout) as string[];
    return mains.map((main, i) => ({ node: node[i] as string, here: here(main) }));
  });
}

function here(main: string): string {
  const { lines, world } = runFile(main, 1);
  if (world.failure === undefined) return lines.join();
  return [...lines, (world.failure.error as Error).message.split('\n')[0]].join();
}

/** Without the place, which Node tells elsewhere, and without which of two modules it had come to. */
const bare = (told: string): string =>
  told
    .replace(/^\/\S+:\d+:\d+ /, '')
    .replace(/ with the previous requested module .*$/, '')
    .replace(/^(.* Detected cycle .*) in '.*'$/, '$1');

describe('as Node links it', () => {
  const told = inBoth();
  it.each(MAINS.map((text, i) => [text, i] as const))('%s', (_text, i) => {
    const { node, here: ours } = told[i] as { node: string; here: string };
    expect(node).not.toBe('');
    expect(bare(ours)).toBe(bare(node));
  });
});

describe('what does not fit', () => {
  const main = "console.log('runs');\nimport { nothing } from './x.mjs';\nconsole.log(nothing);";

  it('of the first file is told with its place, and nothing has run', () => {
    withFiles({ 'main.mjs': main, 'x.mjs': "console.log('x runs');" }, (folder) => {
      const { lines, world } = runFile(join(folder, 'main.mjs'), 1);
      const { name, message } = world.failure!.error as Error;
      expect(lines).toEqual([]);
      expect(name).toBe('JavascriptError');
      expect(message).toContain("main.mjs:2:10 SyntaxError: The requested module './x.mjs' does not provide");
    });
  });

  it('of a worker is an error of that worker', () => {
    const maker = `import { Worker } from 'node:worker_threads';
const worker = new Worker(new URL('./main.mjs', import.meta.url));
worker.on('error', (error) => console.log(error.name, error.message));
worker.on('exit', (code) => console.log(code));`;
    withFiles({ 'maker.mjs': maker, 'main.mjs': main, 'x.mjs': '' }, (folder) => {
      const { stdout } = spawnSync(process.execPath, [join(folder, 'maker.mjs')], { encoding: 'utf8' });
      const { lines, world } = runFile(join(folder, 'maker.mjs'), 1);
      expect(lines).toEqual(stdout.trim().split('\n'));
      expect(lines).toEqual([
        "SyntaxError The requested module './x.mjs' does not provide an export named 'nothing'",
        '1',
      ]);
      expect(world.failure).toBeUndefined();
    });
  });

  it('in TypeScript is not what is a type: one that is not used, or is passed on', () => {
    const files = {
      'main.ts':
        "import { T, type U, value } from './types.ts'; import { Unused } from './barrel.ts'; const t: T | U | Unused = value; console.log(t);",
      'types.ts': 'export interface T {} export type U = number; export const value = 1;',
      'barrel.ts': "export { T as Unused } from './types.ts'; export * from './types.ts';",
    };
    withFiles(files, (folder) => {
      expect(runFile(join(folder, 'main.ts'), 1).lines).toEqual(['1']);
    });
    const used = {
      ...files,
      'main.ts': "import { T } from './types.ts'; console.log(T); import { No } from './barrel.ts'; No();",
    };
    withFiles(used, (folder) => {
      const { world } = runFile(join(folder, 'main.ts'), 1);
      expect((world.failure!.error as Error).message).toMatch(/main\.ts:1:\d+ SyntaxError: .*'(T|No)'/);
    });
  });
});
