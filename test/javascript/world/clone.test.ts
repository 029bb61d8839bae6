import { types } from 'node:util';
import { describe, expect, it } from 'vitest';
import { pack, type Ports, repack, unpack } from '../../../dist/src/javascript/world/clone.js';

const noPorts: Ports = { endOf: () => undefined, isOpaque: (object) => object instanceof Opaque };
class Opaque {
  readonly is = true;
}
const copy = (value: unknown): unknown => unpack(pack(value, [], noPorts), () => ({})).value;
const said = (run: () => unknown): string => {
  try {
    run();
    return 'nothing';
  } catch (error) {
    const { name, message, code } = error as Error & { code?: unknown };
    return `${name} ${String(code)} ${message}`;
  }
};

const circle: { self?: unknown; list: unknown[] } = { list: [] };
circle.self = circle;
circle.list.push(circle, circle.list);
class Point {
  x = 1;
  #hidden = 2;
  get sum(): number {
    return this.x + this.#hidden;
  }
}
const sparse = Object.assign([1, 2, 3], { extra: true });
delete sparse[1];

const values: [string, unknown][] = [
  ['primitives', [undefined, null, true, -0, Number.NaN, 'text', 12n]],
  ['boxed', [Object(1), Object('s'), Object(false), Object(3n)]],
  ['a date', new Date(5)],
  ['a regular expression', /a+/giu],
  ['a map in a set', new Set([new Map<unknown, unknown>([[{ a: 1 }, [2]]])])],
  ['an object of a class', new Point()],
  ['an array with holes', sparse],
  ['a circle', circle],
  ['typed arrays', [new Float32Array([1, 2]), new BigUint64Array([3n]), new DataView(new ArrayBuffer(3), 1)]],
  ['no prototype', Object.assign(Object.create(null), { a: 1 })],
  [
    'a getter',
    {
      get seen() {
        return 5;
      },
    },
  ],
  ['an error', new RangeError('message', { cause: { why: 1 } })],
  ['an error of another name', Object.assign(new Error('m'), { name: 'Mine', extra: 1 })],
];

describe('structured clone', () => {
  it.each(values)('copies %s as the engine does', (_, value) => {
    const ours = copy(value);
    expect(ours).toEqual(structuredClone(value));
    expect(types.isProxy(ours)).toBe(false);
    if (value instanceof Error) {
      expect(Object.getOwnPropertyDescriptors(ours as object)).toEqual(
        Object.getOwnPropertyDescriptors(structuredClone(value)),
      );
      expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(structuredClone(value)));
    }
  });

  it('keeps what is the same the same', () => {
    const buffer = new ArrayBuffer(8);
    const one = {};
    const [a, b, c, d] = copy([one, one, new Uint8Array(buffer), new Uint16Array(buffer, 2)]) as [
      object,
      object,
      Uint8Array,
      Uint16Array,
    ];
    expect(a).toBe(b);
    expect(c.buffer).toBe(d.buffer);
    expect([d.byteOffset, d.length]).toEqual([2, 3]);
  });

  it('shares shared memory', () => {
    const shared = new SharedArrayBuffer(4);
    const got = copy({ view: new Int16Array(shared, 2), shared }) as { view: Int16Array; shared: SharedArrayBuffer };
    expect(got.view.buffer).toBe(shared);
    expect(got.view.byteOffset).toBe(2);
    expect(got.shared).toBe(shared);
  });

  it('moves what is transferred', () => {
    const buffer = new ArrayBuffer(4);
    const view = new Uint8Array(buffer).fill(7);
    const packed = pack({ view }, [buffer], noPorts);
    expect(buffer.byteLength).toBe(0);
    expect([...(unpack(packed, () => ({})).value as { view: Uint8Array }).view]).toEqual([7, 7, 7, 7]);
  });

  it.each<[string, () => unknown, (f: (value: unknown) => unknown) => unknown]>([
    ['a function', () => () => 1, (f) => f(() => 1)],
    ['a symbol', () => Symbol('s'), (f) => f(Symbol('s'))],
    ['a WeakMap inside', () => 0, (f) => f({ deep: [new WeakMap()] })],
    ['a promise of the engine', () => 0, (f) => f(Promise.resolve())],
    ['a proxy', () => 0, (f) => f(new Proxy({}, {}))],
    ['an iterator', () => 0, (f) => f(new Map().values())],
    ['a WeakRef', () => 0, (f) => f(new WeakRef({}))],
  ])('refuses %s in the words of the engine', (_, __, use) => {
    expect(said(() => use(copy))).toBe(said(() => use((value) => structuredClone(value))));
    expect(said(() => use(copy))).toMatch(/^DataCloneError 25 /);
  });

  it('refuses objects that only look like others, and wrong transfers', () => {
    expect(said(() => copy([new Opaque()]))).toBe('DataCloneError 25 #<Opaque> could not be cloned.');
    const buffer = new ArrayBuffer(1);
    expect(said(() => pack(1, [buffer, buffer], noPorts))).toBe(
      'DataCloneError 25 Transfer list contains duplicate ArrayBuffer',
    );
    expect(said(() => pack(1, [{}], noPorts))).toBe(
      'TypeError ERR_INVALID_TRANSFER_OBJECT Found invalid object in transferList',
    );
  });

  it('gives each receiver its own', () => {
    const packed = pack({ a: [] }, [], noPorts);
    expect(repack(packed).root).toEqual(packed.root);
    expect(repack(packed).root).not.toBe(packed.root);
  });
});
