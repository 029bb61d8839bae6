/** docs/modules.md says what is there, and what it shows is so. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { exploreText, titles } from '../support/explore-module.ts';

const doc = readFileSync('docs/modules.md', 'utf8');

const squeezed = (text: string): string => text.trim().replace(/\n+/g, '\n');

test('its table of the bus is that of the accesses', () => {
  expect(spawnSync(process.execPath, ['scripts/access-doc.mjs', '--check'], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('the module there does what is shown', async () => {
  const text = /```ts\n([^`]*)```/.exec(doc)?.[1] ?? '';
  const result = await exploreText(text);
  expect(doc).toContain(`FOUND 1 BUG in ${result.executions} executions`);
  expect(titles(result).map((title) => `BUG: ${title}`)).toEqual([/^BUG: .*$/m.exec(doc)?.[0]]);
  const shown = readFileSync('examples/philosophers.ts', 'utf8').replace(/\/\*\*[^]*?\*\/\n/g, '');
  expect(squeezed(text)).toBe(squeezed(shown));
});

test('it lists every example', () => {
  const files = readdirSync('examples').filter((name) => name.endsWith('.ts'));
  for (const file of files) expect(doc).toContain(`\`${file}\``);
});
