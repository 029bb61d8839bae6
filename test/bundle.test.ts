/** The bundle is the modules it is made of: what it finds, how it names places, and that there is one of each in a thread. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sourceStack } from '../dist/src/base/built-place.js';
import { callChain } from '../dist/src/check/evidence/call-chain.js';
import { inRepository, MAIN } from './support/cli-process.ts';
import { UserFolder } from './support/user-folder.ts';

const folder = dirname(MAIN);
const built = resolve(folder, '..');
const chunks = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(resolve(folder, name), 'utf8').split('\n')]),
);
const lines = [...chunks].flatMap(([name, all]) => all.map((text, i) => ({ text, at: `${name}:${i + 1}` })));
const stackLine = (name: string, at: string): string => `    at ${name} (file://${folder}/${at}:10)`;

/** Files of dist that a text reads by a relative name. */
function readBy(texts: readonly string[]): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/\b(?:require|import)\(["'](\.[^"']*)["']\)/g)].map(([, name = '']) => name),
  );
}

/** Chunks that one leads to. */
function ledToBy(name: string): Set<string> {
  const all = new Set([name]);
  for (const one of all) for (const next of readBy(chunks.get(one) ?? [])) all.add(next.replace('./', ''));
  return all;
}

test('nothing of what is built is read beside it, and there is one of everything that is thrown', () => {
  const outside = readBy(lines.map(({ text }) => text)).filter((name) => !/^\.\/[\w-]+\.js$/.test(name));
  // Of the parser: texts that are never read, but for its binary.
  expect(outside.filter((name) => !/^\.\/(?:parser|raw-transfer|webcontainer)/.test(name))).toEqual([]);
  const faults = lines.filter(({ text }) => /\bMachineFault = class\b/.test(text));
  const homes = faults.map(({ at }) => at.split(':')[0] as string);
  expect(homes.filter((name) => name.startsWith('cpu-'))).toEqual(['cpu-first.js']);
  expect(homes.filter((name) => !name.startsWith('cpu-'))).toHaveLength(1);
  expect([...ledToBy('kernel.js')]).toContain(homes.find((name) => !name.startsWith('cpu-')));
  for (const name of ledToBy('cpu-begun.js')) expect(name).toMatch(/^cpu/);
  expect([...ledToBy('cpu.js')]).toEqual(['cpu.js', 'cached-scripts.js']);
});

test('a place is that of the module that names it', () => {
  const places = lines.filter(({ text }) => text.includes('$here)'));
  expect(places.length).toBeGreaterThan(5);
  for (const { text, at } of places) {
    // The parser looks for its binary as Node looks for packages: from here, and from its own place.
    if (/createRequire\)\(\$here\)(?:;$|\.resolve\("oxc-parser"\))/.test(text)) continue;
    const module = /new URL\("\.\.\/([^"]+)", \$here\)\.href/.exec(text)?.[1];
    expect(module, `${at} ${text}`).toBeDefined();
    expect(existsSync(resolve(built, module as string)), module).toBe(true);
  }
});

test('every function of the kernel and the machine is found at its line and by its own name', () => {
  let [found, renamed] = [0, 0];
  for (const { text, at } of lines) {
    const name = /^function ([\w$]+)\(/.exec(text)?.[1];
    const [frame] = name === undefined ? [] : callChain(stackLine(name, at));
    if (name === undefined || frame === undefined) continue;
    const source = readFileSync(inRepository(frame.file), 'utf8').split('\n')[frame.line - 1];
    expect(source, `${name} at ${at}`).toMatch(new RegExp(`function ${frame.function}[(<]`));
    found++;
    if (frame.function !== name) renamed++;
  }
  expect(found).toBeGreaterThan(400);
  expect(renamed).toBeLessThan(found);
});

test('the call chain of a defect names the TypeScript', () => {
  const { at } = lines.find(({ text }) => text.startsWith('async function perform(')) ?? { at: '' };
  const source = readFileSync(inRepository('src/cli/program.ts'), 'utf8').split('\n');
  const line = source.findIndex((text) => text.includes('async function perform(')) + 1;
  const stack = `Error: why\n${stackLine('perform', at)}\n    at node:internal/main:1:1`;
  expect(sourceStack(stack)).toMatch(
    new RegExp(`^Error: why\\n    at perform \\(${inRepository('src/cli/program.ts')}:${line}:\\d+\\)\\n.*main:1:1$`),
  );
});

/** What a search prints and writes, but for the time it took. */
function outcomeOf(main: string): unknown[] {
  const user = new UserFolder({});
  const args = ['explore', inRepository('examples/treiber-aba.ts'), '--seed', '5', '--executions', '400', '--json'];
  const { stdout, status } = spawnSync(process.execPath, [main, ...args], { cwd: user.path, encoding: 'utf8' });
  const timed = new Set(['seconds', 'checksum']);
  const report = JSON.parse(stdout, (key, value) => (timed.has(key) ? 0 : value)) as { bugs: unknown[] };
  const names = readdirSync(resolve(user.path, '.tasklock')).sort();
  const texts = names.map((name) => readFileSync(resolve(user.path, '.tasklock', name)).toString('base64'));
  user.remove();
  expect(report.bugs.length).toBeGreaterThan(0);
  return [status, report, names, texts];
}

test('a search finds, says and records the same', () => {
  expect(outcomeOf(MAIN)).toEqual(outcomeOf(inRepository('dist/src/cli/main.js')));
});
