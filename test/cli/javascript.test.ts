/** JavaScript as a person meets it: what is found, what is refused, and that nothing else happens. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfinedCommands } from '../support/cli-confined.ts';
import { inRepository, tasklock } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-javascript-'));
const commands = new ConfinedCommands(directory);
afterAll(async () => {
  await commands.end();
  rmSync(directory, { recursive: true });
});
writeFileSync(join(directory, 'data.wasm'), '');

const main = 'export const agents = [';
const one =
  'export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(4)) });\nexport const agents = [({ m }) => Atomics.add(m, 0, 1)];\n';
const rows: readonly (readonly [name: string, text: string, code: number, says: RegExp])[] = [
  [
    'a loop without end',
    `${main}() => { for (;;); }];`,
    1,
    /livelock: a loop goes round without end and comes to\s+nothing/,
  ],
  ['a loop in its first lines', `for (;;);\n${main}() => {}];`, 2, /a loop goes round without end.*\.mjs:1:1/],
  ['process.exit', `${main}() => process.exit(7)];`, 1, /BUG: assert: ends with exit code 7/],
  ['process.exit as it should', `${main}() => process.exit(0)];`, 0, /PROVED|NOTHING FOUND/],
  ['an exit code', `${main}() => { process.exitCode = 7; }];`, 1, /BUG: assert: ends with exit code 7/],
  [
    'an exit code that is said last',
    `${main}() => void process.once('exit', () => { process.exitCode = 5; })];`,
    1,
    /BUG: assert: ends with exit code 5/,
  ],
  [
    'an exit code that is taken back',
    `${main}() => { process.once('exit', () => { process.exitCode = 0; }); process.exit(1); }];`,
    0,
    /PROVED|NOTHING FOUND/,
  ],
  [
    'the exit code of a worker',
    `import { Worker } from 'worker_threads';\n${main}() => void new Worker('process.exit(3)', { eval: true })];`,
    0,
    /PROVED|NOTHING FOUND/,
  ],
  ['a loop, and all on one line', `{ for (;;); } ${main}() => {}];`, 2, /a loop goes round without end.*\.mjs:1:/],
  [
    'files, later',
    `${main}async () => (await import('node:fs')).writeFileSync('evil', '')];`,
    2,
    /node:fs is not there/,
  ],
  ['files', `import fs from 'node:fs';\n${main}() => fs.writeFileSync('evil', '')];`, 2, /node:fs is not there/],
  [
    'code of a text',
    `${main}() => { let x = 1; eval('x' + '+ 1'); }];`,
    2,
    /eval of a text that sees the variables around it is not there/,
  ],
  [
    'files, and catches that',
    `import { statSync } from 'fs';\n${main}() => { try { statSync('/etc/passwd'); } catch {} }];`,
    2,
    /node:fs \(statSync\) does not tell of \/etc\/passwd/,
  ],
  [
    'a worker that cannot be run',
    `import { Worker } from 'worker_threads';\n${main}() => void new Worker('let x; eval("x" + "y")', { eval: true }).on('error', () => {})];`,
    2,
    /eval of a text that sees the variables around it is not there/,
  ],
  [
    'what a worker prints',
    `import { Worker } from 'worker_threads';\n${main}() => { new Worker('0', { eval: true }).stdout.on('data', () => {}); }];`,
    2,
    /worker\.stdout has nothing to read/,
  ],
  [
    'a class of streams that nobody uses',
    `import fs, { promises } from 'fs';\nimport { Transform } from 'stream';\nclass Unused extends Transform {}\n${main}() => [fs, promises, Unused]];`,
    0,
    /PROVED|NOTHING FOUND/,
  ],
  [
    'a wait that native code leads to',
    `export const setup = () => new Int32Array(new SharedArrayBuffer(4));\n${main}(m) => { try { Object.create(new Proxy({}, { get: () => Atomics.wait(m, 0, 0) })).x; } catch {} }];`,
    2,
    /\.mjs:2:\d+ sleeps in Atomics\.wait.*, called by native code, which cannot be left here/,
  ],
  [
    'an error with the name of one of ours',
    `${main}() => { throw Object.assign(new Error('theirs'), { name: 'RefusedError' }); }];`,
    1,
    /BUG: assert: uncaught RefusedError: theirs/,
  ],
  [
    'a class with the name of one of ours, in a worker',
    `import { Worker } from 'worker_threads';
${main}() => void new Worker('class JavascriptError extends Error { name = "JavascriptError" } throw new JavascriptError("theirs")', { eval: true })];`,
    1,
    /BUG: assert: uncaught .*theirs/,
  ],
  [
    'a rejection that is called a fault of ours',
    `${main}() => Promise.reject(Object.assign(new Error('theirs'), { name: 'OwnFault' })), () => 1];`,
    1,
    /BUG: assert: .*OwnFault: theirs/,
  ],
  ['bad syntax', `${main}() => { let x = ; }];`, 2, /bad-syntax\.mjs:1:40 Unexpected token/],
  ['a missing package', `import x from 'no-such-package';\n${main}x];`, 2, /Cannot find package 'no-such-package'/],
  [
    'first lines that never end',
    `await new Promise(() => {});\n${main}() => 0];`,
    2,
    /its first lines, or setup\(\), wait/,
  ],
  [
    'the end in its first lines',
    `process.exit(0);\n${main}() => 0];`,
    2,
    /its first lines, or setup\(\), end the process/,
  ],
  ['first lines that await', `const n = await Promise.resolve(1);\n${main}() => n];`, 0, /PROVED|NOTHING FOUND/],
  [
    'an error in its first lines',
    `throw new Error('at load');\n${main}() => 0];`,
    2,
    /uncaught Error: at load \(at \S+\.mjs:1\)/,
  ],
  ['a file of another kind', `import './data.wasm';\n${main}() => 0];`, 2, /data\.wasm is no JavaScript/],
  [
    'finished waits for ever',
    `${one}export const finished = ({ m }) => { while (Atomics.load(m, 0) === 1); };`,
    1,
    /assert: a loop goes round without end in finished/,
  ],
  [
    'finished loops, and catches what ends that',
    `${one}export const finished = () => { try { for (;;); } catch {} };`,
    1,
    /assert: a loop goes round without end in finished/,
  ],
  [
    'finished counts for ever',
    `${one}export const finished = ({ m }) => { for (;;) Atomics.add(m, 0, 1); };`,
    2,
    /finished\(\) is not over after 1000000 operations on shared memory/,
  ],
  [
    'finished goes by time',
    `${one}export const finished = () => { const t = Date.now(); while (Date.now() < t + 9); };`,
    0,
    /PROVED|NOTHING FOUND/,
  ],
  [
    'finished gives an error',
    `${one}export const finished = () => new Error('no');`,
    1,
    /as it should be[^]*Error: no/,
  ],
  ['finished counts nothing', `${one}export const finished = ({ m }) => m[0] & 2;`, 1, /as it should be[^]*gives 0/],
  ['finished counts', `${one}export const finished = ({ m }) => m[0];`, 0, /PROVED|NOTHING FOUND/],
  ['finished gives null', `${one}export const finished = () => null;`, 0, /PROVED|NOTHING FOUND/],
  [
    'finished promises',
    `${one}export const finished = async () => false;`,
    2,
    /finished\(\) gives a promise, and nobody waits for that/,
  ],
  [
    'a name that is not there',
    `import { nothing } from 'node:path';\n${main}nothing];`,
    2,
    /\.mjs:1:10 SyntaxError: .*'nothing'/,
  ],
  ['an empty file', '', 2, /exports no agents, program or operations/],
  ['nothing to explore', 'export default 1;', 2, /exports no agents, program or operations/],
  ['setup as a number', `export const setup = 5;\n${main}() => 0];`, 2, /setup is no function/],
  ['finished as a text', `export const finished = 'x';\n${main}() => 0];`, 2, /finished is no function/],
  ['a program that is a number', 'export const program = 5;', 2, /program is no path/],
  ['a folder as a program', "export const program = '.';", 2, /program names no file/],
  [
    'what the search needs',
    `Array.prototype.map = null;\n${main}() => 0];`,
    2,
    /its first lines change what the search itself needs: Array\.prototype\.map/,
  ],
  ['no agents', `export const agents = [];`, 2, /agents is no list of functions/],
  ['something else', `${main}5];`, 2, /agents\[0\] is no function/],
  [
    'a program that is not there',
    `export const program = './nothere.js';`,
    2,
    /a file that is not there: \.\/nothere\.js/,
  ],
];

/** Those that end what they run in, or change it for good, and one of each kind of end: as a person types them. */
const OWN_PROCESS = ['a loop without end', 'process.exit', 'files', 'what the search needs', 'finished counts'];

test.for(rows)('%s', async ([name, text, code, says]) => {
  const file = `${name.replaceAll(/[^a-z]+/g, '-')}.mjs`;
  writeFileSync(join(directory, file), text);
  const args = ['explore', file, '--executions', '20', '--quiet', '--no-minimize'];
  const ran = OWN_PROCESS.includes(name) ? await tasklock(args, { cwd: directory }) : await commands.run(args);
  expect(`${ran.stdout}${ran.stderr}`).toMatch(says);
  expect(ran.code).toBe(code);
  if (code === 2) expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  expect(readdirSync(directory)).not.toContain('evil');
});

test.for([
  [['--jobs', '0'], '--jobs takes a whole number'],
  [['--set', 'A=1'], '--set is not for JavaScript'],
  [['--stateful', '--strategy', 'dpor'], '--stateful is for modules'],
  [['--timeouts', 'soon'], '--timeouts takes idle or any'],
] as const)('%j is refused', async ([flags, says]) => {
  const ran = await commands.run(['explore', inRepository('examples/javascript/ring-fixed.ts'), ...flags]);
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
  expect(ran.stderr).toContain(says);
});

test('no proof where somebody could not come between, and the place', async () => {
  const file = inRepository('test/fixtures/javascript/coerces.mjs');
  const ran = await commands.run(['explore', file, '--strategy', 'dpor', '--quiet']);
  expect(ran.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /not a proof: not preempted: \S+coerces\.mjs:7:\d+, \S+coerces\.mjs:8:/,
  );
  expect(ran.code).toBe(3);
});

test.for(['random', undefined])('nothing was looked at where every execution ran out of time: %s', async (strategy) => {
  const flags = strategy === undefined ? [] : ['--strategy', strategy];
  const file = inRepository('test/fixtures/javascript/looks-again.mjs');
  const ran = await commands.run(['explore', file, '--executions', '20', '--quiet', ...flags]);
  expect(ran.code).toBe(3);
  expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain('no execution came to its end before its time was over');
});

test('what is found is recorded, replayed and made smaller; other files are refused', async () => {
  const text = `export const setup = () => new Int32Array(new SharedArrayBuffer(4));
${main}(m) => m[0]++, (m) => m[0]++];
export const finished = (m) => m[0] === 2;
`;
  writeFileSync(join(directory, 'count.mjs'), text);
  const found = await tasklock(
    ['explore', 'count.mjs', '--strategy', 'dpor', '--checkers', 'none', '--json', '--quiet'],
    {
      cwd: directory,
    },
  );
  expect(found.code).toBe(1);
  const [bug] = (JSON.parse(found.stdout) as { bugs: { title: string; recording: string; finalHash: string }[] }).bugs;
  expect(bug?.title).toBe('assert: the end is not as it should be in finished');
  const replayed = await tasklock(['replay', bug!.recording], { cwd: directory });
  expect(replayed.stdout).toContain(`to the same final state ${bug!.finalHash}`);
  expect(replayed.code).toBe(1);
  const smaller = await tasklock(['minimize', bug!.recording, '--quiet'], { cwd: directory });
  expect(smaller.code).toBe(1);
  writeFileSync(join(directory, 'count.mjs'), text.replace('=== 2', '=== 3'));
  const changed = await tasklock(['replay', bug!.recording], { cwd: directory });
  expect(changed.stderr).toContain('count.mjs is not what it was when this was recorded');
  expect(changed.code).toBe(2);
});

test('a package.json that decides what a name means belongs to what was recorded, and so does where a name leads', async () => {
  const own = mkdtempSync(join(directory, 'packages-'));
  const put = (file: string, text: string): void => {
    mkdirSync(dirname(join(own, file)), { recursive: true });
    writeFileSync(join(own, file), text);
  };
  const scripts = { name: 's', version: '1.0.0', main: './main.js' };
  const modules = { name: 'p', version: '1.0.0', exports: { '.': './p.js', './more': './p.js' } };
  put('package.json', '{ "name": "own", "imports": { "#n": "./n.js" } }');
  put('n.js', 'exports.n = 1;');
  put('node_modules/s/package.json', JSON.stringify(scripts));
  put('node_modules/s/main.js', 'exports.s = 1;');
  put('node_modules/p/package.json', JSON.stringify(modules));
  put('node_modules/p/p.js', "exports.p = require('s').s;");
  put(
    'a.mjs',
    `import { p } from 'p';
import { n } from '#n';
${main}async function one() { await import('./later.mjs'); if (p + n === 2) throw new Error('two'); }];`,
  );
  put('later.mjs', 'export {};');
  const found = await commands.run(['explore', 'a.mjs', '--executions', '5', '--json', '--quiet'], { cwd: own });
  expect(found.code).toBe(1);
  const [bug] = (JSON.parse(found.stdout) as { bugs: { recording: string }[] }).bugs;
  const replayed = async (): Promise<string> => {
    const { code, stderr } = await commands.run(['replay', bug!.recording], { cwd: own });
    return `${code} ${stderr.replaceAll(/\s+/g, ' ')}`;
  };
  expect(await replayed()).toBe('1 ');
  put('node_modules/p/package.json', JSON.stringify({ ...modules, version: '1.0.1', scripts: {} }));
  expect(await replayed()).toBe('1 ');
  for (const [file, text] of [
    ['node_modules/p/package.json', JSON.stringify({ ...modules, type: 'commonjs' })],
    ['node_modules/p/package.json', JSON.stringify({ ...modules, exports: './p.js' })],
    ['node_modules/s/package.json', JSON.stringify({ ...scripts, main: './other.js' })],
    ['package.json', '{ "name": "own", "imports": { "#n": "./other.js" } }'],
  ] as const) {
    const before = readFileSync(join(own, file), 'utf8');
    put(file, text);
    expect(await replayed()).toContain(`2 tasklock: ${join(own, 'a.mjs')}:1:1 ${file} (how names resolve) is not`);
    put(file, before);
  }
  put('node_modules/p/node_modules/s/index.js', 'exports.s = 1;');
  // In a process of its own: the one before remembers where names led.
  const moved = await tasklock(['replay', bug!.recording], { cwd: own });
  expect(`${moved.code} ${moved.stderr.replaceAll(/\s+/g, ' ')}`).toMatch(
    /^2 .*p\/node_modules\/s\/index\.js was not read when this was recorded/,
  );
});

test('a name that only a tsconfig.json knows', async () => {
  const own = mkdtempSync(join(directory, 'paths-'));
  writeFileSync(join(own, 'tsconfig.json'), '{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }');
  writeFileSync(join(own, 'a.ts'), `import { n } from '@/n';\n${main}() => n];`);
  const { code, stderr } = await commands.run(['explore', 'a.ts', '--duration', '1s'], { cwd: own });
  expect(code).toBe(2);
  expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(
    /Cannot find package '@\/n' .*tsconfig\.json has paths, which Node does not/,
  );
});
