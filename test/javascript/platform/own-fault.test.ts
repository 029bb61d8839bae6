/** What goes wrong with us while a program runs is never something of the program, nor is it lost. */
import { afterEach, describe, expect, it } from 'vitest';
import { failureOf } from '../../../dist/src/javascript/scheduled.js';
import { nodeRuns, runText } from '../../support/javascript-program.js';

const { structuredClone } = globalThis;
afterEach(() => {
  globalThis.structuredClone = structuredClone;
});

const worker = (text: string): string => `
import { Worker, isMainThread } from 'node:worker_threads';
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', (error) => console.log('error', typeof error, error?.name, error?.message, JSON.stringify(error)));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  ${text}
}`;

describe('our own error', () => {
  it.each([
    ['while the error of a worker is packed', worker("throw new Error('theirs', { cause: new Date(5) });")],
    [
      'while a message is packed',
      "try { new MessageChannel().port1.postMessage(new Date(5)); } catch { console.log('caught'); }",
    ],
    ['while a value is cloned', "try { structuredClone(new Date(5)); } catch { console.log('caught'); }"],
  ])('%s', (_, text) => {
    globalThis.structuredClone = () => {
      throw new TypeError('a mistake of ours');
    };
    const [ran] = runText(text);
    expect(ran?.how).toBe('failure');
    const { name, message } = ran!.world.failure!.error as Error;
    expect([name, message]).toEqual(['OwnFault', 'a mistake of ours']);
    expect(() => failureOf(ran!.world)).toThrow('a mistake of ours');
  });
});

describe('what the program itself has put into the error of a worker', () => {
  it.each([
    "throw Object.assign(new Error('m'), { f() {}, n: 1, list: [1, { a: 2 }] });",
    "throw Object.defineProperty(new Error('m'), 'got', { enumerable: true, get() { throw new Error('no'); } });",
    "let n = 0; throw Object.defineProperty(new Error('m'), 'got', { enumerable: true, get() { if (n++ > 0) throw new Error('no'); return n; } });",
    'throw { f() {} };',
    "throw 'text';",
    'throw undefined;',
    'throw Symbol.iterator;',
    'Promise.reject({ a: 1 });',
    'Promise.reject([1]);',
    'class Own {} Promise.reject(new Own());',
    "Promise.reject({ toString: () => 'own' });",
    'Promise.reject(Object.create(null));',
    'Promise.reject(() => 1);',
    'Promise.reject(null);',
    "throw Object.assign(new RangeError('m'), { code: 'E', name: 'Own' });",
  ])('%s', (text) => {
    const program = worker(text);
    const [ran] = runText(program);
    expect(ran?.world.failure?.error).toBeUndefined();
    expect(ran?.lines).toEqual(nodeRuns(program).lines);
  });
});

it.each(['JavascriptError', 'RefusedError', 'OwnFault'])('an error that the program calls %s is its own', (name) => {
  const thrown = `Object.assign(new Error('theirs'), { name: '${name}' })`;
  const caught = worker(`throw ${thrown};`);
  expect(runText(caught)[0]?.world.failure).toBeUndefined();
  expect(runText(caught)[0]?.lines).toEqual(nodeRuns(caught).lines);
  const handled = `process.on('uncaughtException', ({ name }) => console.log('caught', name)); throw ${thrown};`;
  expect(runText(handled)[0]?.lines).toEqual([`caught ${name}`]);
  const [ran] = runText(`throw ${thrown};`);
  expect(failureOf(ran!.world)).toMatchObject({ kind: 'assert', what: `uncaught ${name}: theirs` });
});

it('a proxy cannot be sent, whatever it is of', () => {
  const text = `for (const one of [[1], { a: 1 }, new Map(), new SharedArrayBuffer(8)]) {
  try { new MessageChannel().port1.postMessage(new Proxy(one, {})); } catch (error) { console.log(error.name, error.message); }
}`;
  expect(runText(text)[0]?.lines).toEqual(nodeRuns(text).lines);
});
