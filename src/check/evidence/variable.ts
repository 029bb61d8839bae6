/** What a word of RAM is called in a title: struct and field, never an address, so that equal findings meet. */
import { cacheStructs, PAGE_CACHE } from '../../kernel/caches.ts';
import {
  CPU_DATA_BASE,
  CPU_DATA_STRIDE,
  cpu_cache,
  cpu_data,
  futex_bucket,
  HEAP_BASE,
  kernel,
  kmem_cache,
  page,
  rq,
  slab_header,
} from '../../kernel/layout.ts';
import { CPU_BASE, CPU_STRIDE, cpu_area, HARDWARE_END, MACHINE_MAGIC, machine } from '../../machine/map.ts';
import { PAGE_SIZE } from '../../machine/limits.ts';
import { fieldAt, structInfo } from '../../machine/struct.ts';
import { cacheName, objectAt, type SlabObject } from './objects.ts';
import type { RamView } from './view.ts';

/** Whether the RAM is that of a machine with the kernel; a module of a user's own has nothing but its own words. */
export const isKernelMachine = (view: RamView): boolean => view.word(machine.magic) === MACHINE_MAGIC;

/** Arrays of structs inside other structs: what an offset in such a field means. */
const NESTED: Readonly<Record<string, object>> = {
  'kernel.caches': kmem_cache,
  'kernel.futex_queues': futex_bucket,
  'cpu_data.rq': rq,
  'cpu_data.caches': cpu_cache,
};

/** `struct->field` at an offset of a struct; the field alone for a global variable. */
function fieldName(table: object, offset: number): string {
  const info = structInfo(table);
  const field = fieldAt(info, offset);
  if (field === undefined) return info.name;
  const nested = NESTED[`${info.name}.${field.field}`];
  if (nested !== undefined) return fieldName(nested, (offset - field.offset) % structInfo(nested).size);
  return info.base === 0 ? `${info.name}->${field.field}` : field.field;
}

/** Names by place: below the heap by address, of an object by its cache and where in it. */
const names = new Map<number, string>();
/** More bytes than an object with its header and red zone has, and the middle of them. */
const MOST_BYTES = 2 * PAGE_SIZE;

function nameAt(place: number, make: () => string): string {
  let name = names.get(place);
  if (name === undefined) names.set(place, (name = make()));
  return name;
}

function slabName(view: RamView, address: number): string {
  const object = objectAt(view, address);
  if (object === undefined) return 'heap';
  const place = HEAP_BASE + object.cache * MOST_BYTES + PAGE_SIZE + address - object.address;
  return nameAt(place, () => nameInObject(object, address));
}

function nameInObject(object: SlabObject, address: number): string {
  const table = cacheStructs[object.cache];
  const offset = address - object.address;
  if (table === undefined || offset >= table.SIZE) return `${cacheName(object.cache)} red zone`;
  return offset < 0 ? fieldName(slab_header, offset + slab_header.SIZE) : fieldName(table, offset);
}

/** Name of the variable at a word address; the address itself where nothing has a name. */
export function variableName(view: RamView, address: number): string {
  if (!isKernelMachine(view)) return `0x${(address >>> 0).toString(16)}`;
  return address < HEAP_BASE ? nameAt(address, () => fixedName(address)) : slabName(view, address);
}

function fixedName(address: number): string {
  if (address < CPU_BASE) return fieldName(machine, address - structInfo(machine).base);
  if (address < HARDWARE_END) return fieldName(cpu_area, (address - CPU_BASE) % CPU_STRIDE);
  if (address < CPU_DATA_BASE) return fieldName(kernel, address - structInfo(kernel).base);
  return fieldName(cpu_data, (address - CPU_DATA_BASE) % CPU_DATA_STRIDE);
}

/** True for memory that belongs to user programs: what races there is theirs. */
export function isUserMemory(view: RamView, address: number): boolean {
  if (!isKernelMachine(view)) return false;
  if (address >= HEAP_BASE && address < view.word(kernel.heap_start)) return true;
  const object = objectAt(view, address);
  return object?.cache === PAGE_CACHE && address - object.address >= page.data;
}
