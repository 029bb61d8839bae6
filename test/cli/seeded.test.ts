/**
 * Mistakes put into copies of packages, and two patterns of mistakes: found by the command as it is, within 30 seconds, and
 * shown again by every replay; the package as it is shows nothing.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Seeded, seeded } from '../fixtures/javascript/seeded.ts';
import { ConfinedCommands } from '../support/cli-confined.ts';
import { inRepository, tasklock } from '../support/cli-process.ts';
import { amount, isLong } from '../support/amount.ts';

const REPLAYS = amount(1, 20);
const CLEAN_FOR = amount(1, 60);
/** The simpler recording of one is enough to show that such ones replay as well. */
const asFound = (name: string): readonly string[] => (isLong || name === 'torn' ? [] : ['--no-minimize']);

const directory = mkdtempSync(join(tmpdir(), 'tasklock-seeded-'));
const commands = new ConfinedCommands(directory);
afterAll(async () => {
  await commands.end();
  rmSync(directory, { recursive: true });
});

const specOf = (name: string): string => `test/fixtures/javascript/${name}.mjs`;

/** A folder like this one, as far as the spec sees it, with the mistake in it. */
function edited({ name, package: folder, file, from, to, spec }: Seeded): string {
  const root = join(directory, name.replaceAll(' ', '-'));
  const copy = join(root, 'node_modules', folder);
  cpSync(inRepository(`node_modules/${folder}`), copy, { recursive: true });
  const text = readFileSync(join(copy, file), 'utf8');
  expect(text.split(from), `${folder}/${file}`).toHaveLength(2);
  writeFileSync(
    join(copy, file),
    text.replace(from, () => to),
  );
  const path = join(root, specOf(spec));
  mkdirSync(dirname(path), { recursive: true });
  cpSync(inRepository(specOf(spec)), path);
  return path;
}

interface Found {
  readonly bugs: readonly { readonly title: string; readonly recording: string; readonly finalHash: string }[];
}

/** Two are found and replayed by processes of their own, the others in one after the other. */
const hasOwnProcess = (name: string): boolean => isLong || ['torn', 'drop the recheck'].includes(name);

/** Finds something in a file, and replays it. */
async function finds(name: string, file: string, title: RegExp): Promise<void> {
  const cwd = mkdtempSync(join(directory, 'found-'));
  const run = hasOwnProcess(name) ? tasklock : commands.run.bind(commands);
  const flags = ['--duration', '30s', '--stop-at-first', '--json', '--quiet', ...asFound(name)];
  const ran = await run(['explore', file, ...flags], { cwd });
  const { bugs } = JSON.parse(ran.stdout) as Found;
  const [bug] = bugs;
  expect(bug?.title).toMatch(title);
  expect(ran.code).toBe(1);
  for (let i = 0; i < REPLAYS; i++) {
    const again = await run(['replay', bug!.recording], { cwd });
    const says = again.stdout.replaceAll(/\s+/g, ' ');
    expect(says).toContain(bug!.title);
    expect(says).toContain(`to the same final state ${bug!.finalHash}`);
    expect(again.code).toBe(1);
  }
}

async function findsNothing(file: string): Promise<void> {
  const flags = ['--duration', `${CLEAN_FOR}s`, '--json', '--quiet'];
  const ran = await commands.run(['explore', file, ...flags]);
  expect((JSON.parse(ran.stdout) as Found).bugs).toEqual([]);
  expect([0, 3]).toContain(ran.code);
}

describe('a mistake in a package', () => {
  test.for(seeded)('$name', async (mistake) => await finds(mistake.name, edited(mistake), mistake.title));
  test.for([...new Set(seeded.map(({ spec }) => spec))])('%s: nothing without one', async (spec) => {
    await findsNothing(inRepository(specOf(spec)));
  });
});

describe('a pattern', () => {
  test.for([
    ['stale', /^(deadlock|lost wake-up): .* in waits/],
    ['torn', /data-race|the end is not as it should be/],
  ] as const)('%s', async ([name, title]) => {
    await finds(name, inRepository(specOf(`${name}-broken`)), title);
    await findsNothing(inRepository(specOf(`${name}-fixed`)));
  });
});
