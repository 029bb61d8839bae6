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

interface Lint {
  readonly overrides: readonly [{ readonly rules: { readonly 'floors/down': readonly [string, readonly string[][]] } }];
}

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

const below = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`);

test('every file that a comment of the source names is there', () => {
  const all = ['src', 'workers', 'bench', 'test', 'scripts', 'examples'].flatMap(below);
  const isOne = (name: string): boolean => all.some((path) => path === name || path.endsWith(`/${name}`));
  const named = all
    .filter((path) => /^(src|workers|bench|scripts)\/.*\.(ts|mjs)$/.test(path))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/^\s*(?:\/\*\*|\*|\/\/) .*$/gm)].flatMap(([line]) =>
        [...line.matchAll(/(?<![\w./*-])[\w/-][\w./-]*\.(?:ts|mjs)\b/g)].map(([name]) => ({ path, name })),
      ),
    );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ name }) => name !== 'MODULE.ts' && !isOne(name))).toEqual([]);
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

test('every script that a page calls is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: Record<string, string> };
  const called = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => ({ page, script })),
  );
  expect(called.length).toBeGreaterThan(5);
  expect(called.filter(({ script }) => scripts[script] === undefined)).toEqual([]);
});

test('every link from page to page leads somewhere', () => {
  const links = [...texts].flatMap(([page, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]+)(#[^)]*)?\)/g)].map(([, to = '']) => ({ page, to })),
  );
  expect(links.filter(({ page, to }) => !existsSync(join(dirname(page), to)))).toEqual([]);
});

test('the floors are those that the linter holds, top to bottom', () => {
  const rules = readFileSync('.oxlintrc.json', 'utf8').replaceAll(/^\s*\/\/.*$/gm, '');
  const [, floors] = (JSON.parse(rules) as Lint).overrides[0].rules['floors/down'];
  const rows = [...(texts.get('docs/architecture.md') ?? '').matchAll(/^\| (`(?:src\/|workers).*?) \| (.*) \|$/gm)];
  const named = rows.flatMap(([, cell = '', what = '']) => {
    const names = [...cell.matchAll(/`([\w/]+)`/g)].map(([, name = '']) => name);
    const rooms = [...what.matchAll(/`([\w/]+)`/g)].map(([, room]) => `${names[0]}/${room}`);
    return rooms.length > 0 ? rooms : names;
  });
  const folders = floors.flat().filter((folder) => !folder.endsWith('.ts') && folder !== 'bench');
  expect([...named].sort()).toEqual([...folders].sort());
  // Folders of one floor may stand in any order.
  const ranks = named.map((name) => floors.findIndex((floor) => floor.includes(name)));
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
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
