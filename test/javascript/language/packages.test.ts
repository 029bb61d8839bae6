import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { runNative } from '../../support/javascript-native.js';
import { SimpleWorld } from '../../support/javascript-world.js';

const require = createRequire(import.meta.url);

/** Files of a package that stand beside each other, by what they ask each other for. */
function filesOf(main: string, names: readonly string[]): Record<string, string> {
  const folder = dirname(require.resolve(main));
  const files: Record<string, string> = {};
  for (const name of names) files[name] = readFileSync(join(folder, 'lib', `${name}.js`), 'utf8');
  return files;
}

/** Packages as they are, each with what is asked of it. */
const PACKAGES: readonly [string, string, Record<string, string>, string][] = [
  [
    'valibot',
    'valibot',
    { valibot: readFileSync(require.resolve('valibot'), 'utf8') },
    `const v = require('valibot');
const Person = v.object({ name: v.pipe(v.string(), v.minLength(2), v.transform((s) => s.toUpperCase())), age: v.optional(v.pipe(v.number(), v.integer()), 7), tags: v.array(v.union([v.string(), v.literal(5)])), more: v.record(v.string(), v.nullable(v.boolean())) });
for (const one of [{ name: 'ab', tags: ['x', 5], more: { a: null } }, { name: 'a', age: 1.5, tags: [4], more: 5 }, null, { name: 'abc', age: 3, tags: [], more: { q: true, r: 'no' } }]) { const r = v.safeParse(Person, one); console.log(r.success, r.output, r.issues?.map((i) => [i.kind, i.type, i.message, v.getDotPath(i)])); }
try { v.parse(v.string(), 5); } catch (e) { console.log(e.name, e.message, e instanceof v.ValiError); }
v.safeParseAsync(v.pipeAsync(v.string(), v.checkAsync(async (s) => s.length > 2, 'short'))  , 'ab').then((r) => console.log(r.success, r.issues?.[0].message));
console.log(v.flatten(v.safeParse(Person, { name: 1 }).issues), v.is(v.tuple([v.number(), v.date()]), [1, new Date(0)]), Object.keys(v).length);`,
  ],
  [
    'picomatch',
    'picomatch',
    filesOf('picomatch', ['constants', 'parse', 'picomatch', 'scan', 'utils']),
    `const pm = require('./picomatch');
for (const glob of ['*.js', '**/*.{ts,js}', 'a/[b-d]?/!(x).md', '@(a|b)+(c)', '!**/x', '{1..3}/**']) { const m = pm(glob, { dot: true }); console.log(glob, pm.makeRe(glob).source, ['a.js', 'q/w.ts', 'a/bq/y.md', 'acc', 'x', '2/z', '.h/x.js'].map((s) => m(s)), pm.scan(glob, { tokens: true }).parts); }`,
  ],
];

it.each(PACKAGES)('%s does as a twin what it does', async (_name, main, files, text) => {
  const native = await runNative(text, 'program.js', () => require(main));
  const { lines, error } = new SimpleWorld(files).run(text);
  expect({ lines, error }).toEqual(native);
  expect(native.error).toBeUndefined();
  expect(lines.length).toBeGreaterThan(4);
});
