/** Writes the table of the bus in docs/modules.md from the table of accesses; with --check says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { offered } from '../dist/src/machine/bus-functions.js';

/** Functions that do the same stand in one row. */
function rowsOf(calls) {
  const rows = new Map();
  for (const { call, does } of calls) {
    const text = `\`${call.replace(/^.*#/, '').replaceAll('?', '')}\``;
    rows.set(does, [...(rows.get(does) ?? []), text]);
  }
  return [...rows].map(([does, functions]) => `| ${functions.join(', ')} | ${does} |`);
}

const file = new URL('../docs/modules.md', import.meta.url);
const old = readFileSync(file, 'utf8');
const table = ['| function | does |', '|---|---|', ...rowsOf(offered), ''].join('\n');
const text = old.replace(/^\| function \| does \|\n(?:\|.*\n)+/m, () => table);

if (process.argv.includes('--check')) {
  if (old !== text || !old.includes(table)) {
    console.error('docs/modules.md is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
