/** The matcher as somebody uses it who installed the package: real vitest, in a project of its own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inRepository } from '../support/cli-process.ts';
import { PackedProject } from '../support/packed.ts';

const example = (name: string): string => readFileSync(inRepository(`examples/${name}`), 'utf8');
const agents = (body: string): string => `export const agents = [() => { ${body} }];\n`;

/** Names of tests, and what their assertions are. Those of the second list fail. */
const PASS: Readonly<Record<string, string>> = {
  'agents by URL': `expect(file('ring-fixed.ts')).toHoldUnderAllInterleavings({ preemptions: 2, duration: '20s' })`,
  'agents by path, proved': `expect('ring-fixed.ts').toHoldUnderAllInterleavings({ strategy: 'dpor', proof: true })`,
  'as the command does by default': `expect('ring-fixed.ts').toHoldUnderAllInterleavings({ executions: 60, report: true })`,
  'a module of the bus': `expect(file('spinlock.ts')).toHoldUnderAllInterleavings({ proof: true })`,
  'a bug that is expected': `expect(file('ring-broken.ts')).not.toHoldUnderAllInterleavings()`,
  'a bug of a module': `expect(file('counter.ts')).not.toHoldUnderAllInterleavings({ strategy: 'dfs' })`,
  'what ends a process': `expect('exits.mjs').toHoldUnderAllInterleavings({ executions: 5 })`,
};
const FAIL: Readonly<Record<string, readonly [assertion: string, says: RegExp]>> = {
  'what ends a process and says that something went wrong': [
    `expect('gives-up.mjs').toHoldUnderAllInterleavings({ executions: 5, out: 'kept' })`,
    /gives-up\.mjs does not hold\n\n=+\nBUG: assert: ends with exit code 7/,
  ],
  'a bug': [
    `expect(file('ring-broken.ts')).toHoldUnderAllInterleavings({ seed: 1, stopAtFirst: true, out: 'kept' })`,
    /ring-broken\.ts does not hold\n\n=+\nBUG: data-race: [^]*interleaving with [^]*tasklock replay kept\/\S+\.rec\n/,
  ],
  'a bug that is not there': [
    `expect(file('ring-fixed.ts')).not.toHoldUnderAllInterleavings({ strategy: 'dpor' })`,
    /expected that something goes wrong in ring-fixed\.ts\n[^]*PROVED/,
  ],
  'no proof': [
    `expect(file('ring-fixed.ts')).toHoldUnderAllInterleavings({ executions: 1, strategy: 'random', proof: true })`,
    /ring-fixed\.ts is not proved: NOTHING FOUND in 1 execution .*not a proof: a sample/,
  ],
  'no proof within a bound': [
    `expect(file('ring-fixed.ts')).toHoldUnderAllInterleavings({ preemptions: 0, proof: true })`,
    /is not proved: .*at most 0 preemptions/,
  ],
  'proof of a bug': [
    `expect(file('ring-fixed.ts')).not.toHoldUnderAllInterleavings({ proof: true })`,
    /proof is not for \.not/,
  ],
  'an option that is not there': [
    `expect('ring-fixed.ts').not.toHoldUnderAllInterleavings({ premptions: 2 })`,
    /there is no option premptions; did you mean "preemptions"\?/,
  ],
  'a value of another kind': [
    `expect('ring-fixed.ts').toHoldUnderAllInterleavings({ duration: 10 })`,
    /the option duration takes a text/,
  ],
  'a value that the command refuses': [
    `expect('ring-fixed.ts').not.toHoldUnderAllInterleavings({ strategy: 'guess' })`,
    /ring-fixed\.ts: unknown strategy "guess"/,
  ],
  'an option that is not for JavaScript': [
    `expect('ring-fixed.ts').toHoldUnderAllInterleavings({ set: { A: 1 } })`,
    /--set is not for JavaScript/,
  ],
  'a function': [
    `expect(() => 1).toHoldUnderAllInterleavings()`,
    /a file, by its path or URL, not a function: each agent runs in modules of its own/,
  ],
  'a file that is not there': [`expect('none.ts').not.toHoldUnderAllInterleavings()`, /there is no file none\.ts/],
  'a file that is refused': [
    `expect('files.mjs').not.toHoldUnderAllInterleavings()`,
    /files\.mjs.*node:fs is not there/,
  ],
  'agents that go round for ever': [
    `expect('loops.mjs').toHoldUnderAllInterleavings({ executions: 20, stopAtFirst: true })`,
    /BUG: livelock: a loop goes round without end/,
  ],
  'more time than the test has': [
    `expect('ring-fixed.ts').toHoldUnderAllInterleavings({ duration: '10m' })`,
    /the search may take 10m, and its test is ended after 120000 ms: give it \{ timeout: 605000 \}/,
  ],
};

/** What needs a time of its own. Its agents give no sign, so only the end of the test can end them. */
const OWN = `
test('a test that ends before its search', { timeout: 3_000 }, async () => {
  await expect('hangs.mjs').not.toHoldUnderAllInterleavings({ strategy: 'random' });
});
test('a test that does not wait', () => {
  expect('long.mjs').toHoldUnderAllInterleavings({ duration: '60s' });
});
test('no more time than the test has', { timeout: 8_000 }, async () => {
  await expect('long.mjs').toHoldUnderAllInterleavings();
});
test('agents that give no sign', { timeout: 60_000 }, async () => {
  await expect('hangs.mjs').not.toHoldUnderAllInterleavings({ strategy: 'random' });
});
`;

/**
 * Seconds of a processor that are waited for a sign. Each is burnt to its end, so the copy of this project waits for fewer; that
 * it is 15 is asked of the command (test/cli/javascript-parts.test.ts).
 */
const PATIENCE_S = 3;

function patient(copy: PackedProject, seconds: number): void {
  const main = 'node_modules/tasklock/dist/bundle/main.js';
  const parts = copy.read(main).split('const HANGS_MS = 15e3;');
  expect(parts).toHaveLength(2);
  copy.write(main, parts.join(`const HANGS_MS = ${seconds}e3;`));
}

const HEAD = `import { expect, test } from 'vitest';
import 'tasklock/vitest';

const file = (name) => new URL(name, import.meta.url);
`;
const written = (name: string, assertion: string): string =>
  `test(${JSON.stringify(name)}, async () => {\n  await ${assertion};\n});\n`;

/** The test in docs/vitest.md, and what is shown of it there. */
const [DOC_TEST = '', DOC_SHOWN = ''] = [
  ...readFileSync(inRepository('docs/vitest.md'), 'utf8').matchAll(/^```\n([^]*?)^```$/gm),
].map(([, text]) => text);

let project: PackedProject;
let ran: { code: number | null; said: string };
const results = new Map<string, { status: string; failureMessages: string[] }>();

/** A mutex taken often by three: more orders than there is time for. */
const LONG = `export const setup = () => new Int32Array(new SharedArrayBuffer(4));
const often = (words) => { for (let i = 0; i < 9; i++) Atomics.add(words, 0, 1); };
export const agents = [often, often, often];
`;

beforeAll(async () => {
  project = new PackedProject({
    ...Object.fromEntries(
      ['ring.ts', 'ring-broken.ts', 'ring-fixed.ts'].map((name) => [name, example(`javascript/${name}`)]),
    ),
    ...Object.fromEntries(['spinlock.ts', 'counter.ts'].map((name) => [name, example(name)])),
    'exits.mjs': agents('process.exit(0);'),
    'gives-up.mjs': agents('process.exit(7);'),
    'files.mjs': `import fs from 'node:fs';\n${agents('fs.rmSync("ring.ts");')}`,
    'loops.mjs': agents('for (;;);'),
    'hangs.mjs': agents(`/^(a|a)*$/.test('a'.repeat(60) + 'b');`),
    'long.mjs': LONG,
    'ring.test.ts': DOC_TEST,
    'vitest.config.js': 'export default { test: { testTimeout: 120_000 } };\n',
    'all.test.js': [
      HEAD,
      ...Object.entries(PASS).map(([name, assertion]) => written(name, assertion)),
      ...Object.entries(FAIL).map(([name, [assertion]]) => written(name, assertion)),
      OWN,
    ].join('\n'),
  });
  patient(project, PATIENCE_S);
  const main = inRepository('node_modules/vitest/vitest.mjs');
  ran = await project.node([main, 'run', '--reporter=json', '--reporter=default', '--outputFile.json=results.json']);
  const { testResults } = JSON.parse(project.read('results.json'));
  for (const { assertionResults } of testResults) for (const one of assertionResults) results.set(one.title, one);
});
afterAll(() => project.remove());

const failure = (name: string): string => {
  expect(results.get(name)).toMatchObject({ status: 'failed' });
  return results.get(name)?.failureMessages.join('\n') ?? '';
};

test.for(Object.keys(PASS))('%s passes', (name) => {
  expect(results.get(name)).toMatchObject({ status: 'passed', failureMessages: [] });
});

test.for(Object.entries(FAIL))('%s fails and says why', ([name, [, says]]) => {
  expect(failure(name)).toMatch(says);
});

test('the report of what passes is printed when that is asked for, and only then', () => {
  const [passed = '', failed = ''] = ran.said.split(/Failed Tests/);
  expect(passed.match(/^strategy \w.*$/gm)).toEqual([expect.stringMatching(/^strategy portfolio; seed \d+; \d/)]);
  expect(failed).toMatch(/^strategy dfs: preemptions, at most 0/m);
});

test('a search ends with its test', () => {
  failure('a test that ends before its search');
  expect(ran.said).toMatch(/Test timed out in 3000ms/);
  expect(failure('a test that does not wait')).toMatch(/nobody waits for the search: await expect/);
  expect(results.get('no more time than the test has')).toMatchObject({ status: 'passed' });
  expect(failure('agents that give no sign')).toContain(
    `hangs.mjs: the code that is explored has given no sign for ${PATIENCE_S} s`,
  );
  // Nobody of them is left.
  const left = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(project.path);
    } catch {
      return false;
    }
  });
  expect(left).toEqual([]);
});

test('it is one failed run, and nothing else went wrong', () => {
  expect(ran.code).toBe(1);
  expect(ran.said).not.toMatch(/Unhandled/);
  expect(results.size).toBe(Object.keys(PASS).length + Object.keys(FAIL).length + 4 + 2);
  expect(existsSync(join(project.path, 'ring.ts'))).toBe(true);
});

test('the replay line of a failure replays it', async () => {
  const [, recording = ''] = /^tasklock replay (\S+)$/m.exec(failure('a bug')) ?? [];
  expect(existsSync(join(project.path, recording))).toBe(true);
  const { code, said } = await project.node(['node_modules/tasklock/dist/bundle/main.js', 'replay', recording]);
  expect(said).toMatch(/REPRODUCED: the same bug/);
  expect(code).toBe(1);
});

/** Without what is a matter of the moment. */
const lasting = (text: string): string =>
  text.replaceAll(/-[0-9a-f]{8}\.rec|\d+\.\d s| {2,}\d{1,3}(?: \d{3})*$/gm, '#');

const use = (options: string): string =>
  `import 'tasklock/vitest';\nimport { expect } from 'vitest';\n` +
  `const all: Promise<void> = expect(new URL('a.ts', 'file:///')).toHoldUnderAllInterleavings(${options});\nawait all;\n` +
  `await expect('a.ts').not.toHoldUnderAllInterleavings();\n`;

test('docs/vitest.md shows what its test says', () => {
  expect(results.get('the ring hands over what was put in')).toMatchObject({ status: 'passed' });
  const [, report = ''] = /^Error: ([^]*?)\n\n ❯ /m.exec(DOC_SHOWN) ?? [];
  expect(lasting(failure('the hasty one too'))).toContain(lasting(report));
});

test('its types are there, and refuse an option that is not', async () => {
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--types',
    'node',
  ];
  const tsc = [join(dirname(inRepository('node_modules/typescript/package.json')), 'bin/tsc'), ...flags];
  project.write('right.ts', use(`{ preemptions: 2, duration: '10s', proof: true }`));
  project.write('wrong.ts', use('{ premptions: 2 }'));
  expect(await project.node([...tsc, 'right.ts'])).toEqual({ code: 0, said: '' });
  expect((await project.node([...tsc, 'wrong.ts'])).said).toMatch(/wrong\.ts.*'premptions' does not exist/);
});
