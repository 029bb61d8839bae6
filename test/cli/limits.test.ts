/** The ends of Node: no heap left, a thread that dies. What was found before is told all the same, with exit code 70. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCampaign } from '../../dist/src/explore/search/campaign.js';
import { moduleTarget, subjectOf } from '../../dist/src/explore/subject/targets.js';
import { inRepository, MAIN } from '../support/cli-process.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-limits-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A bug that every other execution shows, and end states without end, each of which is remembered. */
writeFileSync(
  join(directory, 'many.ts'),
  `
import { assert, load, store, xadd } from 'tasklock/bus';
function worker(cpu: number): void {
  for (let i = 0; i < 12; i++) store(0x1000, load(0x1000) * 3 + cpu);
  for (let i = 0; i < 12; i++) store(0x1004 + 4 * cpu, load(0x1000));
  assert(cpu !== 0 || xadd(0x2000, 1) === 0 || load(0x1000) % 2 === 0, 'odd');
  xadd(0x2000, 1);
}
export const cpus = [worker, worker, worker];
`,
);

function withHeap(megabytes: number, args: readonly string[]) {
  const options = [`--max-old-space-size=${megabytes}`, MAIN, ...args];
  return spawnSync(process.execPath, options, { cwd: directory, encoding: 'utf8' });
}

const MANY = ['explore', 'many.ts', '--strategy', 'random', '--executions', '2000000000', '--seed', '1', '--quiet'];

test('a search that uses up the heap tells what it found, and leaves its recording', () => {
  const { status, stdout, stderr } = withHeap(14, [...MANY, '--json']);
  expect(stderr).toMatch(/^tasklock: out of memory; give it more with NODE_OPTIONS=/m);
  expect(stderr).not.toContain('    at ');
  const [bug] = JSON.parse(stdout).bugs;
  expect(bug).toMatchObject({ title: 'assert: odd in worker', token: expect.stringMatching(/^TL1\./) });
  expect(existsSync(join(directory, bug.recording))).toBe(true);
  expect(status).toBe(70);
});

test('no heap to begin with is one line', () => {
  const { status, stdout, stderr } = withHeap(5, ['explore', 'many.ts']);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^tasklock: out of memory; .*\n$/);
  expect(status).toBe(70);
});

test('a part whose thread dies is told of, and the others go on', async () => {
  const target = await moduleTarget(inRepository('examples/spinlock-broken.ts'), new Map());
  const lost: number[] = [];
  let seen = 0;
  const options = { target, strategy: 'random', seed: 1, depth: 3, preemptions: Infinity, checkers: [], first: 0 };
  // A part with a target that no thread can make a subject of.
  const bad = { ...target, text: 'export const cpus = [];' };
  const whole = await runCampaign(
    { explore: { ...options, last: 4000 }, jobs: 2, onLost: (part) => void lost.push(part) },
    { onBug: () => void seen++ },
  );
  expect([whole.executions, whole.end, lost]).toEqual([4000, 'executions', []]);
  expect(seen).toBeGreaterThan(0);
  const broken = await runCampaign(
    {
      explore: { ...options, target: bad, last: 4000 },
      subject: await subjectOf(target),
      jobs: 2,
      onLost: (part) => void lost.push(part),
    },
    {},
  );
  expect(broken.end).toBe('stopped');
  expect(lost).toHaveLength(64);
});
