import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profileNames, profiles } from '../../dist/src/kernel/profiles.js';

const root = new URL('../../', import.meta.url);
const doc = readFileSync(new URL('docs/profiles.md', root), 'utf8');
const row = (first: string, cells: readonly (string | number)[]): string => `| ${[first, ...cells].join(' | ')} |\n`;

test('the documentation tells every profile, with its file and the number of its unshare', () => {
  const all = profileNames.map((name) => profiles[name]);
  expect(doc).toContain(row('', profileNames).replace('|  |', '| |'));
  expect(doc).toContain(
    row(
      'file',
      all.map(({ file }) => `\`${file}\``),
    ),
  );
  expect(doc).toContain(
    row(
      'number',
      all.map(({ unshare }) => unshare),
    ),
  );
});

test('every profile has a number and a file of its own', () => {
  const all = profileNames.map((name) => profiles[name]);
  expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
  expect(new Set(all.map(({ file }) => file)).size).toBe(all.length);
  for (const { file } of all) expect(existsSync(new URL(`src/kernel/${file}`, root)), file).toBe(true);
});
