/** The JSON documents are what docs/schema.json says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentSchemas } from '../../dist/src/report/document-schemas.js';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';
import { recorded } from '../support/recorded.ts';

type Command = keyof typeof documentSchemas;

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function documentOf(...args: readonly string[]): Promise<{ bugs: unknown[]; [field: string]: unknown }> {
  const out = args[0] === 'replay' || args[0] === 'run' ? [] : ['--quiet', '--out', directory];
  const quiet = args[0] === 'bench' || args[0] === 'stress' ? ['--quiet'] : out;
  return JSON.parse((await shared([...args, ...quiet, '--json'])).stdout);
}

/** What is wrong with a document, by where; nothing when it is as its schema says. */
function wrongWith(command: Command, document: unknown): string[] {
  const { issues = [] } = v.safeParse(documentSchemas[command], document);
  return issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
}

const example = (name: string): string => inRepository(`examples/${name}.ts`);
const tokenOf = (what: string): string => recorded.find((one) => one.what === what)?.token.replace(/\s/g, '') ?? '';

test.each<[string, number]>([
  ['counter', 1],
  ['philosophers', 1],
  ['spinlock', 0],
])('explore %s', async (name, bugs) => {
  const document = await documentOf('explore', example(name), '--strategy', 'dpor');
  expect(wrongWith('explore', document)).toEqual([]);
  expect(document.bugs).toHaveLength(bugs);
});

test('explore without a strategy', async () => {
  const document = await documentOf('explore', example('counter'));
  expect(wrongWith('explore', document)).toEqual([]);
  expect(document.bugs).toHaveLength(1);
});

test.each(['a scenario', 'a module', 'a module that chooses'])('replay and minimize of %s', async (what) => {
  const token = tokenOf(what);
  const replayed = await documentOf('replay', token, '--trace', '--to', '40');
  expect(wrongWith('replay', replayed)).toEqual([]);
  expect(replayed.bugs).toHaveLength(1);
  const minimized = await documentOf('minimize', token, '--no-program', '--executions', '30');
  expect(wrongWith('minimize', minimized)).toEqual([]);
});

test('explore of operations', async () => {
  const document = await documentOf('explore', example('stack-operations'), '--set', 'ATOMIC=0', '--seed', '1');
  expect(wrongWith('explore', document)).toEqual([]);
  expect(document.bugs).toHaveLength(1);
});

test.each<[string, string, string, ...string[]]>([
  ['a program that is right', 'run', 'pass', inRepository('examples/undo.prog')],
  ['a scenario on threads', 'stress', 'pass', 'clone-exit-storm', '--duration', '200ms', '--cpus', '2', '--seed', '1'],
  ['one that waits for what failed', 'run', 'inconclusive', inRepository('examples/undo.prog'), '--faults', 'nth:1'],
  ['and on threads', 'stress', 'pass', 'clone-exit-storm', '--duration', '200ms', '--faults', 'rate:0.01'],
])('%s: %s', async (_, command, verdict, ...args) => {
  const document = await documentOf(command, ...args);
  expect(wrongWith(command as Command, document)).toEqual([]);
  expect(document['verdict']).toBe(verdict);
  if (args.includes('--faults')) expect(document['faults']).toMatchObject({ failed: expect.any(Number) });
});

test('run of a program that fails', async () => {
  const file = join(directory, 'wrong.prog');
  writeFileSync(file, 'task one:\n    p = getpid()\n    expect p == 77\n');
  const document = await documentOf('run', file);
  expect(wrongWith('run', document)).toEqual([]);
  expect(document).toMatchObject({ verdict: 'bug', bugs: [{ kind: 'assert' }] });
});

test.each<[string, ...string[]]>([
  ['locks', 'tas', '--cpus', '1', '--duration', '20ms', '--rounds', '2', '--no-native', '--no-check'],
  ['locks', 'tas', 'mcs', '--cpus', '1,2', '--clock', 'model', '--rounds', '1'],
  ['scenario', 'clone-exit-storm', '--cpus', '1', '--duration', '20ms', '--rounds', '1'],
])('bench %s %s', async (what, ...args) => {
  const document = await documentOf('bench', what, ...args);
  expect(wrongWith('bench', document)).toEqual([]);
  expect(document).toMatchObject({ what, command: 'bench' });
  const [row] = document['rows'] as Record<string, unknown>[];
  expect(wrongWith('bench', { ...document, rows: [{ ...row, perCpu: null }] })).toHaveLength(1);
});

test('what is missing, of another type or not known is wrong', async () => {
  const document = await documentOf('replay', tokenOf('a module'));
  const [bug] = document.bugs as Record<string, unknown>[];
  expect(wrongWith('replay', { ...document, bugs: [{ ...bug, why: 1 }] })).toHaveLength(1);
  expect(wrongWith('replay', { ...document, bugs: [{ ...bug, more: 1 }] })).toHaveLength(1);
  const { steps: _, ...less } = document;
  expect(wrongWith('replay', less)).toEqual([expect.stringMatching(/^steps: /)]);
});

test('docs/schema.json has every document and every field of a bug', () => {
  const { $defs } = JSON.parse(readFileSync(inRepository('docs/schema.json'), 'utf8'));
  for (const command of ['explore', 'replay', 'minimize'] as const) {
    const { properties, required } = $defs[command];
    expect(required).toEqual(expect.arrayContaining(['schema', 'bugs', 'verdict']));
    expect(properties.bugs.items.required).toEqual(expect.arrayContaining(['interleaving', 'accesses', 'why']));
  }
  expect(Object.keys($defs)).toEqual(expect.arrayContaining(Object.keys(documentSchemas)));
  expect($defs.stress.required).toEqual(expect.arrayContaining(['schema', 'bugs', 'verdict', 'locks']));
});
