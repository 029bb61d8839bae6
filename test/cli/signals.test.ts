/**
 * Signals at moments drawn from a seed, the same every time; TASKLOCK_MOMENTS=30 tries more of them. Whatever the command
 * is doing: it ends, with a code that says so, its results are one JSON document, and nothing is left behind.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { ended, type Ending } from '../support/cli-ended.ts';

const MOMENTS = Number(process.env['TASKLOCK_MOMENTS'] ?? 2);
/** How long a command is let go on, once it has begun: all of that is processor time. */
const LATEST_MS = MOMENTS > 2 ? 1500 : 700;
const directory = mkdtempSync(join(tmpdir(), 'tasklock-signals-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** One execution of it takes as long as one may, and nothing in it looks at a clock. */
const LONG = `
import { load, xadd } from 'tasklock/bus';
function worker(): void {
  for (let i = 0; i < 9000; i++) xadd(0x1000, 1);
}
export function invariant(): boolean {
  let sum = 0;
  for (let i = 0; i < 20000; i++) sum += load(0x1000);
  return sum >= 0;
}
export const cpus = [worker, worker];
`;

/** More states than anybody can go through. */
const WIDE = `
import { load, store } from 'tasklock/bus';
function worker(cpu: number): void {
  for (let i = 0; i < 40; i++) store(0x1000 + 4 * cpu, load(0x1000 + 4 * ((cpu + 1) % 5)) + i);
}
export const cpus = [worker, worker, worker, worker, worker];
`;

let recording = '';
beforeAll(async () => {
  const args = [
    'explore',
    'sighand-peer-exits',
    '--strategy',
    'random',
    '--executions',
    '20',
    '--profile',
    'desai-2005',
    '--no-minimize',
    '--quiet',
    '--json',
    '--seed',
    '1',
  ];
  mkdirSync(join(directory, 'found'));
  const found = await tasklock([...args, '--out', join(directory, 'found')]);
  recording = JSON.parse(found.stdout).bugs[0].recording;
});

const counter = inRepository('examples/treiber-versions.ts');
const broken = inRepository('examples/spinlock-broken.ts');
const MANY = ['--strategy', 'random', '--executions', '2000000000', '--seed', '3'];

/** Commands that would go on for long, and the codes that they may end with: 1 when there was a bug to find. */
const commands: readonly (readonly [name: string, args: () => readonly string[], codes: readonly number[]])[] = [
  ['explore', () => ['explore', counter, ...MANY], [130]],
  ['explore with a bug', () => ['explore', broken, ...MANY], [1, 130]],
  ['explore of one long execution', () => ['explore', 'long.ts', ...MANY], [130]],
  ['explore --stateful', () => ['explore', 'wide.ts', '--strategy', 'dfs', '--stateful'], [130]],
  ['explore of all scenarios', () => ['explore', '--strategy', 'random', '--executions', '100000'], [130]],
  ['explore --jobs --checkpoint', () => ['explore', counter, ...MANY, '--jobs', '2', '--checkpoint', 'kept'], [130]],
  ['explore --jobs of one long execution', () => ['explore', 'long.ts', ...MANY, '--jobs', '2'], [130]],
  ['stress', () => ['stress', 'clone-exit-storm', '--duration', '10m'], [130]],
  [
    'minimize',
    () => ['minimize', recording, '--executions', '1000000', '--programs', '100000', '--tries', '1000'],
    [130],
  ],
  ['bench locks', () => ['bench', 'locks', 'mcs', 'ticket', '--duration', '400ms', '--rounds', '500'], [130]],
  [
    'bench locks, native',
    () => ['bench', 'locks', 'mcs', '--cpus', '1', '--duration', '30ms', '--rounds', '1'],
    [0, 130],
  ],
  ['bench on the model clock', () => ['bench', 'locks', 'all', '--clock', 'model', '--cpus', '48,64'], [130]],
  ['bench syscalls', () => ['bench', 'syscalls', '--duration', '10m'], [130]],
];

/** What each ended command has to be, whatever it was doing. */
async function endsWell(args: readonly string[], codes: readonly number[], ending: Ending): Promise<void> {
  const what = `${args.join(' ')}: ${ending.signal} ${ending.afterMs} ms after ${ending.from}`;
  const { code, signal, stdout, stderr, orphans } = await ended([...args, '--json'], ending);
  // Before Node itself is up, a process ends as any other does.
  if (signal === ending.signal && stdout === '' && stderr === '') return;
  expect(codes, `${what}\n${stderr}`).toContain(code);
  expect(stderr, what).not.toMatch(/\n {4}at |internal error|node:internal/);
  if (code !== 2) expect(JSON.parse(stdout), what).toMatchObject({ schema: expect.any(String) });
  expect(orphans, what).toEqual([]);
  const debris = readdirSync(ending.cwd).filter((name) => name.endsWith('.tmp'));
  expect(debris, what).toEqual([]);
}

describe.each(commands)('%s', (name, args, codes) => {
  const random = new Random(
    7,
    commands.findIndex((one) => one[0] === name),
  );
  const moments = Array.from(
    { length: MOMENTS },
    (_, i): readonly [NodeJS.Signals, string, 'start' | 'word', number] => {
      const signal = (['SIGINT', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const)[random.below(4)] ?? 'SIGINT';
      const times = random.below(4) === 0 ? 'twice' : 'once';
      return i % 2 === 0
        ? [signal, times, 'start', random.below(600)]
        : [signal, times, 'word', random.below(LATEST_MS)];
    },
  );
  const cwd = mkdtempSync(join(directory, 'run-'));
  writeFileSync(join(cwd, 'long.ts'), LONG);
  writeFileSync(join(cwd, 'wide.ts'), WIDE);

  test.each(moments)('%s %s after %s, %i ms', async (signal, times, from, afterMs) => {
    await endsWell(args(), codes, { cwd, signal, from, afterMs, twice: times === 'twice' });
  });
});
