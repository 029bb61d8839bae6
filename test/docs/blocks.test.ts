/** Code in the documentation that imports something is what a user of the package can write: it compiles, and it runs. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { UserFolder } from '../support/user-folder.ts';

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const blocks = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, text = ''], i) => ({
    name: `${page.replaceAll(/\W+/g, '-')}-${i}.ts`,
    text,
    imports: [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, from = '']) => from),
  })),
);
const complete = blocks.filter(({ imports }) => imports.length > 0);
const programs = complete.filter(({ imports }) => imports.includes('tasklock'));
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly exports: object };
const importable = Object.keys(exports).map((name) => name.replace('.', 'tasklock'));

/** The module that the pages call my-module.ts is the first one of docs/modules.md. */
const module = complete.find(({ imports }) => imports.includes('tasklock/bus'))?.text ?? '';

const folder = new UserFolder({
  'my-module.ts': module,
  ...Object.fromEntries(complete.map(({ name, text }) => [name, text])),
});
afterAll(() => folder.remove());

test('there are some, and each imports what the package exports', () => {
  expect(programs.length).toBeGreaterThanOrEqual(4);
  for (const { name, imports } of complete) {
    for (const from of imports)
      expect(importable.includes(from) || from.startsWith('node:'), `${name}: ${from}`).toBe(true);
  }
});

test('they compile', () => {
  expect(folder.compile()).toBe('');
});

test.each(programs)('$name runs', ({ name }) => {
  const { status, stderr } = folder.run(name);
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
