/** tasklock explore and merge as a person or a tool meets them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Checkpoint } from '../../dist/src/explore/search/checkpoint.js';
import type { Identity } from '../../dist/src/explore/search/identity.js';
import { amount } from '../support/amount.ts';
import { type Finished, inRepository, tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-explore-'));
afterAll(() => rmSync(directory, { recursive: true }));

const CORRECT = inRepository('examples/pointer-swap.ts');
const LOCKLESS = inRepository('examples/pointer-swap-lockless.ts');

interface BugDocument {
  readonly title: string;
  readonly kind: string;
  readonly recording: string;
  readonly token: string;
  readonly finalHash: string;
  readonly switches: number;
  readonly switchesFound: number;
  readonly replay: string;
}

interface Document {
  readonly verdict: string;
  readonly complete: boolean;
  readonly executions: number;
  readonly redundant: number;
  readonly states: number | null;
  readonly steps: number;
  readonly seed: number;
  readonly seconds: number;
  readonly bugs: readonly BugDocument[];
  readonly known: readonly BugDocument[];
}

/** A search in the process that they share, or in one of its own. */
async function explore(...args: string[]): Promise<{ code: number | null; document: Document }> {
  return await exploreBy(shared, ...args);
}

async function exploreBy(run: typeof shared, ...args: string[]): Promise<{ code: number | null; document: Document }> {
  const { code, stdout, stderr } = await run(['explore', '--json', '--quiet', '--out', directory, ...args]);
  expect(stderr).toBe('');
  return { code, document: JSON.parse(stdout) as Document };
}

/** Leaves a checkpoint as it is when the search was stopped half-way. */
function keepOnly(file: string, most: number): void {
  const { search } = JSON.parse(readFileSync(file, 'utf8').split('\n')[1] ?? '') as { search: Identity };
  const parts = [...new Checkpoint(file, search, { profile: null }).done].slice(0, most);
  rmSync(file);
  const half = new Checkpoint(file, search, { profile: null });
  for (const [part, result] of parts) half.add(part, result);
  half.save();
}

/** What does not depend on the clock. */
function lasting(document: Document): unknown {
  const timed = ['seconds', 'checksum'];
  return JSON.parse(JSON.stringify(document, (key, value) => (timed.includes(key) ? undefined : (value as unknown))));
}

test('an exhaustive search of the kernel: a call and an exit on two CPUs', async () => {
  const { code, document } = await explore(
    inRepository('examples/getpid.prog'),
    '--strategy',
    'dpor',
    '--seed',
    '1',
    '--checkers',
    'use-after-free',
  );
  const { verdict, complete, executions, redundant } = document;
  expect({ code, verdict, complete, executions, redundant }).toEqual({
    code: 0,
    verdict: 'pass',
    complete: true,
    executions: 773,
    redundant: 0,
  });
});

describe('an exhaustive search of a module', () => {
  test('is complete and passes where nothing is wrong', async () => {
    const { code, document } = await explore(CORRECT, '--strategy', 'dpor', '--seed', '7');
    expect(code).toBe(0);
    const { verdict, complete, executions, redundant, steps, bugs } = document;
    expect({ verdict, complete, executions, redundant, steps, bugs }).toEqual({
      verdict: 'pass',
      complete: true,
      executions: 124,
      redundant: 0,
      steps: 3100,
      bugs: [],
    });
  });

  test('finds what is wrong with the twin, and the line it prints replays it', async () => {
    const { code, document } = await explore(LOCKLESS, '--strategy', 'dpor');
    expect([code, document.verdict, document.complete]).toEqual([1, 'bug', true]);
    const [bug] = document.bugs;
    expect(bug?.title).toBe('assert: a reader met a freed context in reader');
    // A reader that stands between load and increment while both owners let go: one preemption, and the way back.
    expect(bug?.switches).toBe(3);
    const words = bug?.replay.split(' ') ?? [];
    expect(words.slice(0, 2)).toEqual(['tasklock', 'replay']);
    const replay = await shared([...words.slice(1), '--json']);
    expect(replay.code).toBe(1);
    const again = JSON.parse(replay.stdout) as Document;
    expect(again.bugs.map(({ title, finalHash }) => [title, finalHash])).toEqual([[bug?.title, bug?.finalHash]]);
  });

  test('prints the same document each time, and on two threads', async () => {
    const args = [LOCKLESS, '--strategy', 'dpor', '--seed', '1'];
    const [first, second, threads] = await Promise.all([
      explore(...args),
      exploreBy(tasklock, ...args),
      exploreBy(tasklock, ...args, '--jobs', '2'),
    ]);
    expect(lasting(second.document)).toEqual(lasting(first.document));
    const { executions, states, complete, bugs } = threads.document;
    expect([executions, states, complete]).toEqual([352, first.document.states, true]);
    expect(bugs.map((bug) => bug.title)).toEqual(first.document.bugs.map((bug) => bug.title));
  });

  test('can be cut into shards and put together', async () => {
    const files = await Promise.all(
      [1, 2, 3].map(async (index) => {
        const { document } = await explore(CORRECT, '--strategy', 'dpor', '--seed', '1', '--shard', `${index}/3`);
        const file = join(directory, `shard${index}.json`);
        writeFileSync(file, JSON.stringify(document));
        return file;
      }),
    );
    const whole = await shared(['merge', '--json', ...files]);
    const { verdict, complete, executions } = JSON.parse(whole.stdout) as Document;
    expect([whole.code, verdict, complete, executions]).toEqual([0, 'pass', true, 124]);
    const part = await shared(['merge', ...files.slice(1)]);
    expect(part.code).toBe(3);
    expect(part.stdout).toMatch(/not a proof: shard\s+1 missing/);
    const wrong = await shared(['merge', inRepository('package.json')]);
    expect([wrong.code, wrong.stderr.split('\n').length]).toEqual([2, 2]);
  });

  test('goes on from its checkpoint, which fits no other search', async () => {
    const checkpoint = join(directory, 'checkpoint');
    const args = [CORRECT, '--strategy', 'dpor', '--seed', '3', '--checkpoint', checkpoint];
    const first = await explore(...args);
    const kept = readFileSync(checkpoint, 'utf8');
    keepOnly(checkpoint, 5);
    const second = await explore(...args);
    expect(second.document.executions).toBe(124);
    expect(second.document.resumed).toBeGreaterThan(0);
    expect(second.document.resumed).toBeLessThan(124);
    expect(second.document.states).toBe(first.document.states);
    const other = await shared(['explore', CORRECT, '--strategy', 'random', '--seed', '4', '--checkpoint', checkpoint]);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('is of another search: its strategy is dpor'),
    ]);
    writeFileSync(checkpoint, kept.slice(0, kept.length / 2));
    const cut = await shared(['explore', ...args, '--quiet']);
    expect([cut.code, cut.stderr]).toEqual([2, expect.stringContaining('was cut off')]);
  });

  test('by states comes to the same verdict', async () => {
    const correct = await explore(CORRECT, '--strategy', 'dfs', '--stateful');
    expect([correct.code, correct.document.complete, correct.document.steps]).toEqual([0, true, 6_442]);
    const lockless = await explore(LOCKLESS, '--strategy', 'dpor', '--stateful');
    expect([lockless.code, lockless.document.bugs.map((bug) => [bug.title, bug.switches])]).toEqual([
      1,
      [['assert: a reader met a freed context in reader', 3]],
    ]);
  });

  test('is inconclusive when it is ended before', async () => {
    const { code, document } = await explore(CORRECT, '--strategy', 'dpor', '--executions', '50');
    expect([code, document.verdict, document.complete, document.executions]).toEqual([3, 'inconclusive', false, 50]);
  });

  test('keeps what was found when it is interrupted', async () => {
    const out = join(directory, 'interrupted');
    const args = ['explore', LOCKLESS, '--strategy', 'random', '--executions', '2000000000', '--json', '--out', out];
    const { code, stdout } = await tasklock(args, {
      onStderr: (text, send) => {
        if (!text.includes('seed')) return;
        const look = setInterval(() => {
          if (!readdirSync(out).some((name) => name.endsWith('.rec'))) return;
          clearInterval(look);
          send('SIGINT');
        }, 50);
      },
    });
    const document = JSON.parse(stdout) as Document & { interrupted: boolean };
    expect([code, document.verdict, document.interrupted, document.complete]).toEqual([1, 'bug', true, false]);
  });

  // Its more than five million states take half a minute.
  const LARGE = [CORRECT, '--set', 'READERS=6', '--strategy', 'dfs', '--stateful'];

  test('by states keeps to its duration', async () => {
    const { code, document } = await explore(...LARGE, '--duration', '500ms');
    expect([code, document.verdict, document.complete]).toEqual([3, 'inconclusive', false]);
  });

  test('by states can be interrupted', async () => {
    const { code, stdout } = await tasklock(['explore', ...LARGE, '--json', '--out', directory], {
      onStderr: (text, send) => {
        if (text.includes('seed')) setTimeout(() => send('SIGINT'), 500);
      },
    });
    const document = JSON.parse(stdout) as Document & { interrupted: boolean };
    expect([code, document.interrupted, document.complete]).toEqual([130, true, false]);
  });
});

describe('random search', () => {
  const MANY = String(amount(5_000, 20_000));

  test('depends on the seed and on nothing else', async () => {
    const args = [LOCKLESS, '--strategy', 'random', '--seed', '11', '--executions', MANY];
    const [one, again, threads, other] = await Promise.all([
      explore(...args),
      exploreBy(tasklock, ...args),
      exploreBy(tasklock, ...args, '--jobs', '2'),
      explore(LOCKLESS, '--strategy', 'random', '--seed', '12', '--executions', MANY),
    ]);
    expect(lasting(again.document)).toEqual(lasting(one.document));
    expect(lasting({ ...threads.document, bugs: [] })).toEqual(lasting({ ...one.document, bugs: [] }));
    expect(threads.document.bugs).toEqual(one.document.bugs);
    expect(other.document.steps).not.toBe(one.document.steps);
  });

  test('has done its work when nothing is found in the executions asked for', async () => {
    const { code, document } = await explore(CORRECT, '--strategy', 'random', '--executions', '2000');
    expect([code, document.verdict, document.complete, document.executions]).toEqual([0, 'pass', false, 2000]);
  });
});

describe('the small scenarios', () => {
  let desai: { code: number | null; document: Document };
  let text: Finished;
  beforeAll(async () => {
    desai = await explore(
      '--profile',
      'desai-2005',
      '--strategy',
      'random',
      '--seed',
      '1',
      '--executions',
      '120',
      '--no-minimize',
    );
    text = await shared([
      'explore',
      'undo-of-nothing',
      '--strategy',
      'random',
      '--profile',
      'desai-2005',
      '--seed',
      '1',
      '--out',
      directory,
    ]);
  });

  test('show more than five faults of the patch of 2005, each of which replays', async () => {
    expect(desai.code).toBe(1);
    const titles = desai.document.bugs.map((bug) => bug.title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual(
      expect.arrayContaining([
        // kernel.md 1.2.1: 1 (allocation and mmput under a spinlock), 3, 4 and 5.
        'sleep-in-atomic: sleeping function called with a lock held in dup_mm',
        'sleep-in-atomic: sleeping function called with a lock held in mmput',
        'use-after-free: reference taken on a freed object in sys_unshare_desai_2005',
        'use-after-free: lock taken in a freed object in begin_dump_2_6',
        'leak: mm_struct that nothing refers to in dup_mm',
      ]),
    );
    for (const { token, title, finalHash } of desai.document.bugs.slice(0, 6)) {
      const replay = await shared(['replay', token, '--json']);
      const { bugs } = JSON.parse(replay.stdout) as Document;
      expect([replay.code, bugs[0]?.title, bugs[0]?.finalHash]).toEqual([1, title, finalHash]);
    }
  });

  test('pass under linux-2.6.16', async () => {
    const { code, document } = await explore(
      '--strategy',
      'random',
      '--seed',
      '1',
      '--executions',
      '240',
      '--checkers',
      'use-after-free',
    );
    expect([code, document.verdict, document.bugs]).toEqual([0, 'pass', []]);
  });

  test('fit 80 columns', () => {
    expect(text.code).toBe(1);
    const long = text.stdout.split('\n').filter((line) => line.length > 80 && !line.startsWith('tasklock replay'));
    expect(long).toEqual([]);
  });
});

describe('wrong usage is one line and exit code 2', () => {
  test.each([
    [['explore', 'nosuch'], 'unknown scenario "nosuch"'],
    [['explore', 'proc-raeder'], 'did you mean "proc-reader"'],
    [['explore', 'nosuch.ts'], 'there is no file nosuch.ts'],
    [['explore', '--strategy', 'dpr'], 'did you mean'],
    [['explore', '--preemptions', '2'], '--preemptions is for --strategy dfs'],
    [['explore', '--strategy', 'dfs', '--preemptions', '-1'], '--preemptions takes'],
    [['explore', '--stateful'], '--stateful is for --strategy dpor'],
    [['explore', '--stateful', '--strategy', 'dpor'], '--stateful is for modules'],
    [['explore', CORRECT, '--stateful', '--strategy', 'dpor', '--checkers', 'data-race'], 'not for --stateful'],
    [['explore', '--model', 'tso'], '--model takes sc'],
    [['explore', 'undo-of-nothing', '--cpus', '65'], 'from 1 to 64'],
    [['explore', '--jobs', '0'], '--jobs takes'],
    [['explore', '--shard', '3/2'], '--shard takes'],
    [['explore', '--checkers', 'kasan'], 'unknown checker "kasan"'],
    [['explore', '--set', 'A=1'], '--set is for modules'],
    [['explore', CORRECT, '--set', 'READER=1'], 'its constants are READERS'],
    [['explore', CORRECT, '--set', 'READERS=63'], '65 CPUs; a module has 1 to 64'],
    [['explore', CORRECT, '--profile', 'linux-6'], '--profile is for scenarios'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await shared(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
