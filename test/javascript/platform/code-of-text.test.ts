/** Code that is made of text, names of the global object, and code written without spaces: what Node makes of them. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFile, runText, withFiles } from '../../support/javascript-program.js';

const says = (text: string, name = 'main.cjs'): string[] | undefined => runText(text, [1], name)[0]?.lines as string[];

it.each([
  ["console.log(new Function('a', 'b', 'return a + b')(1, 2))", '3'],
  ["console.log(String(new Function('a', 'return a')))", 'function anonymous(a\n) {\nreturn a\n}'],
  ["const f = Function('a', 'b', ''); console.log(f.name, f.length)", 'anonymous 2'],
  ["try { new Function('/*', '*/){') } catch (e) { console.log(e.name) }", 'SyntaxError'],
  ["try { new Function('x){}, function(', 'y') } catch (e) { console.log(e.name) }", 'SyntaxError'],
  ["console.log(Function('return this')() === globalThis, Function('return typeof require')())", 'true undefined'],
  ["console.log((0, eval)('1; 2 + 3;'), (0, eval)(7), (0, eval)(''))", '5 7 undefined'],
  ["console.log(eval('require') === require, eval('typeof module'))", 'true object'],
  ["console.log(String(function () { return eval('require') }))", "function () { return eval('require') }"],
  ['function f() { return this } console.log(f() === globalThis, f().process === process)', 'true true'],
  ['function f(a = this) { return (() => a)() } console.log(f() === globalThis)', 'true'],
  ['try { nothere } catch (e) { console.log(e.message, typeof nothere) }', 'nothere is not defined undefined'],
  ['try { nothere++ } catch (e) { console.log(e.message) }', 'nothere is not defined'],
  ["'use strict'; try { nothere = 1 } catch (e) { console.log(e.message) }", 'nothere is not defined'],
  ['made = 1; made += 1; [made] = [made * 2]; console.log(globalThis.made)', '4'],
  ['globalThis.late = 5; console.log(late); setTimeout = 1; console.log(globalThis.setTimeout)', '5'],
  [
    'class A {} class B extends A{constructor(){super(),this.x=1}} const f=()=>{return()=>2};console.log(new B().x,f()())',
    '1 2',
  ],
])('%s', (text, first) => {
  expect(says(text)?.[0]).toBe(first);
});

it('imports of such a text are seen from the file that made it', () => {
  const main = "new Function('name', 'return import(name)')('./other.mjs').then(({ value }) => console.log(value))";
  withFiles({ 'main.cjs': main, 'other.mjs': 'export const value = 3;' }, (folder) => {
    expect(runFile(join(folder, 'main.cjs'), 1).lines).toEqual(['3']);
  });
});

it('what a worker prints comes to who asked for it, and ends behind its exit', () => {
  const main = `
const { Worker } = require('worker_threads');
const worker = new Worker("console.log('a'); process.stdout.write('b')", { eval: true, stdout: true });
worker.stdout.setEncoding('utf8');
worker.stdout.on('data', (text) => console.log(JSON.stringify(text)));
worker.stdout.on('end', () => console.log('end'));
worker.on('exit', () => console.log('exit'));
`;
  expect(says(main)).toEqual(['"a\\n"', '"b"', 'exit', 'end']);
});

it('looks at files of its own are answered', () => {
  const main = `
const fs = require('fs');
console.log(fs.existsSync('./nothere'), fs.existsSync(__filename), fs.statSync(__dirname).isDirectory());
console.log(fs.readFileSync(require('path').join(__dirname, 'text'), 'utf8'));
try { fs.statSync(__dirname + '/nothere') } catch (e) { console.log(e.code) }
`;
  withFiles({ 'main.cjs': main, text: 'hello' }, (folder) => {
    const { lines } = runFile(join(folder, 'main.cjs'), 1, { cwd: folder });
    expect(lines).toEqual(['false true true', 'hello', 'ENOENT']);
  });
});
