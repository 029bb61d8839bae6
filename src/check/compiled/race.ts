/**
 * What the race detector notes of an access of one word (observers/data-race.ts), as long as it conflicts with none and there is
 * room. What it does before it finds that out, the detector would do as well: to acquire twice is to acquire once.
 */
import { at } from '../../stepped/inside/memory.ts';
import { acquire, canRelease, release, releaseShared } from './clocks.ts';
import {
  CPU_EPOCHS,
  EPOCHS,
  IS_ALONE,
  IS_VOLATILE,
  MEANINGS_TABLE,
  OTHER_TABLE,
  READ,
  STRIDE,
  WRITE,
} from './places.ts';
import { addRow, roomForRows } from './rows.ts';
import { blockIsOrdered, markedRead, markedWrite, plainRead, plainWrite, readBlock, writeBlock } from './shadow.ts';
import {
  ATOMIC,
  GIVE_BACK,
  LOCK_EXCLUSIVE,
  LOCK_SHARED,
  MARKED_READ,
  MARKED_WRITE,
  NOTHING,
  PLAIN_READ,
  PLAIN_WRITE,
  UNLOCK,
} from './meanings.ts';

/** 1 when the access is noted or tells nothing new; 0 when the detector has to look at it. */
export function noteAccess(cpu: number, region: number, kind: number, address: number, place: number): number {
  const meaning = at(MEANINGS_TABLE + 4 * kind);
  if (meaning === NOTHING) return 1;
  if (meaning !== PLAIN_READ && meaning !== PLAIN_WRITE) return synchronise(cpu, region, kind, address, meaning);
  const epochs = at(EPOCHS) + STRIDE * address;
  const epoch = at(CPU_EPOCHS + 4 * cpu);
  if (at(epochs + 4 * WRITE) === epoch) return 1;
  if (meaning === PLAIN_READ && at(epochs + 4 * READ) === epoch) return 1;
  if (roomForRows(1) === 0) return 0;
  if ((place & IS_VOLATILE) !== 0) {
    if (meaning === PLAIN_READ) {
      if (markedRead(cpu, region, kind, address) === 0) return 0;
      acquire(cpu, address, 1);
      return 1;
    }
    if (canRelease(address) === 0 || markedWrite(cpu, region, kind, address) === 0) return 0;
    release(cpu, address);
    return 1;
  }
  return meaning === PLAIN_READ ? plainRead(cpu, region, kind, address) : plainWrite(cpu, region, kind, address);
}

function synchronise(cpu: number, region: number, kind: number, address: number, meaning: number): number {
  const releases = meaning === MARKED_WRITE || meaning === ATOMIC || meaning === UNLOCK || meaning === GIVE_BACK;
  if (meaning > GIVE_BACK || roomForRows(1) === 0 || (releases && canRelease(address) === 0)) return 0;
  if (meaning === MARKED_READ || meaning === ATOMIC || meaning === LOCK_EXCLUSIVE) acquire(cpu, address, 1);
  else if (meaning === LOCK_SHARED) acquire(cpu, address, 0);
  const noted =
    meaning === MARKED_READ ? markedRead(cpu, region, kind, address) : markedWrite(cpu, region, kind, address);
  if (noted === 0) return 0;
  // The word of a rwlock or semaphore is positive while readers hold it.
  if (meaning === GIVE_BACK && at(address) > 0) releaseShared(cpu, address);
  else if (releases) release(cpu, address);
  return 1;
}

/** The same of a plain access of a block, which is one row. */
export function noteBlock(
  cpu: number,
  region: number,
  kind: number,
  address: number,
  bytes: number,
  place: number,
): number {
  if ((place & IS_ALONE) !== 0) return 1;
  if (canAdd(cpu, kind, address, bytes, 1) === 0) return 0;
  addBlock(cpu, region, kind, address, bytes);
  return 1;
}

/** The same of two, the first of which is read. */
export function noteBlocks(
  cpu: number,
  region: number,
  kind: number,
  read: number,
  address: number,
  bytes: number,
  place: number,
): number {
  if ((place & IS_ALONE) !== 0) return 1;
  const other = at(OTHER_TABLE + 4 * kind);
  // Before anything is noted: none of it is when the detector has to look.
  if (canAdd(cpu, other, read, bytes, 2) === 0 || canAdd(cpu, kind, address, bytes, 2) === 0) return 0;
  addBlock(cpu, region, other, read, bytes);
  addBlock(cpu, region, kind, address, bytes);
  return 1;
}

/** 1 for a plain access of a block that conflicts with nothing, when there is room for `rows` of them. */
function canAdd(cpu: number, kind: number, address: number, bytes: number, rows: number): number {
  const meaning = at(MEANINGS_TABLE + 4 * kind);
  if (meaning !== PLAIN_READ && meaning !== PLAIN_WRITE) return 0;
  if (roomForRows(rows) === 0) return 0;
  return blockIsOrdered(cpu, address, bytes, meaning === PLAIN_WRITE ? 1 : 0, rows);
}

function addBlock(cpu: number, region: number, kind: number, address: number, bytes: number): void {
  const row = addRow(cpu, region, kind, address);
  if (at(MEANINGS_TABLE + 4 * kind) === PLAIN_WRITE) writeBlock(cpu, address, bytes, row);
  else readBlock(cpu, address, bytes, row);
}
