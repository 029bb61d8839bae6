/**
 * The search over states from inside: depth first, all moves of every state, as stateful.ts searches without reduction. Steps
 * are undone instead of copying whole states, which is enough because a step changes its own CPU and one word of RAM; and the
 * key of a state is kept up to date instead of worked out: an exclusive or of one number for every word of RAM and one for
 * every CPU (Zobrist 1970), in two lanes of 32 bits.
 *
 * Which keys meet is another thing than with state.ts, how likely that is the same.
 */
import { CHOOSE, WORD } from '../../machine/access.ts';
import { FIRST_WORD, MOST_VALUES } from '../../machine/limits.ts';
import { ADDRESS, CALLER, KIND, RESULT, RESUME, TOP } from '../frames.ts';
import { passing } from './able.ts';
import { begin } from './begin.ts';
import { finish, holds, isInvariant, mixed, noteEnd } from './end.ts';
import { at, put, resume } from './memory.ts';
import {
  CPUS,
  ENDS,
  FRAMES,
  GIVEN,
  INVARIANT,
  LEVEL_BYTES,
  LEVELS,
  LOOKED_AT_FIRST,
  MOST_DEPTH,
  MOST_ENDS,
  NEXT_POINT,
  OPERANDS_TABLE,
  POINTS_TABLE,
  RAM,
  READY_FIRST,
  REGION_BYTES,
  SIZE,
  STANDS_ASKING,
  STATE_DEPTH,
  STATE_END,
  STATE_ENDS,
  STATE_HIGH,
  STATE_LOW,
  STATE_MASK,
  STATE_TABLE,
  STATES,
  TOUCHES_TABLE,
  TRANSITIONS,
  TROUBLE,
} from './places.ts';

/** What a slice comes to: there is more, all has been seen, the table is half full, somebody has to be told. */
const MORE = 0;
const ALL = 1;
const FULL = 2;
const TELLS = 3;

/** A level: moves that are left, how the CPUs stand, and what the step changed that is being tried from it. */
const ABLE = 0x00;
const READY = 0x04;
const LOOKED_AT = 0x08;
const VALUE = 0x0c;
const CPU_REGION = 0x10;
const WORD_ADDRESS = 0x14;
const WORD_VALUE = 0x18;
const KEY_HIGH = 0x1c;
const KEY_LOW = 0x20;

const SEED_HIGH = 0x2545f491;
const SEED_LOW = 0x6a09e667;
const UNKNOWN = -1;

/** Puts the machine to the beginning, which is the first state. */
export function beginStates(): number {
  begin();
  let high = 0;
  let low = 0;
  const cpus = at(CPUS);
  for (let cpu = 0; cpu < cpus; cpu++) {
    const region = FRAMES + Math.imul(cpu, at(REGION_BYTES));
    high = high ^ cpuKey(region, SEED_HIGH + cpu);
    low = low ^ cpuKey(region, SEED_LOW + cpu);
  }
  put(STATES, 0);
  put(TRANSITIONS, 0);
  put(STATE_ENDS, 0);
  put(ENDS, 0);
  put(STATE_DEPTH, 0);
  if (at(INVARIANT) >= 0 && isInvariant() === 0) return TELLS;
  put(STATE_HIGH, high);
  put(STATE_LOW, low);
  return arrive(high, low, at(READY_FIRST), at(LOOKED_AT_FIRST)) < 0 ? TELLS : MORE;
}

/** Goes on, for so many transitions at most. */
export function searchStates(transitions: number): number {
  const bytes = at(REGION_BYTES);
  const stride = LEVEL_BYTES + bytes;
  const first = at(LEVELS);
  const asks = at(INVARIANT) < 0 ? 0 : 1;
  let high = at(STATE_HIGH);
  let low = at(STATE_LOW);
  for (let left = transitions; left > 0; left--) {
    const depth = at(STATE_DEPTH);
    if (depth === 0) return ALL;
    if (2 * at(STATES) > at(STATE_MASK) || at(ENDS) === MOST_ENDS) {
      put(STATE_HIGH, high);
      put(STATE_LOW, low);
      return at(ENDS) === MOST_ENDS ? MORE : FULL;
    }
    const level = first + Math.imul(depth - 1, stride);
    const able = at(level + ABLE);
    if (able === 0) {
      put(STATE_DEPTH, depth - 1);
      if (depth > 1) {
        const below = level - stride;
        undo(below);
        high = at(below + KEY_HIGH);
        low = at(below + KEY_LOW);
      }
      continue;
    }
    const bit = able & -able;
    const cpu = 31 - Math.clz32(bit);
    const region = FRAMES + Math.imul(cpu, bytes);
    const kind = at(region + 4 * KIND);
    const address = at(TOUCHES_TABLE + 4 * kind) === WORD ? at(region + 4 * ADDRESS) : 0;
    if (kind === CHOOSE) {
      const values = at(region + 4 * ADDRESS);
      if (values < 1 || values > MOST_VALUES) return TELLS;
      const value = at(level + VALUE);
      put(GIVEN, value);
      put(level + VALUE, value + 1 < values ? value + 1 : 0);
      if (value + 1 >= values) put(level + ABLE, able & ~bit);
    } else put(level + ABLE, able & ~bit);
    if (address !== 0 && (((address >>> 2) | (address << 30)) - FIRST_WORD) >>> 0 >= at(SIZE)) return TELLS;
    // What the step may change.
    put(level + CPU_REGION, region);
    for (let i = 0; i < bytes; i = i + 4) put(level + LEVEL_BYTES + i, at(region + i));
    const before = address === 0 ? 0 : at(RAM + address);
    put(level + WORD_ADDRESS, address);
    put(level + WORD_VALUE, before);
    put(level + KEY_HIGH, high);
    put(level + KEY_LOW, low);
    high = high ^ cpuKey(region, SEED_HIGH + cpu);
    low = low ^ cpuKey(region, SEED_LOW + cpu);
    const stands = resume(region);
    if (stands === STANDS_ASKING) return TELLS;
    put(TRANSITIONS, at(TRANSITIONS) + 1);
    high = high ^ cpuKey(region, SEED_HIGH + cpu);
    low = low ^ cpuKey(region, SEED_LOW + cpu);
    if (address !== 0) {
      if (address > at(STATE_END)) put(STATE_END, address);
      const now = at(RAM + address);
      if (now !== before) {
        high = high ^ wordKey(address, before, SEED_HIGH) ^ wordKey(address, now, SEED_HIGH);
        low = low ^ wordKey(address, before, SEED_LOW) ^ wordKey(address, now, SEED_LOW);
      }
    }
    if (asks !== 0 && isInvariant() === 0) return TELLS;
    const ready = (at(level + READY) & ~bit) | ((stands & 1) << cpu);
    const lookedAt = (at(level + LOOKED_AT) & ~bit) | ((stands >> 1) << cpu);
    const arrived = arrive(high, low, ready, lookedAt);
    if (arrived < 0) return TELLS;
    if (arrived === 0) {
      undo(level);
      high = at(level + KEY_HIGH);
      low = at(level + KEY_LOW);
    }
  }
  put(STATE_HIGH, high);
  put(STATE_LOW, low);
  return MORE;
}

/** Puts back what the step from a level has changed. */
function undo(level: number): void {
  const region = at(level + CPU_REGION);
  const bytes = at(REGION_BYTES);
  for (let i = 0; i < bytes; i = i + 4) put(region + i, at(level + LEVEL_BYTES + i));
  const address = at(level + WORD_ADDRESS);
  if (address !== 0) put(RAM + address, at(level + WORD_VALUE));
}

/** The machine stands in a state: 1 when it is a new one with moves, which becomes a level; -1 when there is something to tell. */
function arrive(high: number, low: number, ready: number, lookedAt: number): number {
  if (enter(high, low) === 0) return 0;
  const able = ready | passing(lookedAt);
  if (at(TROUBLE) !== 0) return UNKNOWN;
  if (able === 0) {
    if ((ready | lookedAt) !== 0) return UNKNOWN;
    put(STATE_ENDS, at(STATE_ENDS) + 1);
    noteEnd((at(STATE_END) >> 2) + 1);
    return holds() === 0 || at(TROUBLE) !== 0 ? UNKNOWN : 0;
  }
  const depth = at(STATE_DEPTH);
  if (depth === MOST_DEPTH) return UNKNOWN;
  const level = at(LEVELS) + Math.imul(depth, LEVEL_BYTES + at(REGION_BYTES));
  put(level + ABLE, able);
  put(level + READY, ready);
  put(level + LOOKED_AT, lookedAt);
  put(level + VALUE, 0);
  put(STATE_DEPTH, depth + 1);
  return 1;
}

/** 1 when the key is new: it is then entered. A key of zeros marks what is free; one that comes up is taken for another. */
function enter(high: number, asked: number): number {
  const low = (high | asked) === 0 ? 1 : asked;
  const mask = at(STATE_MASK);
  const table = at(STATE_TABLE);
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const place = (table + (slot << 3)) | 0;
    const there = at(place);
    const alsoThere = at(place + 4);
    if (there === high && alsoThere === low) return 0;
    if ((there | alsoThere) === 0) {
      put(place, high);
      put(place + 4, low);
      put(STATES, at(STATES) + 1);
      return 1;
    }
  }
}

/** Moves all keys into a table at another place, which is all zeros and larger. */
export function moveTable(to: number, mask: number): number {
  const from = at(STATE_TABLE);
  const end = (from + ((at(STATE_MASK) + 1) << 3)) | 0;
  const states = at(STATES);
  put(STATE_TABLE, to);
  put(STATE_MASK, mask);
  for (let place = from; place !== end; place = (place + 8) | 0) {
    if ((at(place) | at(place + 4)) !== 0) enter(at(place), at(place + 4));
  }
  put(STATES, states);
  return 0;
}

function wordKey(address: number, value: number, seed: number): number {
  return finish(mixed(mixed(seed, address), value));
}

/** Number of a CPU's own part of the state: frames and pending access, or what its function has returned. */
function cpuKey(region: number, seed: number): number {
  const kind = at(region + 4 * KIND);
  const top = at(region + 4 * TOP);
  if (top === 0) return finish(mixed(seed, at(region + 4 * RESULT)));
  let hash = mixed(seed, kind);
  const operands = at(OPERANDS_TABLE + 4 * kind);
  for (let i = 0; i < operands; i++) hash = mixed(hash, at(region + 4 * ADDRESS + 4 * i));
  let point = at(region + 4 * NEXT_POINT);
  for (let frame = top; frame !== 0; frame = at(frame + 4 * CALLER)) {
    if (frame !== top) point = at(frame + 4 * RESUME);
    hash = mixed(hash, point);
    let row = at(at(POINTS_TABLE) + 4 * point);
    const end = row + 12 + at(row + 8);
    for (row = row + 12; row < end; row = row + 4) hash = mixed(hash, at(frame + at(row)));
  }
  return finish(hash);
}
