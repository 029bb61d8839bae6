/** `tasklock replay --threads` as a person meets it: what it says, what it refuses, and how it ends. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfinedCommands } from '../support/cli-confined.ts';
import { type Finished, inRepository, tasklock } from '../support/cli-process.ts';
import { recorded } from '../support/recorded.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-threads-'));
const commands = new ConfinedCommands(directory, { threads: true });
afterAll(async () => {
  await commands.end();
  rmSync(directory, { recursive: true });
});

interface Case {
  readonly name: string;
  readonly text: string;
  readonly flags?: readonly string[];
  /** Part of the title of what is replayed; of the first that is found without. */
  readonly title?: string;
}

/** Whole programs. */
const head = "import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';\n";
const programs = {
  'end.mjs': "throw new Error('no');",
  'counts.mjs': `${head}if (isMainThread) {
  const m = new Int32Array(new SharedArrayBuffer(8));
  for (let n = 1; n < 3; n++) new Worker(new URL(import.meta.url), { workerData: { m } })
    .on('message', () => { if (Atomics.add(m, 1, 1) === 1 && m[0] === 1) throw new Error(\`lost by \${n}\`); });
} else { const { m } = workerData; m[0] = m[0] + 1; parentPort.postMessage('done'); }`,
  'dies.mjs': `${head}if (isMainThread) {
  const m = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: m });
  worker.postMessage(1);
  Atomics.store(m, 0, 1);
} else parentPort.once('message', () => { if (Atomics.load(workerData, 0) === 0) throw new RangeError('late'); });`,
  'rests.mjs': `${head}if (isMainThread) {
  const m = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: m });
  worker.postMessage(1);
  if (Atomics.load(m, 0) === 0) Atomics.wait(m, 0, 0);
} else parentPort.on('message', () => { Atomics.notify(workerData, 0); });`,
};

/** What is found in such a program. */
async function found({ name, text, flags = [], title = '' }: Case): Promise<string> {
  for (const [file, own] of Object.entries(programs)) writeFileSync(join(directory, file), own);
  const file = `${name.replaceAll(' ', '-')}.mjs`;
  writeFileSync(join(directory, file), text);
  const search = ['explore', file, '--strategy', 'dpor', '--checkers', 'none', '--seed', '1', '--quiet', '--json'];
  const enough = title === '' ? ['--stop-at-first'] : [];
  const { stdout } = await commands.run([...search, '--no-minimize', ...enough, ...flags]);
  const { bugs } = JSON.parse(stdout) as { bugs: { recording: string; title: string }[] };
  return bugs.find((one) => one.title.includes(title))!.recording;
}

/** The same on threads. */
const replayed = async (one: Case, ...more: readonly string[]): Promise<Finished> =>
  await commands.run(['replay', await found(one), '--threads', ...more]);

const setup = 'export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)), got: [] });\n';

interface Row extends Case {
  readonly says: RegExp;
}

const confirmed: readonly Row[] = [
  {
    name: 'an error',
    text: `function check(v) { if (v !== 0) throw new RangeError(\`late: \${v}\`); }
export const agents = [({ m }) => { m[0] = 1; }, function late({ m }) { check(m[0]); }];`,
    says: /CONFIRMED on 2 threads: assert: uncaught RangeError: late: 1 in .*\n.*\n {2}late fails: .*\n {6}check \(an/,
  },
  {
    name: 'code of a text',
    text: `const add = new Function('v', 'v[0] = v[0] + 1');
export const agents = [({ m }) => add(m), ({ m }) => add(m)];
export const finished = ({ m }) => m[0] === 2 || 'lost';`,
    says: /CONFIRMED on 2 threads: assert: the end is not as it should be in .*\n.*\n {2}finished\(\) says: .*: lost/,
  },
  {
    name: 'what a text imports is the module that others have',
    text: `export const own = { n: 0 };
const later = (0, eval)('(name) => import(name)');
export const agents = [async ({ m }) => { own.n = 1; const it = await later('./what-a-text-imports-is-the-module-that-others-have.mjs'); Atomics.add(m, 0, it.own.n); },
  ({ m }) => { Atomics.add(m, 0, 1); }];
export const finished = ({ m }) => m[0] !== 2 || 'two';`,
    says: /CONFIRMED on 2 threads: assert: .*\n.*\n {2}finished\(\) says: .*: two/,
  },
  {
    name: 'a lost wake-up',
    text: `export const agents = [({ m }) => { Atomics.notify(m, 0); Atomics.store(m, 0, 1); },
  function sleeper({ m }) { if (Atomics.load(m, 0) === 0) Atomics.wait(m, 0, 0); }];`,
    says: /deadlock: lost wake-up in sleeper\n.*\n {2}sleeper sleeps in .*, and the element is 1 by now/,
  },
  {
    name: 'sleepers of whom one is woken',
    text: `const sleeps = ({ m }) => { Atomics.wait(m, 0, 0); };
export const agents = [({ m }) => { Atomics.store(m, 0, 1); Atomics.notify(m, 0, 1); }, sleeps, sleeps];`,
    says: /CONFIRMED on 3 threads: deadlock: lost wake-up in sleeps/,
  },
  {
    name: 'a loop that waits for ever',
    text: `const goes = ({ m }) => { if (Atomics.add(m, 0, 1) === 1) while (Atomics.load(m, 1) === 0); };
export const agents = [goes, goes];`,
    says: /CONFIRMED on 2 threads: livelock: spinning for ever in goes\n.*\n.*goes round without end, 500 turns of it/,
  },
  {
    name: 'a promise that is settled',
    text: `export const agents = [async ({ m }) => { const w = Atomics.waitAsync(m, 0, 0); await w.value; throw 'no'; },
  ({ m }) => { Atomics.notify(m, 0); }];`,
    title: 'uncaught no',
    says: /CONFIRMED on 2 threads: assert: uncaught no in .*\n.*\n {2}agent 1 fails: uncaught no/,
  },
  {
    name: 'many elements at once',
    text: `export const agents = [({ m }) => { m.set([1, 2]); }, ({ m, got }) => { for (const v of m.slice()) got.push(v); }];
export const finished = ({ got }) => got[1] === 0 || String(got);`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}finished\(\) says: .*: 1,2/,
  },
  {
    name: 'notes of several',
    text: `export const agents = ['a', 'b'].map((name) => ({ m, got }) => { Atomics.load(m, 0); got.push(name); });
export const finished = ({ got }) => got.join('') === 'ab' || got.join('');`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}finished\(\) says: .*: ba/,
  },
  {
    name: 'async functions',
    text: `const adds = async ({ m }) => { const v = m[0]; await null; m[0] = v + 1; };
export const agents = [adds, adds];
export const finished = ({ m }) => m[0] === 2 || \`lost: \${m[0]}\`;`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}finished\(\) says: .*: lost: 1/,
  },
  {
    name: 'a race whose second side has read the first',
    text: `export const agents = [({ m }) => { m[0] = 1; }, ({ m }) => { const v = m[0]; if (v < 2) m[0] = v + 1; }];`,
    flags: ['--checkers', 'data-race'],
    title: 'plain write against plain write',
    says: /CONFIRMED on 2 threads: data-race: plain write against plain write .*\n(.*\n)+ {2}at the same time, in front of/,
  },
  {
    name: 'ports that setup made',
    text: `import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
export const setup = () => { const { port1, port2 } = new MessageChannel(); return { one: port1, two: port2, got: [] }; };
export const agents = [({ one }) => { one.postMessage('a'); one.postMessage('b'); },
  ({ two, got }) => { for (let i = 0; i < 2; i++) got.push(receiveMessageOnPort(two)?.message); }];
export const finished = ({ got }) => got.join() !== 'a,b' || 'both';`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}finished\(\) says: .*: both/,
  },
  {
    name: 'tasks of an event loop',
    text: `import { MessageChannel } from 'node:worker_threads';
export const setup = () => { const { port1, port2 } = new MessageChannel(); return { one: port1, two: port2, m: new Int32Array(new SharedArrayBuffer(4)), got: [] }; };
export const agents = [({ one, m }) => { one.postMessage(m.subarray(0)); setImmediate(() => { m[0] = 1; }); },
  ({ two, got }) => { two.once('message', (v) => { got.push(v[0]); two.close(); }); }];
export const finished = ({ got }) => got.join() === '0' || \`got \${got}\`;`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}finished\(\) says: .*: got 1/,
  },
  {
    name: 'a program and its workers',
    text: `export const program = './counts.mjs';`,
    says: /CONFIRMED on 3 threads: .*\n.*\n {2}main fails: uncaught Error: lost by \d\n {6}Worker\.<anonymous> \(counts\.mjs:\d/,
  },
  {
    name: 'a worker that dies, of which nobody wants to know',
    text: `export const program = './dies.mjs';`,
    says: /CONFIRMED on 2 threads: .*\n.*\n {2}main fails: uncaught RangeError: late/,
  },
  {
    name: 'a main thread that sleeps, and a worker at rest',
    text: `export const program = './rests.mjs';`,
    says: /CONFIRMED on 2 threads: deadlock: .*\n.*\n {2}main sleeps in Atomics\.wait\(Int32Array\[0\], 0\)/,
  },
  {
    name: 'calls in no order',
    text: `export const operations = { next: ({ m }) => { const v = Atomics.load(m, 0); Atomics.store(m, 0, v + 1); return v; } };`,
    says: /CONFIRMED on 2 threads: spec: [^]* caller \d comes to 0\n {2}caller \d comes to 0\n/,
  },
  {
    name: 'time',
    text: `${setup}export const agents = [({ m }) => { if (Atomics.wait(m, 0, 0, 9) === 'timed-out') throw 'late'; }];`,
    says: /CONFIRMED on 1 thread: assert: uncaught late[^]* agent 1 fails: uncaught late/,
  },
  {
    name: 'timers',
    text: `${setup}export const agents = [({ m }) => { setTimeout(() => { throw m[0]; }, 1); }];`,
    says: /CONFIRMED on 1 thread: assert: uncaught 0[^]* agent 1 fails: uncaught 0/,
  },
];

test.for(confirmed)('$name', async (row) => {
  const { says, text } = row;
  const own = /^import|export const (setup|program)/.test(text) ? text : setup + text;
  const { code, stdout, stderr } = await replayed({ ...row, text: own });
  expect(`${stdout}${stderr}`).toMatch(says);
  expect(code).toBe(1);
});

const refused: readonly Row[] = [
  {
    name: 'halves',
    text: `export const setup = () => ({ m: new BigInt64Array(new SharedArrayBuffer(8)), got: [] });
export const agents = [({ m }) => { m[0] = -1n; }, ({ m, got }) => { got.push(m[0]); }];
export const finished = ({ got }) => got[0] === 0n || got[0] === -1n;`,
    says: /others come between the parts of BigInt64Array\[0\]/,
  },
  {
    name: 'a promise that nobody settles',
    text: `${setup}export const agents = [async ({ m }) => { const w = Atomics.waitAsync(m, 0, 0); await w.value; },
  ({ m }) => { Atomics.notify(m, 0); }];`,
    says: /agent 1 waits for its promise/,
  },
  {
    name: 'hangs',
    text: `${setup}export const agents = [({ m }) => { if (m[0] === 1) for (;;); }, ({ m }) => { m[0] = 1; }];`,
    says: /a loop that comes to nothing shared cannot be looked into/,
  },
  {
    name: 'a worker of a text',
    text: `import { Worker } from 'node:worker_threads';
${setup}export const agents = [() => { new Worker("throw 'no'", { eval: true }); }];`,
    says: /it starts a worker from a text, which cannot be done on these threads/,
  },
  {
    name: 'a worker of pages',
    text: `${setup}export const agents = [({ m }) => { m[0] = typeof self === 'object' ? 1 : 0; new Worker('./none.js'); throw 'no'; }];`,
    says: /it starts a Worker of pages, which cannot be done on these threads: start it by node:worker_threads/,
  },
  {
    name: 'platform',
    text: `import { performance } from 'node:perf_hooks';
${setup}export const agents = [({ m }) => { m[0] = performance.now() * 0; throw new Error('no'); }];`,
    says: /it imports node:perf_hooks, which is not there on these threads/,
  },
  {
    name: 'text',
    text: `const later = new Function('name', 'return import(name)');
${setup}export const agents = [async ({ m }) => { await later('node:perf_hooks').catch(() => 0); m[0] = 1; throw new Error('no'); }];`,
    says: /it imports node:perf_hooks, which is not there on these threads/,
  },
];

test.for(refused)('$name: refused', async (row) => {
  const { says } = row;
  const { code, stdout, stderr } = await replayed(row);
  expect(stderr).toMatch(says);
  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
});

test('what is no recording of JavaScript is refused', async () => {
  const token = recorded.find(({ what }) => what === 'a module')!.token.replaceAll(/\s/g, '');
  const { code, stderr } = await tasklock(['replay', token, '--threads']);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'tasklock: --threads cannot run the token: it is no recording of JavaScript\n',
  });
});

/** What is drawn is drawn by the engine there. */
const otherwise = `${setup}export const agents = [({ m }) => { m[0] = 3 + 1e9 * Math.random(); }, ({ m }) => { m[0] = 2; }];
export const finished = ({ m }) => m[0] === 2;`;

test('a program that does otherwise on threads, as a document', async () => {
  const { code, stdout } = await replayed({ name: 'otherwise', text: otherwise }, '--json');
  const { verdict, threads } = JSON.parse(stdout) as { verdict: string; threads: Record<string, unknown> };
  expect({ code, verdict, ...threads }).toMatchObject({
    code: 4,
    verdict: 'inconclusive',
    confirmed: false,
    threads: 2,
  });
  expect(threads['differs']).toMatch(/at step \d .* does Int32Array\[0\] = /);
});

/** Only threads would write: while it is explored there is nothing to write with. */
const writes = `${setup}export const agents = [({ m }) => {
  const fs = globalThis.process?.getBuiltinModule?.('fs');
  fs?.writeFileSync?.('evil', '');
  m[0] = 1;
  throw new Error('end');
}];`;

test('threads have no more rights than what is explored', async () => {
  const recording = await found({ name: 'writes', text: writes });
  const { stdout } = await tasklock(['replay', recording, '--threads'], { cwd: directory });
  expect(stdout).toMatch(/^(NOT )?CONFIRMED on 1 thread: /m);
  expect(existsSync(join(directory, 'evil'))).toBe(false);
  expect(readdirSync(directory).filter((name) => !/\.mjs$|^\.tasklock$/.test(name))).toEqual([]);
});

test('an example from finding to confirmation', async () => {
  const file = inRepository('examples/javascript/mutex-broken.ts');
  const search = ['explore', file, '--strategy', 'dpor', '--seed', '1', '--quiet', '--json'];
  const explored = await tasklock(search, { cwd: directory });
  const [bug] = (JSON.parse(explored.stdout) as { bugs: { recording: string }[] }).bugs;
  const { code, stdout } = await tasklock(['replay', bug!.recording, '--threads'], { cwd: directory });
  expect(stdout).toMatch(/\nCONFIRMED on 2 threads: deadlock: no agent can go on in wait\n/);
  expect(stdout).toMatch(/\n {2}take sleeps in Atomics\.wait\(Int32Array\[1\], 1\)\n {6}Late\.wait \(.*:7:13\)\n/);
  expect(code).toBe(1);
});
