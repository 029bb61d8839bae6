/**
 * What a CPU has read and written since a mark, as notes.ts keeps it, in the memory of a search inside: header and entries at
 * an address of the CPU's own, and behind them for every word of RAM where its entry would be.
 */
import { GIVEN_BACK, SHARED as READING } from '../../machine/access.ts';
import { at, put } from './memory.ts';
import { CPUS, FRAMES, LOCK_TABLE, NOTES_BYTES, NOTES_OF, RAM, REGION_BYTES, TROUBLE } from './places.ts';

const MOVED = 0x00;
const OPEN = 0x04;
const COUNT = 0x08;
const MARK = 0x0c;
const PLACE = 0x10;
const POWER = 0x14;
const ARRIVALS = 0x18;
const LOOSE = 0x1c;
const HEAD = 0x20;

const ENTRY = 16;
const WORD = 0;
const HELD = 4;
const LEFT = 8;
const MODE = 12;
/** Nobody's address. */
const NO_WORD = -0x8000_0000;

const READ = 0;
const CHANGED = 1;
const SHARED = 2;

/** An access of a kind has been performed at an address of RAM, whose word held `before`. */
export function did(region: number, address: number, before: number, kind: number): void {
  const now = at(RAM + address);
  const own = at(region + 4 * NOTES_OF);
  const lock = at(LOCK_TABLE + 4 * kind);
  const shared = lock === READING || (lock === GIVEN_BACK && now - before === 1) ? 1 : 0;
  if (at(own + MOVED) === 0) {
    if (shared === 1) noteShared(own, address, (now - before) | 0);
    else noteValue(own, address, before, now, lock);
  }
  const bytes = at(REGION_BYTES);
  const end = FRAMES + Math.imul(at(CPUS), bytes);
  // What looks at a state between two steps is not there.
  if (region >= end) return;
  for (let other = FRAMES; other < end; other = other + bytes) {
    const theirs = at(other + 4 * NOTES_OF);
    if (other !== region && at(theirs + MOVED) === 0 && at(theirs + OPEN) !== 0) meet(theirs, address, shared);
  }
}

function noteValue(own: number, address: number, before: number, now: number, lock: number): void {
  const entry = find(own, address);
  if (entry === 0) {
    add(own, address, before, now, before === now ? READ : CHANGED);
    if (before !== now) opens(own, lock);
    return;
  }
  const held = at(entry + HELD);
  const left = at(entry + LEFT);
  if (before !== left || at(entry + MODE) === SHARED) move(own);
  else if (now !== left) {
    put(entry + LEFT, now);
    put(entry + MODE, CHANGED);
    if (left === held) opens(own, lock);
    else if (now === held) put(own + OPEN, at(own + OPEN) - 1);
  }
}

function noteShared(own: number, address: number, added: number): void {
  const entry = find(own, address);
  if (entry === 0) {
    add(own, address, 0, added, SHARED);
    put(own + OPEN, at(own + OPEN) + 1);
    return;
  }
  if (at(entry + MODE) !== SHARED) {
    move(own);
    return;
  }
  const before = at(entry + LEFT);
  put(entry + LEFT, before + added);
  if (before === 0) put(own + OPEN, at(own + OPEN) + 1);
  else if (((before + added) | 0) === 0) put(own + OPEN, at(own + OPEN) - 1);
}

/** Another CPU has come to a word: what this one has not put back yet has been seen, or overwritten. */
function meet(own: number, address: number, shared: number): void {
  const entry = find(own, address);
  if (entry === 0) return;
  if (at(entry + MODE) === SHARED) {
    if (at(entry + LEFT) !== 0 && shared === 0) move(own);
  } else if (at(entry + HELD) !== at(entry + LEFT)) move(own);
}

function opens(own: number, lock: number): void {
  put(own + OPEN, at(own + OPEN) + 1);
  if (lock === 0) put(own + LOOSE, 1);
}

/** The entry of a word; 0 for none. The index may say anything of one that has none. */
function find(own: number, address: number): number {
  const entry = at(own + NOTES_BYTES + address);
  if (entry < own + HEAD || entry >= own + HEAD + ENTRY * at(own + COUNT)) return 0;
  return at(entry + WORD) === address ? entry : 0;
}

function add(own: number, address: number, held: number, left: number, mode: number): void {
  const entry = own + HEAD + ENTRY * at(own + COUNT);
  if (entry + ENTRY > own + NOTES_BYTES) {
    // More than there is room for.
    put(TROUBLE, 1);
    move(own);
    return;
  }
  put(entry + WORD, address);
  put(entry + HELD, held);
  put(entry + LEFT, left);
  put(entry + MODE, mode);
  put(own + COUNT, at(own + COUNT) + 1);
  put(own + NOTES_BYTES + address, entry);
}

/** The CPU has got somewhere: nothing of this will be looked at. */
export function move(own: number): void {
  put(own + MOVED, 1);
  put(own + COUNT, 0);
}

/** Begins anew. */
function beginNotes(own: number, mark: number, place: number, power: number): void {
  put(own + MOVED, 0);
  put(own + OPEN, 0);
  put(own + COUNT, 0);
  put(own + MARK, mark);
  put(own + PLACE, place);
  put(own + POWER, power);
  put(own + ARRIVALS, 0);
  put(own + LOOSE, 0);
}

/** As in spin.ts: 1 when a CPU waits at this place, where its frames have this fingerprint. */
export function arrives(own: number, fingerprint: number, place: number): number {
  const mark = fingerprint === 0 ? 1 : fingerprint;
  if (at(own + MOVED) !== 0) {
    beginNotes(own, mark, place, 1);
    return 0;
  }
  const open = at(own + OPEN);
  if (open === 0 && mark === at(own + MARK)) {
    put(own + MOVED, 1);
    return 1;
  }
  if (open > 0 && (place === at(own + PLACE) || at(own + LOOSE) !== 0)) beginNotes(own, mark, place, 1);
  else {
    const arrivals = at(own + ARRIVALS) + 1;
    put(own + ARRIVALS, arrivals);
    if (arrivals >= at(own + POWER)) beginNotes(own, mark, place, 2 * at(own + POWER));
  }
  return 0;
}

/** 1 as long as every word that was only read holds what it held. */
export function isUnchanged(region: number): number {
  const own = at(region + 4 * NOTES_OF);
  const end = own + HEAD + ENTRY * at(own + COUNT);
  for (let entry = own + HEAD; entry < end; entry = entry + ENTRY) {
    if (at(entry + MODE) === READ && at(RAM + at(entry + WORD)) !== at(entry + HELD)) return 0;
  }
  return 1;
}

/** How many words a CPU has noted. */
export function noted(region: number): number {
  return at(at(region + 4 * NOTES_OF) + COUNT);
}

/** The address of one of them that was only read; that of no word for another. */
export function readAt(region: number, i: number): number {
  const entry = at(region + 4 * NOTES_OF) + HEAD + ENTRY * i;
  return at(entry + MODE) === READ ? at(entry + WORD) : NO_WORD;
}
