import { describe, expect, it } from 'vitest';
import { atomic, bulk, isShared, read, write } from '../../../dist/src/javascript/memory/access.js';
import type { Running } from '../../../dist/src/javascript/operation.js';
import { agentsOf, drive, newWorld } from '../../support/agents.js';

const SEEDS = Array.from({ length: 200 }, (_, i) => i + 1);

/** All that `reader` gives while `writer` runs, under many schedules. */
function seen(make: () => { writer: () => Running; reader: () => Running }): Set<unknown> {
  const values = new Set<unknown>();
  for (const seed of SEEDS) {
    const { writer, reader } = make();
    const world = newWorld();
    agentsOf(world, {
      writer,
      *reader() {
        values.add(yield* reader());
      },
    });
    drive(world, seed);
    expect(world.failure).toBeUndefined();
  }
  return values;
}

const call = (f: Function, self: unknown, ...args: unknown[]): Running => bulk(f, self, args, f.name, -1) as Running;

describe('what may tear does', () => {
  it('a BigInt64 element, in halves', () => {
    const values = seen(() => {
      const view = new BigInt64Array(new SharedArrayBuffer(8));
      return {
        *writer() {
          yield write(view, 0, 0x1_0000_0001n, -1);
        },
        *reader() {
          return yield read(view, 0, -1);
        },
      };
    });
    expect(values).toEqual(new Set([0n, 1n, 0x1_0000_0000n, 0x1_0000_0001n]));
  });

  it('not an Int32, nor a BigInt64 by Atomics', () => {
    const values = seen(() => {
      const view = new Int32Array(new SharedArrayBuffer(8));
      return {
        *writer() {
          yield write(view, 0, -1, -1);
        },
        *reader() {
          return yield read(view, 0, -1);
        },
      };
    });
    expect(values).toEqual(new Set([0, -1]));
    const atomics = seen(() => {
      const view = new BigInt64Array(new SharedArrayBuffer(8));
      return {
        *writer() {
          yield atomic('store', [view, 0, -1n], -1);
        },
        *reader() {
          return yield atomic('load', [view, 0], -1);
        },
      };
    });
    expect(atomics).toEqual(new Set([0n, -1n]));
  });

  it('an Int32 through a DataView, at any offset and in either order of bytes', () => {
    for (const littleEndian of [true, false]) {
      const values = seen(() => {
        const view = new DataView(new SharedArrayBuffer(8), 1);
        return {
          *writer() {
            yield* call(view.setInt32, view, 1, 0x11112222, littleEndian);
          },
          *reader() {
            return yield* call(view.getInt32, view, 1, littleEndian);
          },
        };
      });
      expect(values).toEqual(new Set([0, 0x2222, 0x11110000, 0x11112222]));
    }
  });

  it('a copy, part by part', () => {
    const values = seen(() => {
      const view = new Uint8Array(new SharedArrayBuffer(4));
      return {
        *writer() {
          yield* call(view.set, view, [1, 1, 1, 1]);
        },
        *reader() {
          return (yield* call(view.join, view, '')) as string;
        },
      };
    });
    expect(values.has('0000') && values.has('1111') && values.has('1000') && values.has('0001')).toBe(true);
  });
});

const shown = (value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value);

/** Runs code of one agent alone. */
function alone(code: () => Running): unknown {
  let result: unknown;
  const world = newWorld();
  agentsOf(world, {
    *one() {
      try {
        result = yield* code();
      } catch (error) {
        result = String(error);
      }
    },
  });
  drive(world, 1);
  return result;
}

describe('native functions over shared views come to what they come to over others', () => {
  const cases: [string, (view: Int16Array) => [Function, unknown, unknown[]]][] = [
    ['set of an array', (v) => [v.set, v, [[7, 8.9, '9'], 2]]],
    ['set of itself, overlapping', (v) => [v.set, v, [v.subarray(0, 4), 1]]],
    ['set beyond the end', (v) => [v.set, v, [[1, 2], 7]]],
    ['set at a negative offset', (v) => [v.set, v, [[1], -1]]],
    ['fill', (v) => [v.fill, v, [70_000, 1, -1]]],
    ['copyWithin forward', (v) => [v.copyWithin, v, [2, 0, 5]]],
    ['copyWithin backward', (v) => [v.copyWithin, v, [0, 3]]],
    ['reverse', (v) => [v.reverse, v, []]],
    ['sort', (v) => [v.sort, v, []]],
    ['slice', (v) => [v.slice, v, [1, 3]]],
    ['indexOf', (v) => [v.indexOf, v, [3]]],
    ['join', (v) => [v.join, v, ['-']]],
    ['at', (v) => [v.at, v, [-1]]],
    ['subarray', (v) => [v.subarray, v, [1, 3]]],
    ['DataView.getInt16', (v) => [DataView.prototype.getInt16, new DataView(v.buffer), [3]]],
    ['DataView.setFloat64', (v) => [DataView.prototype.setFloat64, new DataView(v.buffer), [1, 1.5]]],
    ['DataView.getInt8 out of bounds', (v) => [DataView.prototype.getInt8, new DataView(v.buffer), [99]]],
    ['Buffer.readUInt32BE', (v) => [Buffer.prototype.readUInt32BE, Buffer.from(v.buffer), [1]]],
    ['Buffer.readIntLE', (v) => [Buffer.prototype.readIntLE, Buffer.from(v.buffer), [1, 3]]],
    ['Buffer.readUInt8 out of bounds', (v) => [Buffer.prototype.readUInt8, Buffer.from(v.buffer), [99]]],
    ['Buffer.writeUInt32LE', (v) => [Buffer.prototype.writeUInt32LE, Buffer.from(v.buffer), [0xdeadbeef, 3]]],
    ['Buffer.copy', (v) => [Buffer.prototype.copy, Buffer.from([1, 2, 3, 4, 5]), [Buffer.from(v.buffer), 3, 1, 4]]],
    ['Buffer.write', (v) => [Buffer.prototype.write, Buffer.from(v.buffer), ['abc', 2]]],
    ['Buffer.toString', (v) => [Buffer.prototype.toString, Buffer.from(v.buffer), ['hex']]],
    ['Buffer.fill', (v) => [Buffer.prototype.fill, Buffer.from(v.buffer), ['ab', 1, 6]]],
    ['Buffer.toString of a part', (v) => [Buffer.prototype.toString, Buffer.from(v.buffer), ['hex', 2.7, 99]]],
    ['Buffer.toString from behind its end', (v) => [Buffer.prototype.toString, Buffer.from(v.buffer), ['hex', 9, -1]]],
    ['Buffer.hexSlice', (v) => [Buffer.from(v.buffer).hexSlice, Buffer.from(v.buffer), [3, 9]]],
    ['Buffer.hexSlice out of bounds', (v) => [Buffer.from(v.buffer).hexSlice, Buffer.from(v.buffer), [3, 99]]],
    ['Buffer.write that is cut off', (v) => [Buffer.prototype.write, Buffer.from(v.buffer), ['aéé', 2, 4]]],
    ['Buffer.write with an encoding', (v) => [Buffer.prototype.write, Buffer.from(v.buffer), ['0a0b', 'hex']]],
    ['Buffer.write out of bounds', (v) => [Buffer.prototype.write, Buffer.from(v.buffer), ['a', 99]]],
    ['Buffer.latin1Write', (v) => [Buffer.from(v.buffer).latin1Write, Buffer.from(v.buffer), ['abc', 3, 2]]],
    ['Buffer.fill of all', (v) => [Buffer.prototype.fill, Buffer.from(v.buffer), ['0102', 'hex']]],
    ['Buffer.fill to an end', (v) => [Buffer.prototype.fill, Buffer.from(v.buffer), [7, 3, 5]]],
    ['Buffer.fill of shared bytes', (v) => [Buffer.prototype.fill, Buffer.alloc(5), [new Uint8Array(v.buffer, 0, 3)]]],
    ['Buffer.swap16', (v) => [Buffer.prototype.swap16, Buffer.from(v.buffer), []]],
    ['slice from the end', (v) => [v.slice, v, [-3, -1]]],
    ['slice of nothing', (v) => [v.slice, v, [5, 2]]],
    ['Buffer.equals', (v) => [Buffer.prototype.equals, Buffer.from([1]), [Buffer.from(v.buffer, 0, 1)]]],
    ['encodeInto', (v) => [TextEncoder.prototype.encodeInto, new TextEncoder(), ['aé', new Uint8Array(v.buffer)]]],
    ['Array.from', (v) => [Array.from, Array, [v]]],
    ['JSON.stringify', (v) => [JSON.stringify, JSON, [v]]],
  ];
  it.each(cases)('%s', (_, make) => {
    const start = [5, 3, 1, 4, 2, 0, -1, 9];
    const plain = new Int16Array(start);
    const shared = new Int16Array(new SharedArrayBuffer(16));
    shared.set(start);
    let wanted: unknown;
    try {
      const [f, self, args] = make(plain);
      wanted = shown(Reflect.apply(f, self, args));
    } catch (error) {
      wanted = String(error);
    }
    const [f, self, args] = make(shared);
    const got = alone(function* () {
      const code = bulk(f, self, args, f.name, -1);
      return code === undefined ? Reflect.apply(f, self, args) : yield* code;
    });
    expect(shown(got)).toEqual(wanted);
    expect([...shared]).toEqual([...plain]);
  });

  it('leaves alone what touches nothing shared', () => {
    const own = new Uint8Array(4);
    expect(bulk(own.set, own, [[1]], 'set', -1)).toBeUndefined();
    expect(
      bulk(Map.prototype.set, new Map(), ['k', new Uint8Array(new SharedArrayBuffer(1))], 'set', -1),
    ).toBeUndefined();
    expect(isShared(own, 0)).toBe(false);
    expect(isShared([1], 0)).toBe(false);
    expect(isShared({ length: 1 }, 'length')).toBe(false);
  });

  it('knows an element by every form of its key', () => {
    const view = new Int32Array(new SharedArrayBuffer(8));
    expect([0, 7, -1, 1.5, '0', '1.5', '-0', 'Infinity'].map((key) => isShared(view, key))).toEqual(
      Array(8).fill(true),
    );
    expect(['00', 'x', '+1', Symbol.iterator].map((key) => isShared(view, key))).toEqual(Array(4).fill(false));
    expect(
      alone(function* () {
        return [yield read(view, 9, -1), yield read(view, -0, -1), yield write(view, 9, 5, -1)];
      }),
    ).toEqual([undefined, view[0], 5]);
  });
});

/** What two agents touch that each make a buffer. */
function placeNames(seed: number): string[] {
  const found: string[] = [];
  const world = newWorld();
  const make = function* (): Running {
    const view = new Int32Array(new SharedArrayBuffer(8));
    const operation = read(view, 1, -1);
    for (const { place, from, to } of operation.touches) found.push(`${place.id} ${place.name} ${from} ${to}`);
    return yield operation;
  };
  agentsOf(world, { a: make, b: make });
  drive(world, seed);
  return found.sort();
}

describe('places', () => {
  it('have numbers and names that follow from their maker', () => {
    const first = placeNames(1);
    for (const seed of [2, 3, 4]) expect(placeNames(seed)).toEqual(first);
    expect(first.map((one) => one.replace(/^\d+ /, '')).sort()).toEqual(['buffer 1 of a 4 8', 'buffer 1 of b 4 8']);
  });
});
