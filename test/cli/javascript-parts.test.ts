/** A search of JavaScript in parts as a person meets it: processes, shards, checkpoints; one that hangs, signals, a full disk. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Lender } from '../../dist/src/cli/lender.js';
import { mergeFiles } from '../../dist/src/explore/search/merge.js';
import { ConfinedCommands } from '../support/cli-confined.ts';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { ScarceDisk } from '../support/scarce-disk.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-parts-'));
const disk = new ScarceDisk();
const commands = new ConfinedCommands(directory);
afterAll(async () => {
  disk.end();
  await commands.end();
  rmSync(directory, { recursive: true });
});

/** Three agents that add to two words in turn: 342 ways. `then`: what is done with what the additions gave. */
const adds = (then = ''): string => `
const make = (me) => function adds(words) {
  const [a, b, c] = [Atomics.add(words, 0, me), Atomics.add(words, 1, me), Atomics.add(words, 0, me)];
  ${then}
};
export const setup = () => new Int32Array(new SharedArrayBuffer(8));
export const agents = [make(1), make(2), make(4)];
`;
const WAYS = 342;
/** In some of them. */
const FAILS = "if (me === 2 && a === 4) throw new Error('second');";
const FAILING_WAYS = 347;
/** Two of them once more: it goes on for long enough to be cut off. */
const LONG = `${FAILS} if (me !== 4) Atomics.add(words, 1, me);`;
const LONG_WAYS = 1130;
/** In few of them, far from the first: six, all in one part. Each part that hangs is a quarter of a minute. */
const HANGS = "if (me === 1 && a === 6 && b === 0 && c === 9) /^(a+)+$/.test('a'.repeat(60) + 'b');";

interface Result {
  readonly verdict: string;
  readonly complete: boolean;
  readonly executions: number;
  readonly states: number;
  readonly bugs: readonly { readonly title: string; readonly times: number; readonly finalHash: string }[];
}

const whatOf = (stdout: string) => {
  const { verdict, complete, executions, states, bugs } = JSON.parse(stdout) as Result;
  const found = bugs.map(({ title, times, finalHash }) => [title, times, finalHash]).sort();
  return { verdict, complete, executions, states, found };
};

const FLAGS = ['--seed', '5', '--json', '--quiet', '--no-minimize'];
const explore = async (file: string, ...flags: string[]) =>
  await tasklock(['explore', file, ...FLAGS, ...flags], { cwd: directory });
/** In one process, and not one of its own. */
const alone = async (file: string, ...flags: string[]) => await commands.run(['explore', file, ...FLAGS, ...flags]);

function written(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return name;
}

test.for([
  ['dpor', []],
  // Two to each of 64 parts: one that is done twice, or by nobody, changes how often something is found.
  ['random', ['--executions', '128']],
  ['pct', ['--executions', '128']],
  ['pos', ['--executions', '128']],
] as const)('%s on two processes comes to the same', { timeout: 300_000 }, async ([strategy, flags]) => {
  const file = written('fails.mjs', adds(FAILS));
  const one = await alone(file, '--strategy', strategy, ...flags);
  const two = await explore(file, '--strategy', strategy, ...flags, '--jobs', '2');
  expect([one.code, two.code, two.stderr]).toEqual([1, 1, '']);
  expect(whatOf(two.stdout)).toEqual(whatOf(one.stdout));
});

test('a proof, of a whole program as well', { timeout: 300_000 }, async () => {
  const file = written('right.mjs', adds());
  const two = await explore(file, '--strategy', 'dpor', '--jobs', '2');
  expect(two.code).toBe(0);
  expect(whatOf(two.stdout)).toMatchObject({ verdict: 'pass', complete: true, executions: WAYS });
  const program = inRepository('test/fixtures/javascript/between/port-given-up.mjs');
  const whole = await alone(program, '--strategy', 'random', '--executions', '128');
  const parts = await explore(program, '--strategy', 'random', '--executions', '128', '--jobs', '2');
  expect(whatOf(parts.stdout)).toEqual(whatOf(whole.stdout));
});

test('as many executions as were asked for, and no proof', { timeout: 120_000 }, async () => {
  const file = written('right.mjs', adds());
  const ran = await explore(file, '--strategy', 'dpor', '--jobs', '2', '--executions', '250');
  expect(ran.code).toBe(3);
  expect(whatOf(ran.stdout)).toMatchObject({ verdict: 'inconclusive', complete: false, executions: 250 });
});

test('shards that are put together; one of a changed file is refused', { timeout: 300_000 }, async () => {
  const file = written('sharded.mjs', adds(FAILS));
  const one = await alone(file, '--strategy', 'dpor');
  const shard = async (index: number, by = alone): Promise<string> => {
    const { stdout } = await by(file, '--strategy', 'dpor', '--shard', `${index}/3`);
    return written(`shard-${index}.json`, stdout);
  };
  const files = [await shard(1), await shard(2), await shard(3)];
  const merged = await commands.run(['merge', ...files, '--json']);
  expect(whatOf(merged.stdout)).toEqual(whatOf(one.stdout));
  expect((await commands.run(['merge', ...files.slice(1)])).stdout).toContain('shard 1 missing');
  written('sharded.mjs', `${adds(FAILS)}// another`);
  const refused = await commands.run(['merge', ...files.slice(0, 2), await shard(3, explore)]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/are not of one search: subject is sharded\.mjs/);
});

test('what keeps a shard from being a proof keeps all of them', { timeout: 120_000 }, async () => {
  const file = inRepository('test/fixtures/javascript/coerces.mjs');
  const files: string[] = [];
  for (const index of [1, 2]) {
    const { stdout } = await alone(file, '--strategy', 'dpor', '--shard', `${index}/2`);
    files.push(written(`coerces-${index}.json`, stdout));
  }
  const merged = await commands.run(['merge', ...files]);
  expect(merged.code).toBe(3);
  expect(merged.stdout).toMatch(/not a proof: not\s+preempted:/);
});

test('cut off and taken up again; not with another file', { timeout: 300_000 }, async () => {
  const cwd = join(directory, 'kept');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'kept.mjs'), adds(LONG));
  const flags = ['explore', 'kept.mjs', ...FLAGS, '--strategy', 'dpor', '--checkpoint', 'kept.json', '--jobs', '2'];
  let sent = false;
  const cut = await tasklock(flags, {
    cwd,
    // The first recording.
    onStderr: (text, send) => {
      if (sent || !text.includes('recordings go to')) return;
      sent = true;
      send('SIGINT');
    },
  });
  expect(cut.code).toBe(1);
  expect(JSON.parse(cut.stdout)).toMatchObject({ interrupted: true, complete: false, verdict: 'bug' });
  expect(whatOf(cut.stdout).found).toHaveLength(1);
  const again = await tasklock(flags, { cwd });
  expect(whatOf(again.stdout)).toMatchObject({ complete: true, executions: LONG_WAYS, states: LONG_WAYS });
  const [, times] = whatOf(again.stdout).found[0] ?? [];
  expect(times).toBe(96);
  const resumed = await tasklock(flags, { cwd });
  expect(JSON.parse(resumed.stdout)).toMatchObject({ resumed: LONG_WAYS });
  expect(whatOf(resumed.stdout)).toEqual(whatOf(again.stdout));
  writeFileSync(join(cwd, 'kept.mjs'), `${adds(LONG)}// another`);
  const refused = await tasklock(flags, { cwd });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/kept\.json is of another search: its subject is kept\.mjs/);
});

test('one part hangs: a message, and what the others found', { timeout: 200_000 }, async () => {
  const file = written('hangs.mjs', adds(HANGS + FAILS));
  const ran = await explore(file, '--strategy', 'dpor', '--jobs', '2');
  const said = ran.stderr.trim().split('\n');
  // Where nothing was recorded before, that recordings have a folder is told as well.
  expect(said.filter((line) => !line.startsWith('tasklock: note: '))).toHaveLength(1);
  expect(ran.stderr).toMatch(/part \d+ of the search is lost: .* has given no sign for 15 s/);
  expect(ran.code).toBe(1);
  const { complete, executions, found } = whatOf(ran.stdout);
  expect(found.map(([title]) => title)).toEqual(['assert: uncaught Error: second in adds']);
  expect(complete).toBe(false);
  expect(executions).toBeGreaterThan(WAYS / 2);
});

test('a full disk takes no finding away', { timeout: 120_000 }, async ({ skip }) => {
  if (!disk.mounts) skip('nothing can be mounted here');
  const file = written('fails.mjs', adds(FAILS));
  const checkpoint = join(disk.full('full'), 'kept.json');
  const ran = await explore(file, '--strategy', 'dpor', '--jobs', '2', '--checkpoint', checkpoint);
  expect(ran.stderr).toMatch(/--checkpoint could not be written: .*no space.*; the search goes on/i);
  expect(ran.code).toBe(1);
  expect(whatOf(ran.stdout)).toMatchObject({ verdict: 'bug', executions: FAILING_WAYS });
});

test('operations', { timeout: 300_000 }, async () => {
  // The largest of its scenarios has more executions than are tried in one process first.
  const text = `
export const setup = () => new Int32Array(new SharedArrayBuffer(4));
export const operations = {
  thrice(words) {
    for (let i = 0; i < 3; i++) Atomics.add(words, 0, 1);
  },
};
export const model = { start: () => ({}), thrice() {} };
`;
  const file = written('operations.mjs', text);
  const flags = ['--cpus', '2', '--calls', '2', '--strategy', 'dpor'];
  const [one, two] = [await alone(file, ...flags), await explore(file, ...flags, '--jobs', '2')];
  expect(whatOf(two.stdout)).toEqual(whatOf(one.stdout));
  expect([two.code, whatOf(two.stdout).complete]).toEqual([0, true]);
  expect(whatOf(two.stdout).executions).toBeGreaterThan(1_500);
});

test('a file that only some executions read is held against what it was', { timeout: 120_000 }, async () => {
  written('late.mjs', 'export const late = 1;\n');
  const text = adds("if (me === 1 && a === 6 && b === 0) return import('./late.mjs');");
  const file = written('reads-late.mjs', text);
  const ran = await explore(file, '--strategy', 'dpor', '--checkpoint', 'late.json');
  expect(ran.code).toBe(0);
  expect(readFileSync(join(directory, 'late.json'), 'utf8')).toContain('late.mjs');
  written('late.mjs', 'export const late = 2;\n');
  const refused = await explore(file, '--strategy', 'dpor', '--checkpoint', 'late.json');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/late\.json is of other files: late\.mjs was changed/);
});

test('an end is the same wherever files were read in another order', { timeout: 120_000 }, async () => {
  written('first.mjs', 'export const go = (words) => void Atomics.add(words, 1, 100);\n');
  written('second.mjs', "export const go = (words) => { Atomics.add(words, 1, 200); throw new Error('second'); };\n");
  const file = written(
    'reads-two.mjs',
    adds(`
  if (me === 1 && a === 6 && b === 0) return import('./first.mjs').then(({ go }) => go(words));
  if (me === 2 && a === 4 && b === 4 && c === 6) return import('./second.mjs').then(({ go }) => go(words));`),
  );
  const [one, two] = [
    await alone(file, '--strategy', 'dpor'),
    await explore(file, '--strategy', 'dpor', '--jobs', '2'),
  ];
  expect(whatOf(two.stdout)).toEqual(whatOf(one.stdout));
  const [bug] = (JSON.parse(one.stdout) as { bugs: { title: string; recording: string }[] }).bugs;
  expect(bug?.title).toBe('assert: uncaught Error: second in go');
  const replayed = await commands.run(['replay', bug?.recording ?? '']);
  expect({ code: replayed.code, stdout: replayed.stdout }).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('REPRODUCED'),
  });
});

test('shards that read other files are of other searches', () => {
  const [one, other] = [{ 'a.mjs': '1', 'late.mjs': '2' }, { 'a.mjs': '1' }];
  expect(mergeFiles([other, one, {}])).toEqual(one);
  expect(() => mergeFiles([one, { 'late.mjs': '3' }])).toThrow(/late\.mjs was changed between parts/);
});

test('executions are lent until none are left, and no more than there are', () => {
  const left = new Int32Array(new SharedArrayBuffer(4)).fill(10);
  const lender = new Lender(left, 2);
  const got: [number, number][] = [];
  const ask = (part: number): void => lender.ask(part, (count) => got.push([part, count]));
  ask(0);
  ask(1);
  expect(got).toEqual([
    [0, 2],
    [1, 1],
  ]);
  for (let i = 0; i < 7; i++) ask(0);
  expect(left[0]).toBe(0);
  const before = got.length;
  ask(0);
  // The other may yet give some back.
  expect(got).toHaveLength(before);
  lender.giveBack(1, 1);
  expect(got.at(-1)).toEqual([0, 1]);
  ask(0);
  expect(got.at(-1)).toEqual([0, 0]);
  expect(got.reduce((sum, [, count]) => sum + count, 0)).toBe(11);
});

test('operations in shards, and in two sittings, come to the same', { timeout: 120_000 }, async () => {
  const file = inRepository('test/fixtures/javascript/operations/semaphore.mjs');
  const size = ['--strategy', 'dpor', '--cpus', '2', '--calls', '2'];
  const whole = JSON.parse((await alone(file, ...size)).stdout) as Result;
  for (const which of [1, 2]) {
    const { code, stdout } = await alone(file, ...size, '--shard', `${which}/2`);
    expect(code).toBe(0);
    writeFileSync(join(directory, `operations-${which}.json`), stdout);
  }
  const merge = await commands.run(['merge', '--json', 'operations-1.json', 'operations-2.json']);
  const { verdict, complete, executions } = JSON.parse(merge.stdout) as Result;
  expect([merge.code, verdict, complete, executions]).toEqual([0, 'pass', true, whole.executions]);

  const checkpoint = ['--checkpoint', 'operations.ckpt'];
  const first = await explore(file, ...size, ...checkpoint);
  const again = await explore(file, ...size, ...checkpoint);
  const { resumed, executions: all } = JSON.parse(again.stdout) as Result & { resumed: number };
  expect([first.code, again.code, resumed, all]).toEqual([0, 0, whole.executions, whole.executions]);
  const other = await alone(file, ...size.slice(0, -1), '1', ...checkpoint);
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringMatching(/of another search: its calls is 2, here it is 1/),
  ]);
});
