/** Scripts in a folder with what V8 made of them: there, damaged, of another text, or not there. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BUNDLE_NAME, builtPlace } from '../../dist/src/base/built-place.js';
import { CachedScripts } from '../../dist/src/base/cached-scripts.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklock-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CACHE = join(folder, 'one.js.cache');
const text = (sum: number): string =>
  `exports.sum = (list) => list.reduce((a, b) => a + b, ${sum}) + require("./two.js").more;\n` +
  'exports.base = require("node:path").basename(__filename);\n//# sourceMappingURL=one.js.map';

function outcome(): unknown {
  const one = new CachedScripts(folder).load('one.js') as { sum(list: number[]): number; base: string };
  return [one.sum([1, 2, 3]), one.base];
}

test('they do the same whatever lies beside them', () => {
  writeFileSync(join(folder, 'two.js'), 'module.exports = { more: 100 };\n');
  writeFileSync(join(folder, 'one.js'), text(1000));
  expect(outcome()).toEqual([1106, 'one.js']);
  const scripts = new CachedScripts(folder);
  scripts.load('one.js');
  scripts.keep();
  const kept = readFileSync(CACHE);
  expect(kept.length).toBeGreaterThan(100);
  expect(outcome()).toEqual([1106, 'one.js']);
  const otherV8 = Buffer.concat([Buffer.alloc(16), kept.subarray(16)]);
  for (const damaged of [kept.subarray(0, 50), kept.subarray(8), otherV8, Buffer.alloc(0)]) {
    writeFileSync(CACHE, damaged);
    expect(outcome()).toEqual([1106, 'one.js']);
  }
  writeFileSync(CACHE, kept);
  // As long as the other, which is all that V8 looks at.
  writeFileSync(join(folder, 'one.js'), text(2000));
  expect(outcome()).toEqual([2106, 'one.js']);
});

test('a script is run once, for all who ask', () => {
  writeFileSync(join(folder, 'counts.js'), 'globalThis.timesRun = (globalThis.timesRun ?? 0) + 1;\n');
  writeFileSync(join(folder, 'asks.js'), 'require("./counts.js"); require("./counts.js");\n');
  const scripts = new CachedScripts(folder);
  scripts.load('asks.js');
  scripts.load('counts.js');
  expect(Reflect.get(globalThis, 'timesRun')).toBe(1);
  Reflect.deleteProperty(globalThis, 'timesRun');
});

test('what throws says its own place', () => {
  writeFileSync(join(folder, 'throws.js'), '\nthrow new Error("why");\n');
  const error = (() => {
    try {
      return new CachedScripts(folder).load('throws.js');
    } catch (reason) {
      return reason;
    }
  })();
  expect((error as Error).stack).toContain(`${BUNDLE_NAME}throws.js:2:7`);
});

test('what was made in one folder says in another where it is', () => {
  const other = mkdtempSync(join(tmpdir(), 'tasklock-scripts-'));
  writeFileSync(join(folder, 'late.js'), '\nexports.late = () => { throw new Error("why"); };\n');
  const made = new CachedScripts(folder);
  made.load('late.js');
  made.keep();
  for (const name of ['late.js', 'late.js.cache']) copyFileSync(join(folder, name), join(other, name));
  const { late } = new CachedScripts(other).load('late.js') as { late(): void };
  expect(late).toThrow(expect.objectContaining({ stack: expect.not.stringContaining(folder) as string }));
  rmSync(other, { recursive: true });
});

/** In a process begun with such a stack: whether V8 took the code of a script, and how deep a function comes there. */
function inProcess(...stack: readonly string[]): { rejected: boolean; depth: number } {
  const script = `
    import vm from 'node:vm';
    import { syncBuiltinESMExports } from 'node:module';
    const { Script } = vm;
    vm.Script = class extends Script {
      constructor(...all) {
        super(...all);
        vm.rejected = this.cachedDataRejected;
      }
    };
    syncBuiltinESMExports();
    const { CachedScripts } = await import(${JSON.stringify(import.meta.resolve('../../dist/src/base/cached-scripts.js'))});
    new CachedScripts(${JSON.stringify(folder)}).load('late.js');
    let depth = 0;
    const down = () => (depth++, down());
    try { down(); } catch {}
    console.log(JSON.stringify({ rejected: vm.rejected, depth }));`;
  const { stdout } = spawnSync(process.execPath, [...stack, '--input-type=module', '-e', script], { encoding: 'utf8' });
  return JSON.parse(stdout) as { rejected: boolean; depth: number };
}

test('a process with a larger stack takes what was made without one, and keeps its stack', () => {
  const usual = inProcess();
  expect(usual.rejected).toBe(false);
  const large = inProcess('--stack-size=3936');
  expect(large.rejected).toBe(false);
  expect(large.depth).toBeGreaterThan(3 * usual.depth);
});

test('a file that was only touched has its code still, one that was changed since has none', () => {
  const file = join(folder, 'late.js');
  utimesSync(file, 1, 1);
  expect(inProcess().rejected).toBe(false);
  const before = readFileSync(file, 'latin1');
  writeFileSync(file, before.replace('why', 'who'));
  expect(statSync(file).size).toBe(before.length);
  expect(inProcess().rejected).toBe(undefined);
});

test('places of scripts are those of the TypeScript, in whatever folder the bundle is', () => {
  const place = builtPlace(`    at main (${BUNDLE_NAME}main.js:1:1)`);
  expect(place?.file.startsWith(process.cwd())).toBe(true);
});
