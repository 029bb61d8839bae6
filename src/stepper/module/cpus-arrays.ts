/** Methods of arrays in the list of CPUs (cpus-list.ts). */
import type { Node } from 'oxc-parser';
import type { Value } from './cpus-values.ts';

/** Whoever works the list out. */
interface Reader {
  /** What a function gives for these arguments. */
  call(at: Node, callee: Value, args: readonly Value[]): Value;
  /** Refuses a list that is too long. */
  length(at: Node, value: number): void;
}

type Method = (reader: Reader, at: Node, list: readonly Value[], args: readonly Value[]) => readonly Value[];

const mapped: Method = (reader, at, list, [callee]) => list.map((one, i) => reader.call(at, callee, [one, i, list]));

const flat = (reader: Reader, at: Node, list: readonly Value[]): readonly Value[] => {
  const out: Value[] = [];
  for (const one of list) {
    if (Array.isArray(one)) out.push(...(one as readonly Value[]));
    else out.push(one);
    reader.length(at, out.length);
  }
  return out;
};

/** A place in the list; undefined where none is given. */
const place = (value: Value): number | undefined => (typeof value === 'number' ? value : undefined);

const METHODS: Readonly<Record<string, Method>> = {
  fill: (_reader, _at, list, [value, from, to]) => [...list].fill(value, place(from), place(to)),
  map: mapped,
  flatMap: (reader, at, list, args) => flat(reader, at, mapped(reader, at, list, args)),
  filter: (reader, at, list, args) => {
    const kept = mapped(reader, at, list, args);
    return list.filter((_, i) => kept[i] !== undefined && kept[i] !== 0);
  },
  flat: (reader, at, list) => flat(reader, at, list),
  concat: (reader, at, list, args) => flat(reader, at, [list, ...args]),
  slice: (_reader, _at, list, [from, to]) => list.slice(place(from), place(to)),
  reverse: (_reader, _at, list) => list.toReversed(),
};

/** What the method gives; undefined when arrays have none of that name here. */
export function arrayMethod(
  reader: Reader,
  at: Node,
  name: string,
  list: readonly Value[],
  args: readonly Value[],
): readonly Value[] | undefined {
  if (!Object.hasOwn(METHODS, name)) return undefined;
  reader.length(at, list.length);
  return METHODS[name]?.(reader, at, list, args);
}
