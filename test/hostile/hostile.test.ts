/**
 * Inputs that mean harm, each given to the command in a folder of its own: none runs code, hangs, shows a stack, sends raw
 * characters to the terminal or ends in another way than it should.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { amount } from '../support/amount.ts';
import { tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';
import { inputs } from './inputs.ts';
import { modules } from './modules.ts';
import { isRaw, MARK, type Payload, STACK, strangers } from './payload.ts';
import { programs } from './programs.ts';
import { recordings } from './recordings.ts';

const TIMEOUT = 600_000;
/** Every so many of a kind get a process of their own, door and all; the others share one. */
const OWN_PROCESS_EVERY = amount(30, 6);

async function hold(payload: Payload, run: typeof tasklock): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklock-hostile-'));
  try {
    for (const [name, content] of Object.entries(payload.files)) writeFileSync(join(folder, name), content);
    payload.prepare?.(folder);
    const { code, stdout, stderr } = await run(payload.args, { cwd: folder });
    const said = `${stdout}${stderr}`;
    expect(said).not.toMatch(STACK);
    expect(isRaw(said), said).toBe(false);
    expect(said).toMatch(payload.says);
    expect(code, said).toBe(payload.code);
    expect(existsSync(join(folder, MARK))).toBe(false);
    if (payload.prepare === undefined) expect(strangers(folder, payload)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.concurrent.each([
  ['a module', modules],
  ['a program', programs],
  ['a recording', recordings],
  ['a file', inputs],
] as const)('%s', (_, payloads) => {
  test.for(payloads.map((one, i) => [one.name, i, one] as const))(
    '%s',
    { timeout: TIMEOUT },
    async ([, i, payload]) => {
      await hold(payload, i % OWN_PROCESS_EVERY === 0 ? tasklock : shared);
    },
  );
});

test('there are many of them, each with a name of its own', () => {
  const all = [...modules, ...programs, ...recordings, ...inputs];
  expect(all.length).toBeGreaterThan(180);
  for (const kind of [modules, programs, recordings, inputs])
    expect(new Set(kind.map((one) => one.name)).size).toBe(kind.length);
});
