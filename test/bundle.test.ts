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

/** Files of dist that text imports by a relative name. */
function importedBy(from: string, texts: readonly string[]): Set<string> {
  const names = texts.flatMap((text) => /^(?:import|export)\b.*? from ["'](\..*?)["']/.exec(text)?.[1] ?? []);
  return new Set(names.map((name) => resolve(dirname(from), name)).filter((path) => !path.startsWith(`${folder}/`)));
}

test('what it leaves outside is what the stepped kernel imports, and is not inside as well', () => {
  const kernel = resolve(built, 'stepped/kernel.js');
  const all = new Set<string>();
  const follow = (path: string): void => {
    for (const one of importedBy(path, readFileSync(path, 'utf8').split('\n'))) {
      if (!all.has(one)) follow([...all.add(one)].at(-1) as string);
    }
  };
  follow(kernel);
  const outside = importedBy(
    MAIN,
    lines.map(({ text }) => text),
  );
  expect(all).toContain(resolve(built, 'src/machine/fault.js'));
  expect([...outside].sort()).toEqual([...all].sort());
  // The thread of a CPU has no stepped kernel and imports nothing of dist: the one fault that it has is its own.
  const faults = lines.filter(({ text }) => /^(?:var |let )?(?:class )?MachineFault\b/.test(text));
  expect(faults.map(({ at }) => at.split(':')[0])).toEqual(['cpu-first.js']);
  // Other threads have chunks of such names too: those of a CPU are what cpu.js leads to.
  const ofCpus = new Set(['cpu.js']);
  for (const name of ofCpus) {
    for (const [, next = ''] of (chunks.get(name) ?? []).join('\n').matchAll(/["']\.\/([\w-]+\.js)["']/g))
      ofCpus.add(next);
  }
  expect(ofCpus).toContain('cpu-first.js');
  const texts = [...ofCpus].flatMap((name) => chunks.get(name) ?? []);
  expect([...importedBy(MAIN, texts)]).toEqual([]);
});

test('a place is that of the module that names it', () => {
  const places = lines.filter(({ text, at }) => text.includes('import.meta') && !at.startsWith('rolldown-runtime'));
  expect(places.length).toBeGreaterThan(5);
  for (const { text, at } of places) {
    const module = /new URL\("\.\.\/([^"]+)", import\.meta\.url\)\.href/.exec(text)?.[1];
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
