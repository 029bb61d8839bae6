/**
 * A new access is one row of the table: a copy of the built package gets fetch_xor, with its function for real threads
 * and its name for modules, and everything else knows it.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SharedCommands } from '../support/cli-shared.ts';

const ROW = "{ kind: 37, call: 'fetch_xor(address, bits)', ...LOCKED, becomes: '^', does: BITS },";
const FUNCTION = `export function fetch_xor(address, bits) {
  const i = (address >> 2) - FIRST_WORD;
  if (i >>> 0 >= size) throw badAddress(address);
  return Atomics.xor(ram, i, bits);
}
`;
const copy = mkdtempSync(join(tmpdir(), 'tasklock-added-'));
const at = (path: string): string => join(copy, path);

function edit(path: string, change: (text: string) => string): void {
  const text = readFileSync(at(path), 'utf8');
  const changed = change(text);
  if (changed === text) throw new Error(`nothing to change in ${path}`);
  writeFileSync(at(path), changed);
}

/** The command is that of the modules; command lines share a process of it. */
const HOST = ['cli-host.js', 'cli-heard.js'].map((name) => `test/support/${name}`);
const commands = new SharedCommands(at(HOST[0] as string));
const filter = (path: string): boolean => !path.startsWith('dist/bundle');

beforeAll(() => {
  for (const path of ['dist', 'scripts', 'docs', 'package.json']) cpSync(path, at(path), { recursive: true, filter });
  symlinkSync(resolve('node_modules'), at('node_modules'));
  mkdirSync(at('test/support'), { recursive: true });
  for (const path of HOST) cpSync(path, at(path));
  edit(HOST[0] as string, (text) => text.replaceAll('dist/bundle/', 'dist/src/cli/'));
  edit('dist/src/machine/access.js', (text) => text.replace(/^.*\bkind: FETCH_AND\b.*$/m, (line) => `${line}\n${ROW}`));
  edit('dist/src/machine/bus.js', (text) => text.replace(/^export function fetch_and\b/m, (head) => FUNCTION + head));
  edit('dist/src/bus.js', (text) => text.replace(/^export \{ /m, (head) => `${head}fetch_xor, `));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Result {
  readonly verdict: string;
  readonly complete: boolean;
  readonly executions: number;
  readonly titles: readonly string[];
  readonly said: string;
}

/** Explores a module by the command of the copy. */
async function explored(lines: string, ...more: string[]): Promise<Result> {
  const file = at('m.ts');
  writeFileSync(file, `import { assert, fetch_xor, load, store, READ_ONCE } from 'tasklock/bus';\n${lines}\n`);
  const args = ['explore', file, '--strategy', 'dpor', '--json', '--out', at('recordings'), ...more];
  const { stdout, stderr } = await commands.run(args);
  if (stdout === '') return { verdict: '', complete: false, executions: 0, titles: [], said: stderr };
  const { bugs, ...rest } = JSON.parse(stdout) as Result & { readonly bugs: readonly { readonly title: string }[] };
  return { ...rest, titles: bugs.map(({ title }) => title), said: stderr };
}

const two = (first: string, second: string, rest = ''): string =>
  `function a() { ${first} }\nfunction b() { ${second} }\nexport const cpus = [a, b];\n${rest}`;
const races = async (first: string): Promise<readonly string[]> =>
  (await explored(two(first, 'fetch_xor(0x1000, 2);'), '--checkers', 'data-race')).titles;
const END = 'export function finished() { return load(0x1000) === 2; }';
const PASS = { verdict: 'pass', complete: true, titles: [] };

describe('an access that was added by one row', () => {
  test('is explored: two orders on one word, one on two', async () => {
    expect(await explored(two('fetch_xor(0x1000, 1);', 'fetch_xor(0x1000, 3);', END))).toMatchObject({
      ...PASS,
      executions: 2,
    });
    expect(await explored(two('fetch_xor(0x1000, 2);', 'fetch_xor(0x1004, 1);', END))).toMatchObject({
      ...PASS,
      executions: 1,
    });
  });

  test('is atomic and gives what was there', async () => {
    const lines = 'assert(fetch_xor(0x1000, 1) < 2); assert(fetch_xor(0x1000, 1) > 0);';
    const broken = await explored(two(lines, 'fetch_xor(0x1000, 4);'));
    expect([broken.verdict, broken.titles]).toEqual(['bug', ['assert: assertion failed in a']]);
    expect((await explored(two('store(0x1000, load(0x1000) ^ 1);', 'fetch_xor(0x1000, 3);', END))).verdict).toBe('bug');
  });

  test('is seen by the race detector as a locked operation', async () => {
    expect(await races('store(0x1000, 1);')).toEqual([expect.stringMatching(/^data-race: .* in a \/ b$/)]);
    expect(await races('READ_ONCE(0x1000);')).toEqual([]);
    expect(await races('fetch_xor(0x1000, 1);')).toEqual([]);
  });

  test('is a change: an invariant may not make it, a loop that makes it is at work or puts it back', async () => {
    const invariant = 'export function invariant() { return fetch_xor(0x1000, 0) === 0; }';
    expect((await explored(two('load(0x1000);', 'load(0x1000);', invariant))).titles).toEqual([
      'assert: invariant changes RAM in invariant',
    ]);
    const loop = 'while (READ_ONCE(0x1004) === 0) { fetch_xor(0x1000, 1); fetch_xor(0x1000, 1); }';
    expect(await explored(two(loop, 'store(0x1004, 1);'))).toMatchObject(PASS);
  });

  test('is checked where it is called', async () => {
    expect((await explored(two('fetch_xor(0x1000);', 'load(0x1000);'))).said).toMatch(/m\.ts:2:16 .*bits/);
  });

  test('has its words, its meaning and its name', async () => {
    const { Pending } = await import(at('dist/src/stepped/pending.js'));
    const { ADDRESS, KIND } = await import(at('dist/src/stepped/frames.js'));
    const frames = new Int32Array(16);
    frames[KIND] = 37;
    frames[ADDRESS] = 0x1000;
    const ranges: unknown[] = [];
    new Pending().read(frames, 0, undefined).forEachRange((...range: unknown[]) => ranges.push(range));
    expect(ranges).toEqual([[37, 0x1000, 4, true]]);
    const { accessName } = await import(at('dist/src/check/evidence/moment.js'));
    expect(accessName(37)).toBe('atomic access');
    const { isBarrier } = await import(at('dist/src/machine/access-kinds.js'));
    expect(isBarrier(37)).toBe(true);
  });

  test('is in the documentation once that is made anew', async () => {
    const script = at('scripts/access-doc.mjs');
    expect(spawnSync(process.execPath, [script, '--check']).status).toBe(1);
    execFileSync(process.execPath, [script]);
    expect(spawnSync(process.execPath, [script, '--check']).status).toBe(0);
    expect(readFileSync(at('docs/modules.md'), 'utf8')).toMatch(
      /^\|.*`fetch_xor\(address, bits\)`.*\| the same with bits \|$/m,
    );
  });
});
