/** What the documentation names is there: files, functions in files, folders of the source, links between pages. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));

/** Paths below the folders of the repository, as they stand in text, code and console blocks. */
const PATH = /(?<![\w./-])(?:src|test|workers|scripts|bench|examples|docs)(?:\/[\w.*-]+)+/g;

/** NAME stands for a file that somebody is told to make. */
function isThere(path: string): boolean {
  if (path.includes('NAME')) return existsSync(dirname(path));
  if (!path.includes('*')) return existsSync(path);
  const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*')}$`);
  return readdirSync(dirname(path)).some((name) => pattern.test(join(dirname(path), name)));
}

test('every path that a page names exists', () => {
  const named = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(PATH)].map(([path]) => ({ page, path: path.replace(/\.+$/, '') })),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ path }) => !isThere(path))).toEqual([]);
});

test('every function that is named with its file is declared there', () => {
  const pairs = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/`(\w+)`\s\((\w+\/[\w./-]+\.ts)\)/g)].map(([, name, file]) => ({ page, name, file })),
  );
  expect(pairs.length).toBeGreaterThan(40);
  const missing = pairs.filter(({ name, file }) => {
    const declared = new RegExp(`^(export )?(async )?(function|class|const|interface) ${name}\\b`, 'm');
    return !existsSync(`${file}`) || !declared.test(readFileSync(`${file}`, 'utf8'));
  });
  expect(missing).toEqual([]);
});

test('every link from page to page leads somewhere', () => {
  const links = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(#[^)]*)?\)/g)].map(([, to = '']) => ({ page, to })),
  );
  expect(links.filter(({ page, to }) => !existsSync(join(dirname(page), to)))).toEqual([]);
});

test('the floors are the folders of src', () => {
  const floors = texts.get('docs/architecture.md') ?? '';
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) expect(floors).toContain(`\`src/${name}\``);
});

test('the two forms of a function are those of this build', () => {
  const page = texts.get('docs/architecture.md') ?? '';
  const [, source = ''] = /```ts\n([^]*?)```/.exec(page) ?? [];
  const [, stepped = ''] = /```js\n([^]*?)```/.exec(page) ?? [];
  expect(source).not.toBe('');
  expect(stepped).not.toBe('');
  expect(readFileSync('src/machine/atomic.ts', 'utf8').includes(source)).toBe(true);
  expect(readFileSync('dist/stepped/kernel.js', 'utf8')).toContain(stepped);
});
