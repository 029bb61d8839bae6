/** Stacks as a program reads them: the files, lines and functions of its own that Node has there, and nothing of ours. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { runFile, withFiles } from '../../support/javascript-program.js';

const { stackTraceLimit } = Error;
// It is the machine's, and put back by a search.
afterEach(() => void (Error.stackTraceLimit = stackTraceLimit));

/** Without Node's own frames, columns, the types of methods, and who awaits. */
const bare = (text: string, folder: string): string =>
  text
    .replaceAll(/\n {4}at [^\n]*(?:node:|-wrapper)[^\n]*/g, '')
    .replaceAll(/\n {4}at async [^\n]*/g, '')
    .replaceAll(/(\n {4}at )(?:new )?\w+\.(\w+ \()/g, '$1$2')
    .replaceAll(/Object\.<anonymous> \(([^\n]*)\)/g, '$1')
    .replaceAll(/:(\d+):\d+/g, ':$1')
    .replaceAll(folder, '');

const SITES = `
Error.prepareStackTrace = (_, sites) => sites;
function sites() {
  return new Error('sites').stack;
}
function caller() {
  return sites();
}
const seen = caller();
Error.prepareStackTrace = undefined;
for (const one of seen.slice(0, 3)) console.log(one.getFileName(), one.getLineNumber(), one.getFunctionName(), one.isNative(), one.isEval());
console.log(new Error('again').stack);
`;

const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  functions: {
    'main.mjs': `
function where() {
  return new Error('here').stack;
}
class A {
  method() {
    return where();
  }
  async later() {
    await null;
    return where();
  }
}
console.log(where());
console.log(new A().method());
console.log(await new A().later());
console.log([1].map(() => where())[0].split('\\n').slice(0, 2).join());
try { null.x; } catch (error) { console.log(error.stack); }`,
  },
  'of a worker': {
    'main.mjs': `import { Worker } from 'node:worker_threads';
const worker = new Worker('function tells() { return new Error("x").stack; }\\nrequire("worker_threads").parentPort.postMessage(tells());', { eval: true });
worker.on('message', (stack) => console.log(stack));`,
  },
  'structured, in a module': { 'main.mjs': SITES },
  'structured, in a script': { 'main.cjs': SITES },
  'who calls, as packages ask': {
    'main.mjs': `import { callerOf } from './asks.mjs';
function asks() {
  return callerOf();
}
console.log(asks());`,
    'asks.mjs': `export function callerOf() {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, stack) => stack;
  const stack = new Error().stack.slice(1);
  Error.prepareStackTrace = before;
  return stack.map((one) => one.getFileName()).find((file) => file && !file.includes('asks'));
}`,
  },
  'from a function on': {
    'main.mjs': `class Own extends Error {
  constructor(text) {
    super(text);
    this.name = 'Own';
    Error.captureStackTrace(this, Own);
  }
}
function throws() { throw new Own('text'); }
try { throws(); } catch (error) { console.log(error.stack); }
function kept() { const o = { name: 'N', message: 'm' }; Error.captureStackTrace(o, kept); return o.stack; }
console.log(kept());
Error.stackTraceLimit = 0;
const down = (n) => (n === 0 ? new Error('deep').stack : down(n - 1));
console.log(down(5));`,
  },
};

it.each(Object.entries(PROGRAMS))('%s', (_name, files) => {
  withFiles(files, (folder) => {
    const main = join(folder, Object.keys(files)[0] as string);
    const node = bare(spawnSync(process.execPath, [main], { encoding: 'utf8' }).stdout.trim(), folder);
    expect(node).not.toBe('');
    const { lines, world } = runFile(main, 1);
    expect(world.failure).toBeUndefined();
    expect(bare(lines.join('\n'), folder)).toBe(node);
  });
});

it('a limit that would cut off what Node shows is refused', () => {
  withFiles({ 'main.mjs': 'Error.stackTraceLimit = 2; console.log(new Error("x").stack);' }, (folder) => {
    const { lines, world } = runFile(join(folder, 'main.mjs'), 1);
    expect(lines).toEqual([]);
    expect((world.failure!.error as Error).message).toContain('Error.stackTraceLimit counts functions here');
  });
});

it('what one program sets is not there for the next', () => {
  withFiles(
    { 'sets.mjs': 'Error.prepareStackTrace = () => 7;', 'main.mjs': 'console.log(typeof new Error("x").stack)' },
    (folder) => {
      runFile(join(folder, 'sets.mjs'), 1);
      expect(runFile(join(folder, 'main.mjs'), 1).lines).toEqual(['string']);
    },
  );
});
