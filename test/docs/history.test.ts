/** docs/history.md has an entry, and a row in its table, for each bug of Linux that is cited by its number. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const history = readFileSync('docs/history.md', 'utf8');

/** Number and first citing file of every bug cited in a folder's texts. */
function cited(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(ts|mjs|md|prog)$/.test(name) || name === 'history.md') continue;
    const file = `${folder}/${name}`;
    const numbers = [
      ...readFileSync(file, 'utf8').matchAll(/\bB\d\d\b/g),
      ...name.toUpperCase().matchAll(/\bB\d\d\b/g),
    ];
    for (const [number] of numbers) if (!found.has(number)) found.set(number, file);
  }
  return found;
}

test('every number that is cited has its entry', () => {
  const everywhere = ['src', 'test', 'docs', 'bench', 'scripts', 'workers', 'examples'].map(cited);
  expect(everywhere[0]?.size).toBeGreaterThan(5);
  const missing = everywhere.flatMap((numbers) =>
    [...numbers].filter(([number]) => !history.includes(`\n## ${number}\n`)),
  );
  expect(missing).toEqual([]);
});

test('the table has a row for each entry, in the same order', () => {
  const entries = [...history.matchAll(/^## (B\d\d)$/gm)].map(([, number]) => number);
  const rows = [...history.matchAll(/^\| \[(B\d\d)\]\(#(b\d\d)\) /gm)];
  expect(rows.map(([, number]) => number)).toEqual(entries);
  expect(rows.map(([, , anchor]) => anchor?.toUpperCase())).toEqual(entries);
  expect(entries).toEqual([...entries].sort());
});
