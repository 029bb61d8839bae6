/**
 * Struct layout. A struct is described once, its fields grouped under the lock that guards them; offsets, sizes,
 * symbol names in dumps and the printed layout all come from that description.
 *
 * At run time a struct is an object of byte offsets (`fs_struct.count`), or of addresses when it is placed. The
 * build replaces such members in kernel code by their numbers, so they cost nothing.
 */

export interface FieldType {
  /** C-like name of the type, for the printed layout. */
  readonly name: string;
  readonly bytes: number;
  /** What a dump shows the words as. */
  readonly show: 'int' | 'hex' | 'pointer' | 'lock' | 'bytes';
}

const type = (name: string, bytes: number, show: FieldType['show']): FieldType => ({ name, bytes, show });

export const int = type('int', 4, 'int');
export const hex = type('unsigned int', 4, 'hex');
export const atomic = type('atomic_t', 4, 'int');
export const spinlock = type('spinlock_t', 8, 'lock');
export const rwlock = type('rwlock_t', 12, 'lock');
export const rwsem = type('struct rw_semaphore', 16, 'lock');
export const listHead = type('struct list_head', 8, 'pointer');
export const hlistNode = type('struct hlist_node', 8, 'pointer');
export const pointer = (to: string): FieldType => type(`${to} *`, 4, 'pointer');
export const words = (count: number): FieldType => type(`int[${count}]`, 4 * count, 'hex');
export const text = (bytes: number): FieldType => type(`char[${bytes}]`, bytes, 'bytes');

/** Field lists by guard: the name of the lock, or a phrase that says why none is needed. */
export type Groups = { readonly [guard: string]: { readonly [field: string]: FieldType } };

type FieldNames<G extends Groups> = { [K in keyof G]: keyof G[K] }[keyof G];
export type Offsets<G extends Groups> = { readonly [F in FieldNames<G> & string]: number } & {
  readonly SIZE: number;
};

export interface Field extends FieldType {
  readonly field: string;
  readonly guard: string;
  readonly offset: number;
}

export interface StructInfo {
  readonly name: string;
  readonly base: number;
  readonly size: number;
  readonly fields: readonly Field[];
}

const registry = new Map<object, { readonly name: string; readonly base: number; readonly groups: Groups }>();
/** Descriptions that somebody asked for: threads of CPUs, which have the same structs, ask for few. */
const infos = new Map<object, StructInfo>();

/** Describes a struct; with a base its members are absolute addresses. Size is rounded up to 8 bytes. */
export function struct<G extends Groups>(name: string, groups: G, base = 0): Offsets<G> {
  const offsets: Record<string, number> = {};
  let at = 0;
  for (const guard in groups) {
    const members = groups[guard];
    for (const field in members) {
      offsets[field] = base + at;
      at += (members[field] as FieldType).bytes;
    }
  }
  offsets.SIZE = (at + 7) & ~7;
  const table = Object.freeze(offsets) as Offsets<G>;
  registry.set(table, { name, base, groups });
  return table;
}

/** The description a struct was made from. Throws for anything else. */
export function structInfo(table: object): StructInfo {
  const info = infos.get(table) ?? describe(table);
  infos.set(table, info);
  return info;
}

function describe(table: object): StructInfo {
  const known = registry.get(table);
  if (known === undefined) throw new Error('not a struct table');
  const { name, base, groups } = known;
  const offsets = table as Readonly<Record<string, number>>;
  const fields = Object.entries(groups).flatMap(([guard, members]) =>
    Object.entries(members).map(([field, member]): Field => {
      return { ...member, field, guard, offset: (offsets[field] as number) - base };
    }),
  );
  return { name, base, size: offsets['SIZE'] as number, fields };
}

/** The field of a struct that holds this byte offset, or undefined. */
export function fieldAt(info: StructInfo, offset: number): Field | undefined {
  return info.fields.find((f) => offset >= f.offset && offset < f.offset + f.bytes);
}
