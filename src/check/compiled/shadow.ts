/**
 * What is known of every word, as observers/race-shadow.ts has it. Each of the four notes an access and answers 1; 0, with
 * nothing noted, when it conflicts with another, or there is no room for a set.
 *
 * Nothing that is called here is written in place by the engine, so what is most common is asked before: a slot is empty, or its
 * access the CPU's own.
 */
import { MAX_CPUS } from '../../machine/limits.ts';
import { at, put } from '../../stepped/inside/memory.ts';
import { knows } from './clocks.ts';
import {
  CPU_EPOCHS,
  CPUS,
  EPOCHS,
  MARKED_READ,
  MARKED_WRITE,
  READ,
  ROWS,
  SETS,
  SETS_SIZE,
  SETS_USED,
  STRIDE,
  WRITE,
} from './places.ts';
import { addRow } from './rows.ts';

/** Of an epoch that is no set: its CPU. A set has the sign, which makes it none. */
const OWN = (1 << 31) | (MAX_CPUS - 1);

export function plainRead(cpu: number, region: number, kind: number, address: number): number {
  const epochs = at(EPOCHS) + STRIDE * address;
  const write = at(epochs + 4 * WRITE);
  if (write !== 0 && (write & OWN) !== cpu && isOrdered(cpu, epochs + 4 * WRITE) === 0) return 0;
  if (at(epochs + 4 * MARKED_WRITE) !== 0 && isOrdered(cpu, epochs + 4 * MARKED_WRITE) === 0) return 0;
  return note(cpu, region, kind, address, READ);
}

/** It comes after all the others, and puts an end to them. */
export function plainWrite(cpu: number, region: number, kind: number, address: number): number {
  const epochs = at(EPOCHS) + STRIDE * address;
  for (let i = 0; i < 4 * STRIDE; i = i + 4) {
    const epoch = at(epochs + i);
    if (epoch !== 0 && (epoch & OWN) !== cpu && isOrdered(cpu, epochs + i) === 0) return 0;
  }
  put(epochs + 4 * WRITE, at(CPU_EPOCHS + 4 * cpu));
  put(at(ROWS) + STRIDE * address + 4 * WRITE, addRow(cpu, region, kind, address));
  put(epochs + 4 * READ, 0);
  put(epochs + 4 * MARKED_WRITE, 0);
  put(epochs + 4 * MARKED_READ, 0);
  return 1;
}

export function markedRead(cpu: number, region: number, kind: number, address: number): number {
  if (isOrdered(cpu, at(EPOCHS) + STRIDE * address + 4 * WRITE) === 0) return 0;
  return note(cpu, region, kind, address, MARKED_READ);
}

export function markedWrite(cpu: number, region: number, kind: number, address: number): number {
  const epochs = at(EPOCHS) + STRIDE * address;
  if (isOrdered(cpu, epochs + 4 * WRITE) === 0 || isOrdered(cpu, epochs + 4 * READ) === 0) return 0;
  return note(cpu, region, kind, address, MARKED_WRITE);
}

/** 1 when a plain access of a block conflicts with nothing, and there is room for as many like it. */
export function blockIsOrdered(cpu: number, address: number, bytes: number, writes: number, blocks: number): number {
  // As many sets as words of blocks that are read may need.
  const words = Math.imul(blocks, bytes >> 2);
  if (writes === 0 && at(SETS_USED) + Math.imul(words, 1 + 2 * at(CPUS)) > at(SETS_SIZE)) return 0;
  const first = at(EPOCHS) + STRIDE * address;
  for (let one = first; one < first + STRIDE * bytes; one = one + 4 * STRIDE) {
    if (isOrdered(cpu, one + 4 * WRITE) === 0 || isOrdered(cpu, one + 4 * MARKED_WRITE) === 0) return 0;
    if (writes === 0) continue;
    if (isOrdered(cpu, one + 4 * READ) === 0 || isOrdered(cpu, one + 4 * MARKED_READ) === 0) return 0;
  }
  return 1;
}

/** Notes a plain write of a block that is ordered. */
export function writeBlock(cpu: number, address: number, bytes: number, row: number): void {
  const now = at(CPU_EPOCHS + 4 * cpu);
  const epochs = at(EPOCHS) + STRIDE * address;
  const rows = at(ROWS) + STRIDE * address;
  for (let i = 0; i < STRIDE * bytes; i = i + 4 * STRIDE) {
    put(epochs + i + 4 * WRITE, now);
    put(rows + i + 4 * WRITE, row);
    put(epochs + i + 4 * READ, 0);
    put(epochs + i + 4 * MARKED_WRITE, 0);
    put(epochs + i + 4 * MARKED_READ, 0);
  }
}

/** The same of a plain read. */
export function readBlock(cpu: number, address: number, bytes: number, row: number): void {
  for (let i = 0; i < bytes; i = i + 4) noteRow(cpu, address + i, READ, row);
}

/** 1 when the CPU knows of all accesses that a slot has. */
function isOrdered(cpu: number, slot: number): number {
  const epoch = at(slot);
  if (epoch >= 0) return epoch === 0 ? 1 : knows(cpu, epoch);
  if (isSet(slot, -epoch) === 0) return 1;
  const first = at(SETS) + 4 * (1 - epoch);
  const end = first + 8 * at(CPUS);
  for (let i = first; i < end; i = i + 8) if (knows(cpu, at(i)) === 0) return 0;
  return 1;
}

/** Notes an access that is ordered; 0 when there is no room. */
function note(cpu: number, region: number, kind: number, address: number, sort: number): number {
  const slot = at(EPOCHS) + STRIDE * address + 4 * sort;
  const epoch = at(slot);
  if (epoch === 0 || (epoch & OWN) === cpu) {
    put(slot, at(CPU_EPOCHS + 4 * cpu));
    put(at(ROWS) + STRIDE * address + 4 * sort, addRow(cpu, region, kind, address));
    return 1;
  }
  if (at(SETS_USED) + 1 + 2 * at(CPUS) > at(SETS_SIZE)) return 0;
  noteRow(cpu, address, sort, addRow(cpu, region, kind, address));
  return 1;
}

function noteRow(cpu: number, address: number, sort: number, row: number): void {
  const slot = at(EPOCHS) + STRIDE * address + 4 * sort;
  const epoch = at(slot);
  const now = at(CPU_EPOCHS + 4 * cpu);
  const known = epoch < 0 ? isSet(slot, -epoch) : 0;
  if (known === 0 && (epoch <= 0 || knows(cpu, epoch) !== 0)) {
    put(slot, now);
    put(rowOf(slot), row);
    return;
  }
  const set = known === 0 ? newSet(slot, epoch) : -epoch;
  const entry = at(SETS) + 4 * (set + 1 + 2 * cpu);
  put(entry, now);
  put(entry + 4, row);
}

/** Where the row of a slot lies. */
function rowOf(slot: number): number {
  return at(ROWS) + (slot - at(EPOCHS));
}

/** Sets know their slots by number. */
function isSet(slot: number, set: number): number {
  return set < at(SETS_USED) && at(at(SETS) + 4 * set) === (slot - at(EPOCHS)) >>> 2 ? 1 : 0;
}

/** Puts a set, which holds its access so far, in the place of a slot's epoch. There has to be room. */
function newSet(slot: number, epoch: number): number {
  const set = at(SETS_USED);
  const count = at(CPUS);
  const end = set + 1 + 2 * count;
  put(SETS_USED, end);
  const sets = at(SETS);
  for (let i = 4 * set; i < 4 * end; i = i + 4) put(sets + i, 0);
  const entry = sets + 4 * (set + 1 + 2 * (epoch & (MAX_CPUS - 1)));
  put(sets + 4 * set, (slot - at(EPOCHS)) >>> 2);
  put(entry, epoch);
  put(entry + 4, at(rowOf(slot)));
  put(slot, -set);
  return set;
}
