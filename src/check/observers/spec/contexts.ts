/**
 * What a task shares with others and what is its own to see: pointers to its contexts, the contents of its fs part, and
 * which descriptors it has.
 */
import { fdtable, files_struct, fs_struct, task_struct } from '../../../kernel/layout.ts';
import { NR_OPEN } from '../../../machine/limits.ts';
import type { RamView } from '../../evidence/view.ts';

const PARTS = {
  vm: task_struct.mm,
  fs: task_struct.fs,
  files: task_struct.files,
  sighand: task_struct.sighand,
  namespace: task_struct.namespace,
  undo: task_struct.undo_list,
} as const;

export type Part = keyof typeof PARTS;
export const parts = Object.keys(PARTS) as Part[];

export interface Contexts {
  /** Address of each part, 0 for none. */
  readonly parts: Readonly<Record<Part, number>>;
  /** Where the fs part points; undefined when others share it, and so may change it. */
  readonly places: Places | undefined;
  /** The words of the descriptor table: what is open, then what each number stands for; undefined when others share it. */
  readonly descriptors: Int32Array | undefined;
}

export type Places = Readonly<Record<string, number>>;

/** Where an fs part points. */
export const placesOf = (view: RamView, fs: number): Places => ({
  root: view.word(fs + fs_struct.root),
  'root mount': view.word(fs + fs_struct.rootmnt),
  pwd: view.word(fs + fs_struct.pwd),
  'pwd mount': view.word(fs + fs_struct.pwdmnt),
});

export const partOf = (view: RamView, task: number, part: Part): number => view.word(task + PARTS[part]);

export function readContexts(view: RamView, task: number): Contexts {
  const addresses: Contexts['parts'] = {
    vm: partOf(view, task, 'vm'),
    fs: partOf(view, task, 'fs'),
    files: partOf(view, task, 'files'),
    sighand: partOf(view, task, 'sighand'),
    namespace: partOf(view, task, 'namespace'),
    undo: partOf(view, task, 'undo'),
  };
  const { fs } = addresses;
  const isOwn = fs !== 0 && view.word(fs + fs_struct.count) === 1;
  const places = isOwn ? placesOf(view, fs) : undefined;
  return { parts: addresses, places, descriptors: readDescriptors(view, addresses.files) };
}

function readDescriptors({ words }: RamView, files: number): Int32Array | undefined {
  if (files === 0 || words[(files + files_struct.count) >> 2] !== 1) return undefined;
  const table = new Int32Array(1 + NR_OPEN);
  const fdt = words[(files + files_struct.fdt) >> 2] as number;
  table[0] = words[(fdt + fdtable.open_fds) >> 2] as number;
  const first = (fdt + fdtable.fd) >> 2;
  table.set(words.subarray(first, first + (words[(fdt + fdtable.max_fds) >> 2] as number)), 1);
  return table;
}

const descriptorsDiffer = ({ descriptors: before }: Contexts, { descriptors: after }: Contexts): boolean =>
  before !== undefined && after !== undefined && before.some((word, i) => word !== after[i]);

/** What is another thing than before, by name. */
export function differences(before: Contexts, after: Contexts): string[] {
  const changed: string[] = parts.filter((part) => before.parts[part] !== after.parts[part]);
  if (!changed.includes('files') && descriptorsDiffer(before, after)) changed.push('descriptors');
  if (before.places === undefined || after.places === undefined || changed.includes('fs')) return changed;
  const moved = Object.keys(before.places).filter((name) => before.places?.[name] !== after.places?.[name]);
  return [...changed, ...moved.map((name) => `fs ${name}`)];
}
