/** docs/modules.md says what is there, and what it shows is so. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { busConstants, busFunctions } from '../../dist/src/machine/bus-functions.js';
import * as bus from '../../dist/src/bus.js';
import { exploreText, titles } from '../support/explore-module.ts';

const doc = readFileSync('docs/modules.md', 'utf8');

const squeezed = (text: string): string => text.trim().replace(/\n+/g, '\n');

test('the table of the bus has every function with its parameters', () => {
  // Their releases stand beside the read and write locks.
  const beside = new Set(['arch_read_unlock', 'arch_write_unlock']);
  for (const [name, { parameters }] of busFunctions) {
    const text = name === 'assert' ? "assert(condition, 'message')" : `${name}(${parameters.join(', ')})`;
    if (!beside.has(name)) expect(doc).toContain(`\`${text}\``);
  }
});

test('the bus has what it is said to have', () => {
  expect(Object.keys(bus).sort()).toEqual([...busFunctions.keys(), ...busConstants].sort());
});

test('the module there does what is shown', async () => {
  const text = /```ts\n([^`]*)```/.exec(doc)?.[1] ?? '';
  const result = await exploreText(text);
  expect(doc).toContain(`1 different bug in ${result.executions} executions`);
  expect(titles(result).map((title) => `BUG: ${title}`)).toEqual([/^BUG: .*$/m.exec(doc)?.[0]]);
  const shown = readFileSync('examples/philosophers.ts', 'utf8').replace(/\/\*\*[^]*?\*\/\n/g, '');
  expect(squeezed(text)).toBe(squeezed(shown));
});

test('it lists every example', () => {
  const files = readdirSync('examples').filter((name) => name.endsWith('.ts'));
  for (const file of files) expect(doc).toContain(`\`${file}\``);
});
