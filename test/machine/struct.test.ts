import { describe, expect, test } from 'vitest';
import * as layout from '../../dist/src/kernel/layout.js';
import {
  fieldAt,
  int,
  listHead,
  pointer,
  rwsem,
  spinlock,
  struct,
  structInfo,
  text,
  words,
} from '../../dist/src/machine/struct.js';

const door = struct('door', {
  lock: { lock: spinlock, width: int },
  'written once': { name: text(6), list: listHead },
  'no lock': { owner: pointer('person'), steps: words(3) },
});

describe('a struct', () => {
  test('has its fields one behind the other, in the order of the description', () => {
    expect(door).toEqual({ lock: 0, width: 8, name: 12, list: 18, owner: 26, steps: 30, SIZE: 48 });
  });

  test('that is placed has addresses, and the same size', () => {
    const placed = struct('placed', { lock: { a: int, b: rwsem }, none: { c: int } }, 0x1000);
    expect(placed).toEqual({ a: 0x1000, b: 0x1004, c: 0x1014, SIZE: 24 });
    expect(structInfo(placed)).toMatchObject({ name: 'placed', base: 0x1000, size: 24 });
  });

  test('cannot be changed', () => {
    expect(() => Object.assign(door, { width: 0 })).toThrow(TypeError);
  });
});

describe('its description', () => {
  const info = structInfo(door);

  test('tells every field with type and guard', () => {
    expect(info.fields.map(({ field, guard, name }) => [field, guard, name])).toEqual([
      ['lock', 'lock', 'spinlock_t'],
      ['width', 'lock', 'int'],
      ['name', 'written once', 'char[6]'],
      ['list', 'written once', 'struct list_head'],
      ['owner', 'no lock', 'person *'],
      ['steps', 'no lock', 'int[3]'],
    ]);
  });

  test('finds the field that holds a byte', () => {
    const names = [0, 7, 8, 11, 12, 41].map((offset) => fieldAt(info, offset)?.field);
    expect(names).toEqual(['lock', 'lock', 'width', 'width', 'name', 'steps']);
    expect([fieldAt(info, 42), fieldAt(info, 48), fieldAt(info, -1)]).toEqual([undefined, undefined, undefined]);
  });

  test('exists only for structs', () => expect(() => structInfo({})).toThrow('not a struct table'));
});

const tables = Object.entries(layout).filter(([, table]) => typeof table === 'object' && 'SIZE' in table);

describe('the structs of the kernel', () => {
  test('are there', () => expect(tables.length).toBeGreaterThan(20));

  test.each(tables)('%s: words are aligned, fields do not overlap, the size is whole words', (_name, table) => {
    const { fields, size } = structInfo(table as object);
    let end = 0;
    for (const { field, offset, bytes } of fields) {
      expect(offset % 4, field).toBe(0);
      expect(offset, field).toBe(end);
      end = offset + bytes;
    }
    expect(size).toBeGreaterThanOrEqual(end);
    expect(size - end).toBeLessThan(8);
    expect(size % 8).toBe(0);
  });
});
