import { describe, expect, it } from 'vitest';
import { rules } from '../../dist/src/stepper/subset/rules.js';
import { checkSubset, formatViolation } from '../../dist/src/stepper/subset/subset.js';

/** Wraps statements into a kernel function; they begin on line 4. */
function inFunction(body: string): string {
  return [
    "import { load, store } from '../machine/bus.ts';",
    "import { fs_struct, NR_OPEN } from './layout.ts';",
    'export function f(a: number, b: number): number {',
    body,
    '  return a + b;',
    '}',
    '',
  ].join('\n');
}

/** rule, what breaks it, where, and the clean twin. */
type Case = readonly [rule: keyof typeof rules, broken: string, line: number, clean: string];

const moduleCases: readonly Case[] = [
  ['syntax', '\nconst = 3;\n', 2, '\nconst THREE = 3;\n'],
  ['import-form', "\nimport * as bus from '../machine/bus.ts';\n", 2, "\nimport { load } from '../machine/bus.ts';\n"],
  [
    'import-form',
    "\nimport { load as l } from '../machine/bus.ts';\n",
    2,
    "\nimport { load } from '../machine/bus.ts';\n",
  ],
  ['import-form', "\nimport type { BugKind } from '../machine/fault.ts';\n", 2, ''],
  ['import-path', "\nimport { readFileSync } from 'node:fs';\n", 2, "\nimport { dget } from './dcache.ts';\n"],
  ['import-path', "\nimport { list } from '../scenario/list.ts';\n", 2, "\nimport { list } from './list.ts';\n"],
  ['default-export', '\n\nexport default function f(): void {}', 3, '\n\nexport function f(): void {}'],
  ['re-export', "\nexport { dget } from './dcache.ts';\n", 2, "\nimport { dget } from './dcache.ts';\n"],
  ['re-export', "\nexport * from './dcache.ts';\n", 2, "\nimport { dget } from './dcache.ts';\n"],
  ['module-statement', '\nfor (;;) {}\n', 2, '\nexport function f(): void { for (;;) {} }\n'],
  ['module-variable', '\nlet users = 0;\n', 2, '\nconst USERS = 0;\n'],
  ['module-const', '\nconst area = f();\nfunction f(): number { return 1; }', 2, '\nconst AREA = 4 * (1 << 3);\n'],
  ['array', '\nconst TABLE = [1, 2];\n', 2, '\nconst TABLE = 1;\n'],
  ['type-declaration', '\ntype Address = number;\n', 2, ''],
  ['class', '\nclass Task {}\n', 2, ''],
  [
    'arrow-function',
    '\nexport const f = (a: number): number => a;\n',
    2,
    '\nexport function f(a: number): number { return a; }\n',
  ],
  ['async', '\nexport async function f(): void {}\n', 2, '\nexport function f(): void {}\n'],
  ['generator', '\nexport function* f(): void {}\n', 2, '\nexport function f(): void {}\n'],
  ['parameter', '\nexport function f(\n  a: string): void {}', 3, '\nexport function f(\n  a: number): void {}'],
  [
    'parameter',
    '\nexport function f(a: number,\n  b = 1): void {}',
    3,
    '\nexport function f(a: number,\n  b: number): void {}',
  ],
  ['parameter', '\nexport function f(...a: number[]): void {}\n', 2, '\nexport function f(a: number): void {}\n'],
  ['return-type', '\nexport function f() {}\n', 2, '\nexport function f(): void {}\n'],
  [
    'return-type',
    '\nexport function f(): boolean { return 1 < 2; }\n',
    2,
    '\nexport function f(): number { return 1; }\n',
  ],
];

const bodyCases: readonly Case[] = [
  ['nested-function', '  function g(): void {}', 4, '  f(a, b);'],
  ['nested-function', '\n  const g = function (): void {};', 5, '\n  const g = f(a, b);'],
  ['arrow-function', '  const g = () => a;', 4, '  const g = a;'],
  ['class', '  class C {}', 4, ''],
  ['local-type', '  let c: boolean = a < b;', 4, '  let c: number = a;'],
  ['local-init', '  let c: number;', 4, '  let c = 0;'],
  ['destructuring', '  const { c } = fs_struct;', 4, '  const c = fs_struct.count;'],
  ['var', '  var c = 1;', 4, '  let c = 1;'],
  ['label', '  out: for (;;) break out;', 4, '  for (;;) break;'],
  ['throw', '  throw a;', 4, '  return a;'],
  ['try', '  try { store(a, b); } finally { store(a, 0); }', 4, '  store(a, b);\n  store(a, 0);'],
  ['for-in', '  for (const c of a) store(c, 0);', 4, '  for (let c = 0; c < a; c++) store(c, 0);'],
  ['statement', '  debugger;', 4, ''],
  ['case-test', '  switch (a) {\n    case b: return 1;\n  }', 5, '  switch (a) {\n    case NR_OPEN: return 1;\n  }'],
  ['expression-statement', '  a && f(a, b);', 4, '  if (a) f(a, b);'],
  ['string', "  store(a, 'x');", 4, '  store(a, 120);'],
  ['template', '  store(a, `x`);', 4, '  store(a, 120);'],
  ['regex', '  store(a, /x/);', 4, '  store(a, 120);'],
  ['bigint', '  const c = 1n;', 4, '  const c = 1;'],
  ['float', '  const c = 1.5;', 4, '  const c = 1;'],
  ['integer-range', '  const c = 0xffffffff;', 4, '  const c = 0xffffffff | 0;'],
  ['boolean', '  for (;;) if (a === true) break;', 4, '  for (;;) if (a) break;'],
  ['null', '  const c = null;', 4, '  const c = 0;'],
  ['null', '  const c = undefined;', 4, '  const c = 0;'],
  ['object', '  f({ a }, b);', 4, '  f(a, b);'],
  ['array', '  f([a], b);', 4, '  f(a, b);'],
  ['this', '  f(this, b);', 4, '  f(a, b);'],
  ['new', '  new Int32Array(a);', 4, '  f(a, 1);'],
  ['spread', '  f(...a);', 4, '  f(a, b);'],
  ['optional-chain', '  const c = fs_struct?.count;', 4, '  const c = fs_struct.count;'],
  ['index', '  const c = a[b];', 4, '  const c = load(a + 4 * b);'],
  ['member', '  const c = a.length;', 4, '  const c = load(a + fs_struct.count);'],
  ['callee', '  const c = Math.max(a, b);', 4, '  const c = Math.imul(a, b);'],
  ['callee', '  a(b);', 4, '  f(a, b);'],
  ['function-value', '  const c = f;', 4, '  const c = f(a, b);'],
  ['function-value', '  f(load, b);', 4, '  f(load(a), b);'],
  ['function-value', '  const c = fs_struct;', 4, '  const c = fs_struct.count;'],
  ['global', '  const c = Infinity;', 4, '  const c = NR_OPEN;'],
  ['global', '  parseInt(a);', 4, '  load(a);'],
  ['assignment-value', '  const c = (a = b);', 4, '  a = b;\n  const c = a;'],
  ['assignment-value', '  while (a-- > 0) store(b, a);', 4, '  for (; a > 0; a--) store(b, a);'],
  ['assignment-target', '  fs_struct.count = a;', 4, '  store(fs_struct.count, a);'],
  ['operator', '  if (a == b) return 1;', 4, '  if (a === b) return 1;'],
  ['operator', '  const c = a ** b;', 4, '  const c = a * b;'],
  ['operator', '  const c = a ?? b;', 4, '  const c = a || b;'],
  ['operator', '  const c = typeof a;', 4, '  const c = ~a;'],
  ['division', '  const c = a / b;', 4, '  const c = (a / b) | 0;'],
  ['division', '  a /= 2;', 4, '  a >>= 1;'],
  ['unsigned', '  const c = a >>> 0;', 4, '  const c = a >>> 0 < b ? 1 : 0;'],
  ['sequence', '  for (let i = 0; i < a; i++, b++) store(i, 0);', 4, '  for (let i = 0; i < a; i++) store(i, 0);'],
  ['type-operator', '  const c = a as number;', 4, '  const c = a;'],
  ['type-operator', '  const c = a!;', 4, '  const c = a;'],
  ['expression', '  const c = import.meta;', 4, '  const c = a;'],
];

const cases = [
  ...moduleCases,
  ...bodyCases.map(([r, bad, line, good]): Case => [r, inFunction(bad), line, inFunction(good)]),
];

describe('the kernel subset', () => {
  it.each(cases)('%s: %j', (rule, broken, line, clean) => {
    const found = checkSubset('src/kernel/x.ts', broken).map((v) => ({ rule: v.rule, line: v.line }));
    expect(found).toContainEqual({ rule, line });
    expect(checkSubset('src/kernel/x.ts', clean)).toEqual([]);
  });

  it('has a case for every rule', () => {
    const tested = new Set(cases.map(([rule]) => rule));
    expect(Object.keys(rules).filter((rule) => !tested.has(rule as keyof typeof rules))).toEqual(['await', 'yield']);
  });

  it('refuses await and yield along with the functions that hold them', () => {
    const source = '\nexport async function* f(): void {\n  yield 1;\n  await 2;\n}\n';
    const found = checkSubset('src/kernel/x.ts', source);
    expect(found.map((v) => `${v.line} ${v.rule}`)).toEqual(['2 async', '2 generator', '3 yield', '4 await']);
  });

  it('carries calls in every place of an expression', () => {
    const body = [
      '  const c = load(a) && load(b) ? load(load(a) + 4) : -load(b);',
      '  do { a += load(b); } while (load(a) || (load(b) & 3) !== 0);',
      '  for (let i = load(a); i < load(b); i = load(i)) if (!load(i)) continue;',
      '  a |= Math.imul(c, 0xdeadbeef | 0) >>> 3;',
    ];
    expect(checkSubset('src/kernel/x.ts', inFunction(body.join('\n')))).toEqual([]);
  });

  it('lets a parameter have the name of a table', () => {
    const source =
      "import { dentry } from './layout.ts';\nexport function f(dentry: number): number {\n  return dentry;\n}\n";
    expect(checkSubset('src/kernel/x.ts', source)).toEqual([]);
  });

  it('exempts table files', () => {
    for (const file of ['layout.ts', 'caches.ts', 'locks.ts', 'syscall-numbers.ts', 'this-ip.d.ts']) {
      expect(checkSubset(`src/kernel/${file}`, 'export const table = [{}];')).toEqual([]);
    }
  });

  it('prints a violation as compilers do', () => {
    const [violation] = checkSubset('src/kernel/x.ts', '\n  let users = 0;\n');
    expect(violation && formatViolation(violation)).toBe(
      'src/kernel/x.ts:2:3 module-variable: the kernel has no variables outside RAM; add a field to layout.ts',
    );
  });
});
