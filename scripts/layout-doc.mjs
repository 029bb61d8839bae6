/** Writes docs/layout.md from the built struct table; with --check says whether it is current. */
import { readFileSync, writeFileSync } from 'node:fs';
import { structInfo } from '../dist/src/machine/struct.js';
import { cpu_area, machine } from '../dist/src/machine/map.js';
import * as layout from '../dist/src/kernel/layout.js';

const isTable = (value) => {
  try {
    return typeof value === 'object' && structInfo(value) !== undefined;
  } catch {
    return false;
  }
};

function section(table) {
  const { name, size, fields } = structInfo(table);
  const rows = fields.map((f) => `| ${f.offset} | ${f.name} | ${f.field} | ${f.guard} |`);
  return [
    `## ${name}`,
    '',
    `${size} bytes.`,
    '',
    '| offset | type | field | guarded by |',
    '|---|---|---|---|',
    ...rows,
    '',
  ];
}

const tables = [machine, cpu_area, ...Object.values(layout).filter(isTable)];
const intro =
  'Made by `node scripts/layout-doc.mjs` from the struct tables; the build puts the same numbers into the code.';
const text = ['# Layout of RAM', '', intro, '', ...tables.flatMap(section)].join('\n');
const file = new URL('../docs/layout.md', import.meta.url);

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/layout.md is out of date: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, text);
}
