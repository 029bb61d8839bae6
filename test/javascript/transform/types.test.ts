import { describe, expect, it } from 'vitest';
import { stripTypes } from '../../../dist/src/javascript/transform/types.js';
import { SimpleWorld } from '../../support/javascript-world.js';

const TEXT = `import type { Foo } from './foo.js';
import { type Bar, baz as b, Qux } from './m.js';
export enum Color { Red, Green = 5, Blue, S = 's', X = Red | 2 }
abstract class Base<T> { abstract m(): void; declare z: number; constructor(protected readonly a: T, public b?: number) { } }
export class K<T extends object = {}> extends Base<T> implements Iterable<T>, Foo {
  private x: number = 1; static readonly y?: string; z!: number; [key: string]: unknown;
  constructor(private q: number, a: T) { super(a); this.x = q as number; }
  m(): void { console.log(this!.x, (<any>this).q, this.a satisfies unknown); }
  over(a: string): void; over(a: number): void; over(a: any) { console.log('over', a); }
  *[Symbol.iterator](): IterableIterator<T> { yield this.a; }
  get<U>(this: K<T>, u?: U): U | undefined { return u; }
}
interface I { a: number } type T2 = { a: 1 };
declare const G: number; declare function df(): void;
const f = <T,>(x: T): x is T & string => true; async function g<T>(x: T = null!): Promise<T> { return x; }
let v: number | undefined = undefined, w!: string;
const k = new K<{ z: 1 }>(4, { z: 1 }); k.m(); k.over(1); console.log([...k], k.get(3), Color.Green, Color[6], Color.S, Color.X, f('x'), Object.keys(k));
export { type I, k }; export type { T2 }; export default k;
for (const [a, c] of Object.entries({ q: 1 }) as [string, number][]) console.log(a, c);
console.log(b(1), b.name);
function over2(a: string): void
function over2(a: any) { console.log('o2', a) }
over2(1)
`;

describe('TypeScript', () => {
  it('runs without its types', () => {
    const files = { 'm.js': 'export function baz(x) { return x + 1; }' };
    const { lines, error } = new SimpleWorld(files, { kind: 'module', lang: 'ts' }).run(TEXT, 'types.ts');
    expect(error).toBeUndefined();
    expect(lines).toEqual([
      '4 4 {"z":1}',
      'over 1',
      '[{"z":1}] 3 5 Blue s 2 true ["a","b","x","z","q"]',
      'q 1',
      '2 baz',
      'o2 1',
    ]);
  });

  it('keeps its lines', () => {
    const plain = stripTypes('types.ts', TEXT, 'module');
    expect(plain.split('\n').length).toBe(TEXT.split('\n').length);
    expect(plain.split('\n').findIndex((one) => one.includes('over2(1)'))).toBe(
      TEXT.split('\n').findIndex((one) => one.includes('over2(1)')),
    );
  });

  it.each([
    ['a namespace', 'namespace N { export const a = 1; }'],
    ['export =', 'const a = 1;\nexport = a;'],
  ])('%s is refused with its place', (_name, text) => {
    expect(() => stripTypes('types.ts', text, 'script')).toThrow(/^types\.ts:[12]:1 .*write it as a module$/);
  });
});
