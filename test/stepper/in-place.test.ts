/** Which calls are written in place, and that they are: a fault shows who was called. */
import { describe, expect, test } from 'vitest';
import { compileWhole } from '../../dist/src/stepper/compile/uncut.js';
import { inPlaceOf, namesInPlace } from '../../dist/src/stepper/wasm/in-place.js';
import { compiled } from '../support/uncut.ts';

const TEXT = `import { load } from './bus.js';
function small(a) { return load(a); }
function large(a) { return (((a + 1) ^ 2) + ((a + 3) ^ 4) + ((a + 5) ^ 6) + ((a + 7) ^ 8)) | 0; }
function alone(a) { return (large(a) + large((a + 1) | 0) + ((a + 9) ^ 1)) | 0; }
function again(n) { return n > 0 ? again((n - 1) | 0) : small(n); }
export function run(a) { return (small(a) + small((a + 4) | 0) + alone(a) + again(a)) | 0; }`;

const { whole } = compileWhole(
  {
    entries: [{ file: 'code.js', name: 'run' }],
    read: (file) => (file === 'code.js' ? TEXT : 'export function load() {}'),
    isExternal: () => false,
    importPath: (file) => file,
    originalLine: (_, line) => line,
  },
  (key) => key.startsWith('bus.js#'),
);

describe('which', () => {
  test.each([
    [0, ['alone']],
    [8, ['alone', 'small']],
    [1000, ['alone', 'large', 'small']],
  ])('of fewer than %i values', (values, names) => {
    expect([...namesInPlace(whole, ['run'], values)].sort()).toEqual(names);
    expect(namesInPlace(whole, ['run', 'alone'], values)).not.toContain('alone');
  });

  test('a name of none is refused', () => {
    expect(() => inPlaceOf(whole, ['nobody'])).toThrow('there is no function nobody');
  });
});

/** Functions of the code that a fault was thrown in, innermost first. */
function chain(inPlace: number): string[] {
  try {
    compiled(TEXT, ['run'], { inPlace })['run']?.(0);
  } catch (error) {
    return [...String((error as Error).stack).matchAll(/\bat (\w+) \(wasm:/g)].map(([, name = '']) => name);
  }
  return [];
}

test.each([
  [0, ['small', 'run']],
  [8, ['run']],
])('of fewer than %i values they are in no call chain', (inPlace, functions) => {
  expect(chain(inPlace)).toEqual(functions);
});
