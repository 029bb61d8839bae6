/** The text that is run of a module, for every example and every hostile one: nothing of the author is in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { lockTarget } from '../../dist/src/lab/lock-module.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import { checkGenerated } from '../../dist/src/stepper/module/generated.js';
import { ModuleFiles } from '../../dist/src/stepper/module/module-files.js';
import { compileModule } from '../../dist/src/stepper/module/module-compile.js';
import { modules } from '../hostile/modules.ts';

/** Every identifier of a text, and every string but the messages of assert, by a walk that knows nothing of the compiler's. */
function wordsOf(text: string): { readonly names: ReadonlySet<string>; readonly strings: ReadonlySet<string> } {
  const names = new Set<string>();
  const strings = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const node = value as Readonly<Record<string, unknown>>;
    if (node['type'] === 'Identifier') names.add(String(node['name']));
    if (node['type'] === 'Literal' && typeof node['value'] === 'string') strings.add(node['value']);
    const isAssert = node['type'] === 'CallExpression' && (node['callee'] as { name?: string }).name === 'assert';
    // What it says is the one thing of the author that is left; it is a literal or nothing.
    const message = isAssert ? (node['arguments'] as { type?: string }[])[1] : undefined;
    if (message?.type === 'Literal') visit((node['arguments'] as unknown[])[0]);
    else Object.values(node).forEach(visit);
  };
  const { program, errors } = parseSync('generated.js', text, { sourceType: 'module', preserveParens: false });
  expect(errors).toEqual([]);
  visit(program);
  return { names, strings };
}

const NAMES = new RegExp(
  '^(?:[fk]\\d+|\\$(?:[sl]\\d+|[FRabcv]|first|area|size|turns?|hooks|functions|reach|poisoned|perform|spin|did|' +
    'overflow|at|length|in|clear|resume|pc|run)|Math|assert|isChosen|someChosen|chosen_[a-z_]+|entries|headerWords|noting|regionWords|live|' +
    'instantiate|frames|ram|word|before|kind|value|table|i|length|size|reach|poisoned|perform|spin|did|stop|setup|invariant|' +
    'finished|model|operationAlone|imul|abs|min|max|sign|clz32|floor|ceil|round|trunc)$',
);

function hold(path: string, text: string, settings: Readonly<Record<string, number>> = {}): void {
  const compiled = compileModule(new ModuleFiles(path, text), new Map(Object.entries(settings)), false);
  expect(compiled.text).toMatch(/^[ -~\n]*$/);
  const { names, strings } = wordsOf(compiled.text);
  expect([...names].filter((name) => !NAMES.test(name))).toEqual([]);
  const imported = /^file:.*\/machine\/(?:fault|chosen-locks)\.js$/;
  expect([...strings].filter((one) => !imported.test(one))).toEqual([]);
}

describe('the text of a module is made of our words', () => {
  const folders = ['examples', 'test/fixtures/modules', 'test/fixtures/modules/several'];
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const withCpus = files.filter((file) => /\.[jt]s$/.test(file) && /cpus\b/.test(readFileSync(file, 'utf8')));

  test.each(withCpus)('%s', (file) => {
    hold(join(process.cwd(), file), readFileSync(file, 'utf8'));
  });

  test.each(locks.map((kind) => kind.name))('lock %s', (name) => {
    const kind = locks.find((one) => one.name === name);
    const target = kind && lockTarget(kind, new Map());
    if (target?.kind === 'module') hold(join('/nowhere', target.path), target.text, target.settings);
  });

  test('hostile ones that compile, and some do', () => {
    let compiled = 0;
    for (const { files: own } of modules) {
      try {
        hold('/nowhere/m.ts', String(own['m.ts']));
        compiled++;
      } catch (error) {
        if (!(error instanceof Error) || !/^(?:Module|Source)Error$/.test(error.name)) throw error;
      }
    }
    expect(compiled).toBeGreaterThan(20);
  });
});

const around = (body: string): string => `export function instantiate(frames, ram, $hooks) {\n${body}\n}\n`;
const isFile = (url: string): boolean => url === 'file:///machine/fault.js';

const accepts = (text: string): boolean => {
  try {
    checkGenerated(text, isFile);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ModuleError') throw error;
    return false;
  }
};

describe('the grammar of compiled modules', () => {
  test.each([
    "import { assert } from 'file:///machine/fault.js';\n",
    'export const entries = { setup: 1 };\n',
    'export const live = [{ 1: [3, 4] }];\n',
    'const k1 = [1, -2];\n',
    around('const $F = frames; function f1($s0) { $turn(); $l0: for (;;) { if ($s0 > 1) break $l0; } return $s0; }'),
    around('function f1($b, $c, $pc) { $F[$b + 3] = $R[$a]; $hooks.stop(1); return true; }'),
    around("function f1($s0) { assert($s0, 'text'); return Math.imul($s0, 2); }"),
  ])('has %s', (text) => {
    expect(accepts(text)).toBe(true);
  });

  test.each([
    "import { assert } from 'node:fs';\n",
    "import { writeFileSync } from 'file:///machine/fault.js';\n",
    "import { assert as f1 } from 'file:///machine/fault.js';\n",
    "import * as assert from 'file:///machine/fault.js';\n",
    "export * from 'file:///machine/fault.js';\n",
    'export const entries = { __proto__: 1 };\n',
    'export const entries = { setup() {} };\n',
    'export const entries = { [k1]: 1 };\n',
    'export const other = 1;\n',
    'export default 1;\n',
    "const k1 = 'text';\n",
    'const k1 = process;\n',
    'const k1 = /x/;\n',
    'const k1 = `x`;\n',
    'const k1 = null;\n',
    'const k1 = 1n;\n',
    'const k1 = true;\n',
    'const k1 = () => 1;\n',
    'const k1 = class {};\n',
    'const k1 = new f1();\n',
    "const k1 = import('x');\n",
    'const k1 = import.meta;\n',
    'const k1 = this;\n',
    'var k1 = 1;\n',
    'const { k1 } = k2;\n',
    'const k1 = [...k2];\n',
    around('eval(1);'),
    around('f1.constructor(1);'),
    around("$F['constructor'];"),
    around('$F[eval];'),
    around('k1[0];'),
    around('frames[0];'),
    around('$hooks[0];'),
    around('$hooks.constructor;'),
    around('f1($hooks);'),
    around('Math.constructor;'),
    around('f1(Math);'),
    around('Math.random();'),
    around('f1?.(1);'),
    around('(0, f1)(1);'),
    around('f1(1)(2);'),
    around('f1`x`;'),
    around("f1(1, 'text');"),
    around("assert('text');"),
    around('$hooks = 1;'),
    around('Math = 1;'),
    around('f1 = 1;'),
    around('k1[0] = 1;'),
    around('$s0.x = 1;'),
    around('$s0 **= 2;'),
    around('delete $s0;'),
    around('typeof $s0;'),
    around('$s0 in $s1;'),
    around('$s0 instanceof $s1;'),
    around('throw 1;'),
    around('try {} catch {}'),
    around('with ($s0) {}'),
    around('debugger;'),
    around('for ($s0 in $s1) {}'),
    around('for ($s0 of $s1) {}'),
    around('async function f1() {}'),
    around('function* f1() {}'),
    around('function f1($s0 = 1) {}'),
    around('function f1(...$s0) {}'),
    around('function constructor() {}'),
    around('other: for (;;) {}'),
    around("'use strict';"),
  ])('has no %s', (text) => {
    expect(accepts(text)).toBe(false);
  });
});
