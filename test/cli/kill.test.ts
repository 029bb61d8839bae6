/**
 * kill -9 at moments drawn from a seed, and on again with the same --checkpoint: the same total and the same bugs as in one
 * go. The draws are the same every time; TASKLOCK_MOMENTS=30 makes more of them.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { ended } from '../support/cli-ended.ts';
import { inRepository, tasklock } from '../support/cli-process.ts';

const MOMENTS = Number(process.env['TASKLOCK_MOMENTS'] ?? 3);
const directory = mkdtempSync(join(tmpdir(), 'tasklock-kill-'));
afterAll(() => rmSync(directory, { recursive: true }));

const LOCKLESS = inRepository('examples/pointer-swap-lockless.ts');
const searches: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['random, alone', ['explore', LOCKLESS, '--strategy', 'random', '--executions', '60000', '--seed', '5']],
  [
    'random, on threads',
    ['explore', LOCKLESS, '--strategy', 'random', '--executions', '60000', '--seed', '5', '--jobs', '2'],
  ],
  ['dpor, on threads', ['explore', inRepository('examples/treiber-aba.ts'), '--strategy', 'dpor', '--jobs', '2']],
];

/** What must not depend on how often the search was killed. */
function lasting(stdout: string): unknown {
  const { verdict, executions, redundant, steps, states, complete, bugs } = JSON.parse(stdout);
  const told = bugs.map(({ title, execution, times, finalHash }: Record<string, unknown>) => [
    title,
    execution,
    times,
    finalHash,
  ]);
  return { verdict, executions, redundant, steps, states, complete, told };
}

describe.each(searches)('%s', (name, args) => {
  test('goes on as if it had never been killed', async () => {
    const cwd = mkdtempSync(join(directory, 'run-'));
    const random = new Random(
      11,
      searches.findIndex((one) => one[0] === name),
    );
    const whole = await tasklock([...args, '--json', '--quiet', '--checkpoint', join(cwd, 'whole')], { cwd });
    const again = [...args, '--json', '--checkpoint', join(cwd, 'kept')];
    for (let kill = 0; kill < MOMENTS; kill++) {
      const afterMs = random.below(1500);
      const { orphans } = await ended(again, {
        cwd,
        signal: 'SIGKILL',
        from: kill % 2 === 0 ? 'word' : 'start',
        afterMs,
      });
      expect(orphans).toEqual([]);
    }
    const last = await tasklock(again, { cwd });
    expect(last.code).toBe(whole.code);
    expect(lasting(last.stdout)).toEqual(lasting(whole.stdout));
    // What was being written when it was killed lies under a passing name, never under one that is read.
    for (const file of readdirSync(cwd).filter((one) => one.endsWith('.rec'))) {
      expect((await tasklock(['replay', join(cwd, file)])).code, file).toBe(1);
    }
  });
});
