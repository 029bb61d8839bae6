import { describe, expect, it } from 'vitest';
import { SimpleWorld } from '../../support/javascript-world.js';

const run = (text: string, files: Record<string, string> = {}) =>
  new SimpleWorld(files, { kind: 'module' }).run(text, 'main.js');

describe('modules', () => {
  it('bindings are live', () => {
    const { lines, error } = run(
      `import { n, up } from './n.js'; import * as all from './n.js'; console.log(n); up(); console.log(n, all.n, { n }.n, [n][0], \`\${n}\`, typeof up, up.name); const f = () => n; up(); console.log(f()); console.log(Object.keys(all).sort().join());`,
      {
        'n.js': 'export let n = 1; export function up() { n++; }',
      },
    );
    expect({ lines, error }).toEqual({ lines: ['1', '2 2 2 2 2 function up', '3', 'n,up'], error: undefined });
  });

  it('every form of export and import', () => {
    const { lines, error } = run(
      `import d, { a as b, 'string name' as s, C, x, y, rest, q } from './m.js'; import f from './f.js'; import k from './k.js'; import * as r from './r.js'; export { d as default }; console.log(d, b, s, new C().v, x, y, rest.length, q, f(), f.name, new k().v, k.name, r.a, r.two, r.ns.a, 'default' in r, import.meta.url);`,
      {
        'm.js':
          "const a = 1; export { a, a as 'string name' }; export default a + 1; export class C { v = 3; } export const { x, z: [y, ...rest] } = { x: 4, z: [5, 6, 7] }; export var q = 8;",
        'f.js': 'export default function () { return 9; }',
        'k.js': 'export default class { v = 10; }',
        'r.js': "export * from './m.js'; export { a as two } from './m.js'; export * as ns from './m.js';",
      },
    );
    expect({ lines, error }).toEqual({
      lines: ['2 1 1 3 4 5 2 8 9 default 10 default 1 1 1 false file:///main.js'],
      error: undefined,
    });
  });

  it('circles', () => {
    const { lines, error } = run(
      "import { b } from './b.js'; export function a() { return 'a' + b; } export let late = 1; console.log(a());",
      {
        'b.js':
          "import { a, late } from './main.js'; export const b = typeof a; try { late; } catch (e) { console.log(e.name); }",
      },
    );
    expect({ lines, error }).toEqual({ lines: ['ReferenceError', 'afunction'], error: undefined });
  });

  it('calls of imports have no this, and imports cannot be assigned', () => {
    const { lines } = run(
      "import { f, v } from './m.js'; import * as m from './m.js'; console.log(f(), m.f() === m, (0, m.f)()); try { v = 2; } catch (e) { console.log(e.name, e.message); } try { v++; } catch (e) { console.log(e.message); }",
      {
        'm.js': 'export function f() { return this; } export let v = 1;',
      },
    );
    expect(lines).toEqual([
      'undefined true undefined',
      'TypeError Assignment to constant variable.',
      'Assignment to constant variable.',
    ]);
  });

  it('await at the top, dynamic import', () => {
    const { lines, error } = run(
      "console.log(await 5); const m = await import('./m.js'); console.log(m.v); export const w = await Promise.resolve(7); console.log(w); for await (const x of [1]) console.log(x); try { await import('./none.js'); } catch (e) { console.log(e.message); }",
      {
        'm.js': 'export const v = 6;',
      },
    );
    expect({ lines, error }).toEqual({ lines: ['5', '6', '7', '1', 'no file none.js'], error: undefined });
  });
});

const stackLine = (text: string): number => {
  const world = new SimpleWorld();
  world.given.note = (e: Error) => /lines\.js:(\d+)/.exec(e.stack as string)?.[1];
  return Number(world.run(text, 'lines.js').lines[0]);
};

describe('positions', () => {
  it.each([
    [
      'in a function',
      '\nfunction f(\n a,\n b = 2,\n) {\n  const strict = 1;\n  return a\n    .b // gone\n    ?? new Error();\n}\nconsole.log(note(f({})))',
      9,
    ],
    [
      'in a method after fields',
      '\nclass A {\n  #x =\n    1;\n  y = 2;\n  static z = [\n 1,\n];\n  m(\n) {\n    return this.#x && new Error();\n  }\n}\nconsole.log(note(new A().m()));',
      11,
    ],
    [
      'in an argument of a call over lines',
      '\nconst f = (a, e) => e;\nconsole.log(note(f(\n  1,\n  new Error(),\n)));',
      5,
    ],
    [
      'behind a template',
      '\nconst t = `a\nb${1}\nc`;\nconst tag = (s) => s;\ntag`x\n${2}\ny`;\nconsole.log(note(new Error()));',
      9,
    ],
    [
      'in loops and switches',
      '\nouter: for (const [\n a,\n] of [[1]]) {\n  for (let i = 0;\n i < 1;\n i++) {\n    switch (\n      a\n    ) {\n      case 0:\n      case\n        1: {\n        console.log(note(new Error()));\n      }\n    }\n  }\n}',
      14,
    ],
    [
      'in async code',
      '\n(async () => {\n  await\n    null;\n  const { a,\n    b = new Error() } = { a: 1 };\n  console.log(note(b));\n})();',
      6,
    ],
    [
      'in accessors of a literal',
      '\nconst o = {\n  get\n  x() {\n    return new Error();\n  },\n};\nconsole.log(note(o.x));',
      5,
    ],
  ])('an error %s has its line', (_name, text, line) => {
    expect(stackLine(text)).toBe(line);
  });
});
