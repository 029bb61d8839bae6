/** What the compiled kernel owes its users: every bus access is a scheduling point, and one that was missed shows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compile } from '../../dist/src/stepper/compile/compile.js';
import { primitives } from '../../dist/src/machine/access-calls.js';

const text = readFileSync('dist/stepped/kernel.js', 'utf8');
const places = JSON.parse(readFileSync('dist/stepped/places.json', 'utf8')) as {
  readonly function: string;
  readonly lines: Readonly<Record<string, number>>;
}[];
const directory = mkdtempSync(join(tmpdir(), 'tasklock-proof-'));
afterAll(() => rmSync(directory, { recursive: true }));

function compileText(source: string, name = 'proof.js'): string {
  const file = join(directory, name);
  writeFileSync(file, source);
  return compile({
    entries: [{ file, name: 'entry' }],
    read: (one) => readFileSync(one, 'utf8'),
    isExternal: () => false,
    importPath: (one) => one,
  }).text;
}

test('the compiled kernel imports nothing that reaches RAM', () => {
  const from = [...text.matchAll(/^import .* from '(.*)';$/gm)].map((match) => match[1]);
  // Faults and tables; neither has the bus.
  expect(from).toEqual(['../src/machine/fault.js']);
  expect(text).not.toMatch(/\bAtomics\b|\bram\[/);
});

test('it has the scheduling points that it had', () => {
  // Changes with the kernel: look at what was added or lost before changing a figure.
  const points = places.reduce((sum, place) => sum + Object.keys(place.lines).length - 1, 0);
  expect({ functions: places.length, points }).toEqual({ functions: 836, points: 5345 });
});

test('every kind of access is resumed by performing it', () => {
  const access = text.match(/\$F\[\$c \+ 1\] = (\d+);/g) ?? [];
  const kinds = new Set(access.map((one) => Number(/= (\d+)/.exec(one)?.[1])));
  expect([...kinds].filter((kind) => kind !== 0 && ![...primitives.values()].includes(kind))).toEqual([]);
  // Each of them stands in front of the way out to the scheduler.
  expect(access.length - 1).toBe(
    [...text.matchAll(/\$F\[\$c \+ 1\] = \d+;\n\s+\$F\[\$b \+ 1\] = \d+;\n.*return true;/g)].length,
  );
});

test('an access to RAM that is no primitive is refused, with its place', () => {
  writeFileSync(
    join(directory, 'bus.js'),
    'let ram = new Int32Array(4);\nexport function peek(a) { return ram[a >> 2]; }\n',
  );
  const source = "import { peek } from './bus.js';\nexport function entry() { return peek(4); }\n";
  expect(() => compileText(source)).toThrow(/bus\.js:1:5 ram is no constant/);
});

test('a call that leads nowhere is refused, with its place', () => {
  expect(() => compileText('export function entry() {\n  return gone(1);\n}\n')).toThrow(/proof\.js:2:10/);
});
