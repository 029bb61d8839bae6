/** A module that is refused: one message a mistake, with its place and what to write instead. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { userRules } from '../../dist/src/stepper/subset/rules.js';
import { loadModule, ModuleError } from '../../dist/src/stepper/module/module.js';
import { refusal } from '../support/explore-module.ts';

const BUS = "import { load, store, assert } from 'tasklock/bus';\n";
const END = '\nexport const cpus = [run];\n';
/** A module whose second line is the body of a function. */
const inFunction = (body: string): string => `${BUS}function run(cpu) { ${body} }${END}`;
/** Column of the body there. */
const BODY = 'function run(cpu) { '.length + 1;

describe('in a function', () => {
  it.each<readonly [body: string, rule: string, says: string, at?: number]>([
    ['stor(0x1000, 1);', 'global', 'stor is not defined in this module'],
    ['xadd(0x1000, 1);', 'global', "xadd is not imported: import { xadd } from 'tasklock/bus'"],
    ["console.log('x');", 'global', 'a module prints nothing'],
    ['store(0x1000, Math.random());', 'callee', 'Math.imul', 14],
    ['store(0x1000, Date.now());', 'global', 'Date is not defined', 14],
    ['store(0x1000, undefined);', 'null', 'write 0', 14],
    ['store(0x1000, null);', 'null', 'write 0', 14],
    ['store(0x1000);', 'arguments', 'store takes 2 arguments (address, value), not 1'],
    ['load();', 'arguments', 'load takes 1 argument (address), not 0'],
    ['run();', 'arguments', 'run takes 1 argument (cpu), not 0'],
    ['const x = store(0x1000, 1);', 'no-value', 'store() gives no value', 10],
    ['if (run(1)) store(0x1000, 1);', 'no-value', 'run() gives no value', 4],
    ['const a = [1, 2];', 'array', 'keep the words in RAM: load(BASE + 4 * i)', 10],
    ['const o = { x: 1 };', 'object', 'keep the words in RAM', 10],
    ['const x = cpu[1];', 'index', 'load(BASE + 4 * i)', 10],
    ['const x = cpu.next;', 'member', 'only tables of constants', 10],
    ["const s = 'text';", 'string', 'only be the message of assert', 10],
    ['const s = `text`;', 'template', 'one fixed text', 10],
    ['assert(cpu, `CPU ${cpu}`);', 'template', 'one fixed text', 12],
    ['const r = /x/;', 'regex', 'use numbers', 10],
    ['const x = 1.5;', 'float', 'whole numbers', 10],
    ['const x = 0x100000000;', 'integer-range', 'numbers have 32 bits', 10],
    ['const x = 1n;', 'bigint', '32-bit', 10],
    ['const f = () => 1;', 'arrow-function', 'function declaration at module level', 10],
    ['function inner() {}', 'nested-function', 'move the function to module level'],
    ['class Lock {}', 'class', 'there are no objects'],
    ['const x = new Map();', 'new', 'RAM that you lay out yourself', 10],
    ['const x = this;', 'this', 'address as a parameter', 10],
    ["throw new Error('x');", 'throw', "call assert(condition, 'what went wrong')"],
    ['try { run(1); } finally {}', 'try', 'there is nothing to catch'],
    ['for (const x of cpu) {}', 'for-in', 'count with for'],
    ['var x = 1;', 'var', 'let or const'],
    ['const { x } = cpu;', 'destructuring', 'one by one', 6],
    ['const x = 1; x = 2;', 'assignment-target', 'x is a constant; declare it with let', 13],
    ['const x = cpu ** 2;', 'operator', 'no such operator', 10],
    ['const x = cpu ?? 2;', 'operator', 'no such operator', 10],
    ['const x = typeof cpu;', 'operator', 'no such operator', 10],
    ['const x = cpu >>> 0;', 'unsigned', 'only to compare', 10],
    ['const x = load;', 'function-value', 'only called', 10],
    ['cpu(1);', 'callee', 'cpu is no function of the module'],
    ['debugger;', 'statement', 'no such statement'],
    ['enum X { A }', 'type-declaration', 'an enum stands at module level'],
    ['const [a] = load(0x1000);', 'destructuring', 'one by one', 6],
    ['let a = 1; [a] = [2];', 'destructuring', 'one by one', 11],
    ['switch (cpu) { case cpu: }', 'case-test', 'test anything else with if', 20],
    ['store(x, 1); let x = 0x1000;', 'local-init', 'x is used before it has a value', 6],
    ['for (;;) { store(x, 1); let x = 0x1000; }', 'local-init', 'x is used before it has a value', 17],
    ['{ let cpu = cpu + 1; }', 'local-init', 'cpu is used before it has a value', 12],
    ['switch (1) { case 0: let x = 1; break; case 1: store(4096, x); }', 'local-init', 'x belongs to another case', 59],
    ['store(0x1000, _THIS_IP_);', 'global', 'not defined', 14],
    ['let x = 1; let x = 2;', 'syntax', '`x` has already been declared', 4],
    ['break;', 'syntax', 'Illegal break', 0],
    ['a: { continue a; }', 'syntax', 'can only jump to a label of an enclosing', 0],
    ['a: a: for (;;) break a;', 'syntax', 'Label `a` has already', 0],
    ['switch (1) { default: default: }', 'syntax', 'more than once', 13],
    ['store(0x1000, 010);', 'syntax', 'octal', 14],
  ])('%s', async (body, rule, says, at = 0) => {
    const message = await refusal(inFunction(body));
    const place = `m.ts:2:${BODY + at} ${rule}: `;
    expect(
      message.split('\n').some((line) => line.startsWith(place) && line.includes(says)),
      message,
    ).toBe(true);
  });

  it('says each once, in order of lines', async () => {
    const text = `${BUS}function run() {\n  throw 1;\n  const x = 1.5;\n  console.log('x', [1]);\n}${END}`;
    const rules = (await refusal(text)).split('\n').map((line) => line.replace(/ .*?([\w-]+): .*/, ' $1'));
    expect(rules).toEqual(['m.ts:3:3 throw', 'm.ts:4:13 float', 'm.ts:5:3 global']);
  });
});

describe('words of a CPU', () => {
  const WITH = "import { load, store, scratch } from 'tasklock/bus';\n";

  it.each<readonly [body: string, at: number, says: string]>([
    ['let w = scratch(4);', 8, 'scratch: words of a CPU are declared'],
    ['const w = scratch(cpu);', 18, 'scratch: words of a CPU are declared'],
    ['store(0x1000, scratch(4));', 14, 'scratch: words of a CPU are declared'],
    ['const w = scratch(4); store(0x1000, w);', 36, 'scratch: words of a CPU are declared'],
    ['const w = scratch(4); w[1.5] = 1;', 24, 'float: use whole numbers'],
    ['const w = scratch(4); w.next = 1;', 22, 'scratch: words of a CPU are declared'],
    ['const w = scratch(4); store(0x1000, w.next);', 36, 'scratch: words of a CPU are declared'],
    ['for (const w = scratch(4); ; ) {}', 15, 'scratch: words of a CPU are declared'],
  ])('%s', async (body, at, says) => {
    const message = await refusal(`${WITH}function run(cpu) { ${body} }${END}`);
    expect(message.split('\n')).toContainEqual(expect.stringContaining(`m.ts:2:${BODY + at} ${says}`));
  });

  it.each([0, 1025])('%i of them', async (words) => {
    const message = await refusal(`${WITH}function run() { const w = scratch(${words}); store(0x1000, w[0]); }${END}`);
    expect(message).toMatch(new RegExp(`^m\\.ts:2:\\d+ scratch: 1 to 1024 words, not ${words}$`));
  });
});

describe('around functions', () => {
  const run = 'function run() { store(0x1000, 1); }\n';

  it.each<readonly [name: string, text: string, message: string]>([
    ['a syntax error', `${BUS}function run() {`, 'm.ts:2:17 syntax: the file does not parse: '],
    ['a function twice', `${BUS}${run}${run}export const cpus = [run];`, 'm.ts:3:1 syntax: there is another run'],
    [
      'a name twice',
      `${BUS}const A = 1;\nfunction A() {}\n${run}export const cpus = [run];`,
      'm.ts:3:1 syntax: there is',
    ],
    [
      'an imported name again',
      `${BUS}const load = 1;\n${run}export const cpus = [run];`,
      'm.ts:2:7 syntax: load is imported',
    ],
    [
      'a member called length',
      `${BUS}const T = { length: 1 };${run}export const cpus = [run];`,
      'm.ts:2:13 table: no member',
    ],
    [
      'an invariant that may not answer',
      `${BUS}${run}export const cpus = [run];\nexport function invariant() { if (load(0x1000)) return false; }`,
      'm.ts:4:8 no-value: invariant() can end without a value',
    ],
    [
      'nothing',
      '',
      'm.ts: no `export const cpus = [...]`: list the functions, one for each CPU; or agents, in ordinary JavaScript',
    ],
    ['no cpus', BUS + run, 'm.ts: no `export const cpus = [...]`'],
    ['cpus is a number', `${BUS}${run}export const cpus = 3;`, 'm.ts:3:21 cpus: cpus is a list of functions'],
    ['cpus is a function', `${BUS}${run}export function cpus() {}`, 'm.ts:3:8 cpus: cpus is a list of functions'],
    ['cpus is empty', `${BUS}${run}export const cpus = [];`, 'm.ts: cpus lists no function of the module'],
    ['cpus is an object', `${BUS}${run}export const cpus = { run };`, 'm.ts:3:21 cpus: cpus is a list'],
    [
      'cpus is a call',
      `${BUS}${run}export const cpus = Object.freeze({ run: run });`,
      'm.ts:3:35 cpus: the list is made of functions',
    ],
    ['cpus names nobody', `${BUS}${run}export const cpus = [run, walk];`, 'm.ts:3:27 cpus: walk is not defined'],
    ['cpus names the bus', `${BUS}${run}export const cpus = [run, load];`, 'm.ts:3:27 cpus: cpus lists functions'],
    ['cpus holds a number', `${BUS}${run}export const cpus = [run, 5];`, 'm.ts: cpus[1] must be a function'],
    ['cpus has a hole', `${BUS}${run}export const cpus = [run, , run];`, 'm.ts: cpus[1] must be a function'],
    [
      'cpus holds a closure that does more',
      `${BUS}${run}const one = 1;\nexport const cpus = [1].map((n) => () => { run(); return n; });`,
      'm.ts:4:42 cpus: a function in the list has one statement',
    ],
    ['cpus calls what arrays have not', `${BUS}${run}export const cpus = [run].nothing();`, 'm.ts:3:21 cpus: the list'],
    ['too many', `${BUS}${run}export const cpus = Array(65).fill(run);`, 'm.ts: 65 CPUs; a module has 1 to 64'],
    [
      'an argument that is no number',
      `${BUS}function run(x) {}\nexport const cpus = [() => run('x')];`,
      'm.ts:3:32 cpus: the list is made of functions',
    ],
    [
      'an argument that is no whole number',
      `${BUS}function run(x) {}\nexport const cpus = [() => run(1 / 2)];`,
      'm.ts: cpus[0]: its function takes whole numbers of 32 bits',
    ],
    [
      'a variable',
      `${BUS}let count = 0;\n${run}${END}`,
      'm.ts:2:1 module-variable: a module has no variables outside RAM',
    ],
    [
      'a statement',
      `${BUS}store(0x1000, 1);\n${run}${END}`,
      'm.ts:2:1 module-statement: only imports, functions and constants',
    ],
    [
      'a constant that is no number',
      `${BUS}const X = Number(1);\n${run}${END}`,
      'm.ts:2:11 module-const: a constant is a number, or a table of numbers',
    ],
    ['a table of tables', `${BUS}const X = [[1]];\n${run}${END}`, 'm.ts:2:12 array'],
    [
      'a table of functions',
      `${BUS}const X = [load];\n${run}${END}`,
      'm.ts:2:12 table: a table is one level of numbers',
    ],
    [
      'a member that a table lacks',
      `${BUS}const X = { a: 1 };\nfunction run() { store(X.b, 1); }${END}`,
      'm.ts:3:24 member: X has no b',
    ],
    [
      'a namespace',
      `${BUS}namespace X { export const a = 1; }\n${run}${END}`,
      'm.ts:2:1 type-declaration: only types are taken away, this is code',
    ],
    ['an enum of texts', `${BUS}enum X { A = 'a' }\n${run}${END}`, 'm.ts:2:14 string: an enum is made of numbers'],
    ['an enum member that is worked out', `${BUS}enum X { A = load(4) }\n${run}${END}`, 'm.ts:2:14 table: a table is'],
    [
      'an enum made of what comes later',
      `${BUS}enum X { A = B, B }\n${run}${END}`,
      'm.ts:2:14 table: a member is made',
    ],
    ['an enum with a name twice', `${BUS}enum X { A, A }\n${run}${END}`, 'm.ts:2:13 table: a member of an enum has a'],
    ['two enums', `${BUS}enum X { A }\nenum X { B }\n${run}${END}`, 'm.ts:2:1 table: there is another X'],
    ['a declared enum', `${BUS}declare enum X { A }\n${run}${END}`, 'm.ts:2:1 table: X is declared and nowhere made'],
    [
      'a member that an enum has not',
      `${BUS}enum X { A }\nfunction run() { store(0x1000, X.B); }${END}`,
      'm.ts:3:32 member: X has no B',
    ],
    [
      'the name of a number',
      `${BUS}enum X { A }\nfunction run() { store(0x1000, X[0]); }${END}`,
      'm.ts:3:32 index: a member of an enum is written by its name',
    ],
    [
      'an enum as a value',
      `${BUS}enum X { A }\nfunction run() { store(0x1000, X); }${END}`,
      'm.ts:3:32 function-value: a function is only called',
    ],
    [
      'a table apart that has no such member',
      `${BUS}const T = { a: 1 };\nconst { b } = T;\n${run}${END}`,
      'm.ts:3:9 member: T has no b',
    ],
    [
      'a table apart that is too short',
      `${BUS}const T = [1];\nconst [a, b] = T;\n${run}${END}`,
      'm.ts:3:7 destructuring: T has 1 elements',
    ],
    [
      'a table apart by the wrong form',
      `${BUS}const T = { a: 1 };\nconst [a] = T;\n${run}${END}`,
      'm.ts:3:7 destructuring: T has members with names',
    ],
    [
      'a table apart with a rest',
      `${BUS}const T = [1, 2];\nconst [a, ...b] = T;\n${run}${END}`,
      'm.ts:3:7 destructuring: take a table apart by plain names',
    ],
    [
      'a table apart with a default',
      `${BUS}const T = { a: 1 };\nconst { a = 2 } = T;\n${run}${END}`,
      'm.ts:3:7 destructuring: take a table apart by plain names',
    ],
    [
      'an array apart that is too short',
      `${BUS}const [a, b] = [1];\n${run}${END}`,
      'm.ts:2:7 destructuring: an array that is written out',
    ],
    [
      'words of a CPU at module level',
      `${BUS.replace('load', 'load, scratch')}const W = scratch(4);\n${run}${END}`,
      'm.ts:2:11 scratch: words of a CPU are declared in a function',
    ],
    ['a class', `${BUS}class X {}\n${run}${END}`, 'm.ts:2:1 class: there are no objects'],
    [
      'an async function',
      `${BUS}async function run() {}${END}`,
      'm.ts:2:1 async: functions of a CPU are plain functions',
    ],
    ['a generator', `${BUS}function* run() {}${END}`, 'm.ts:2:1 generator: functions of a CPU are plain functions'],
    [
      'a default that is worked out',
      `${BUS}function run(a = load(4)) {}${END}`,
      'm.ts:2:18 parameter: a parameter is a plain name',
    ],
    [
      'a parameter taken apart',
      `${BUS}function run({ a }) {}${END}`,
      'm.ts:2:14 parameter: a parameter is a plain name',
    ],
    [
      'a call without what has no default',
      `${BUS}function f(a, b = 1) { store(a, b); }\nfunction run() { f(); }${END}`,
      'm.ts:3:18 arguments: f takes 2 arguments (a, b), not 0',
    ],
    [
      'reuse of another kind',
      `import { alloc, free } from 'tasklock/bus';\nexport const reuse = 3;\nfunction run() { free(alloc(4)); }${END}`,
      'm.ts: reuse is 0, never, 1, by the CPU that freed it, or 2, by all',
    ],
    ['a default export', `${BUS}${run}export default [run];`, 'm.ts:3:1 default-export: export by name'],
    [
      'a hook of another file',
      `${BUS}${run}export { setup } from './setup.ts';${END}`,
      'm.ts:3:1 re-export: define setup',
    ],
    ['a hook that is a number', `${BUS}${run}export const setup = 5;${END}`, 'm.ts: setup must be a function'],
    [
      'a name that the bus lacks',
      `import { lod } from 'tasklock/bus';\n${run}${END}`,
      'm.ts:1:10 bus-name: tasklock/bus has no lod; it has load, store, ',
    ],
    [
      'a package',
      `import { x } from 'lodash';\n${run}${END}`,
      "m.ts:1:19 import-path: import only 'tasklock/bus' and files",
    ],
    [
      'a module of Node',
      `import { x } from 'node:fs';\n${run}${END}`,
      "m.ts:1:19 import-path: import only 'tasklock/bus'",
    ],
    ['a default import', `import bus from 'tasklock/bus';\n${run}${END}`, 'm.ts:1:8 import-form: import by name'],
    ['an import for its effect', `import 'tasklock/bus';\n${run}${END}`, 'm.ts:1:1 import-form: import by name'],
    ['require', `const { load } = require('tasklock/bus');\n${run}${END}`, 'm.ts:1:7 destructuring: '],
  ])('%s', async (_, text, message) => {
    expect(await refusal(text)).toContain(message);
    expect((await refusal(text)).startsWith(message.slice(0, 5))).toBe(true);
  });

  it('has a case for every rule that only modules have', () => {
    expect(Object.keys(userRules).sort()).toEqual(['arguments', 'bus-name', 'cpus', 'no-value', 'scratch', 'table']);
  });
});

async function load(file: string, settings: Readonly<Record<string, number>> = {}): Promise<string> {
  const error: unknown = await loadModule(file, new Map(Object.entries(settings))).catch((one: unknown) => one);
  return error instanceof ModuleError ? error.message : '';
}

describe('files and settings', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tasklock-module-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const write = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const main = write('main.ts', `${BUS}const N = 1, T = [1];\nfunction run() { store(0x1000, N + T[0]); }${END}`);

  it('a file that is not there, or none', async () => {
    expect(await load(join(directory, 'none.ts'))).toMatch(/^there is no file .*none\.ts$/);
    expect(await load(directory)).toMatch(/ is not a file$/);
  });

  it('settings of numbers only', async () => {
    expect(await load(main, { N: 7 })).toBe('');
    expect(await load(main, { n: 7 })).toBe('main.ts: no constant n to set: its constants are N');
    expect(await load(main, { T: 7 })).toBe('main.ts: no constant T to set: its constants are N');
    const none = write('none-to-set.ts', `${BUS}function run() {}${END}`);
    expect(await load(none, { N: 7 })).toBe('none-to-set.ts: no constant N to set: it has no constants');
  });

  it('imports that lead nowhere', async () => {
    const one = write('imports.ts', `import { f } from './missing';\nfunction run() { f(); }${END}`);
    expect(await load(one)).toBe('imports.ts: no file ./missing to import');
    const two = write('names.ts', `import { f } from './main.ts';\nfunction run() { f(); }${END}`);
    expect(await load(two)).toBe('names.ts:1:10 main.ts has no f');
    const three = write('numbers.ts', `import { N, F } from './main.ts';\n${BUS}function run() { store(F, N); }${END}`);
    expect(await load(three)).toBe('numbers.ts:1:13 main.ts has no F');
    const four = write('tables.ts', `import { T } from './main.ts';\n${BUS}function run() { store(T.x, 1); }${END}`);
    expect(await load(four)).toBe('tables.ts:3:24 main.ts has no T.x');
    const five = write('uses.ts', `import { N } from './main.ts';\n${BUS}function run() { store(0x1000, N()); }${END}`);
    expect(await load(five)).toMatch(/^uses\.ts:3:\d+ main\.ts has no function N to call$/);
  });

  it('names that a file passes on', async () => {
    write('pass.ts', `import { store } from 'tasklock/bus';\nimport { N } from './main.ts';\nexport { store, N };`);
    const one = write('passed.ts', `import { N, store } from './pass.ts';\nfunction run() { store(0x1000, N); }${END}`);
    expect(await load(one)).toBe('');
  });

  it('names the file that is at fault', async () => {
    write('helper.ts', 'export function help() {\n  throw 1;\n}\n');
    const one = write('helped.ts', `import { help } from './helper.ts';\nfunction run() { help(); }${END}`);
    expect(await load(one)).toBe("helper.ts:2:3 throw: call assert(condition, 'what went wrong')");
  });

  it('files with the names of ours are not taken for ours', async () => {
    for (const name of ['bus', 'trace', 'fault', 'arch-spin']) {
      write(
        `${name}.js`,
        'export const load = (x) => x + 1;\nexport const warn = (x) => x;\nexport const trace_lock = (x) => x;\n',
      );
      const one = write(
        `${name}-user.ts`,
        `import { load, warn, trace_lock } from './${name}.js';\nfunction run() { load(warn(trace_lock(1))); }${END}`,
      );
      expect(await load(one)).toBe('');
    }
  });
});
