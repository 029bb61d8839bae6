/**
 * Steps of a kernel with the checkers compiled in: what watch.ts, machine.ts and the simplest strategies do step by step, in
 * WebAssembly, as long as nobody has to be told of anything: of a hundred steps about one is left.
 *
 * In front of each access the compiled part of the checkers (heap-use.ts, race.ts) says whether it is quiet: of one that is
 * not, nothing has been noted, and the stretch ends in front of it. The checkers in JavaScript look at it then, over the same
 * words: they are the reference, and what finds, judges and reports is theirs alone.
 */
import { BLOCK, BLOCKS, NOTHING, WORD } from '../../machine/access.ts';
import { FIRST_ADDRESS } from '../../machine/limits.ts';
import { at, put, resume } from '../../stepped/inside/memory.ts';
import { FRAMES_AT, RAM_END } from '../../stepped/cut-places.ts';
import { ADDRESS, FUNCTION, KIND, OPERAND, OPERAND2, TOP } from '../../stepped/frames.ts';
import { blockOfHeap, useOfHeap } from './heap-use.ts';
import { choose } from './choose.ts';
import { passing } from './passing.ts';
import {
  ASKED,
  ASKS_HEAP,
  ASKS_LOCKS,
  ASKS_RACES,
  ASKS_SLEEPERS,
  CHOICE,
  CHOICE_HIGHEST,
  CHOICE_NONE,
  CHOSEN,
  CPU,
  FOUND,
  FUNCTIONS,
  GLANCES_TABLE,
  LOCKS_TABLE,
  LOOKED_AT_CPUS,
  LOOKED_AT_TABLE,
  MOVES,
  OF_DIRECTORIES,
  OF_PROPERTIES,
  READY_CPUS,
  READY_TABLE,
  REGION_WORDS,
  STEP,
  TOUCHES_TABLE,
  WANTED,
  WANTED_KIND,
  WRITES_TABLE,
} from './places.ts';
import { noteAccess, noteBlock, noteBlocks } from './race.ts';

/**
 * Steps a CPU, which can go on and is at no choice, and on as long as it alone can, or CHOICE says who is next; `most` steps at
 * most. How many were made: none when somebody has to be told of the first. A move that was chosen and not made is in CHOSEN.
 */
export function stretch(first: number, most: number): number {
  let cpu = first;
  let bit = 1 << cpu;
  let own = Math.imul(cpu, at(REGION_WORDS));
  let region = FRAMES_AT + 4 * own;
  const choice = at(CHOICE);
  const moves = at(MOVES);
  put(CPU, cpu);
  put(CHOSEN, -1);
  let ready = at(READY_CPUS);
  let lookedAt = at(LOOKED_AT_CPUS);
  let made = 0;
  // Of those that have to be looked at, the ones that can go on; -1 for not known.
  let others = -1;
  while (made < most) {
    put(STEP, at(STEP) + 1);
    const glances = at(GLANCES_TABLE + 4 * at(region + 4 * KIND));
    if (isQuiet(cpu, region) === 0) {
      put(STEP, at(STEP) - 1);
      put(CHOSEN, cpu);
      break;
    }
    put(moves + 4 * made, cpu);
    resume(own);
    made++;
    const kind = 4 * at(region + 4 * KIND);
    ready = (ready & ~bit) | (at(READY_TABLE + kind) << cpu);
    lookedAt = (lookedAt & ~bit) | (at(LOOKED_AT_TABLE + kind) << cpu);
    if (at(FOUND) !== 0) break;
    // A word that was only looked at lets nobody go on, and stops nobody.
    if (glances === 0 || others < 0 || ((lookedAt | others) & bit) !== 0) others = passing(lookedAt);
    if (others < 0 || made === most) break;
    const able = ready | others;
    if (able === bit && choice !== CHOICE_HIGHEST) continue;
    const next = choice === CHOICE_NONE || able === 0 ? -1 : choose(choice, able);
    if (next < 0) break;
    if (next !== cpu) {
      cpu = next;
      bit = 1 << cpu;
      own = Math.imul(cpu, at(REGION_WORDS));
      region = FRAMES_AT + 4 * own;
      put(CPU, cpu);
    }
  }
  put(READY_CPUS, ready);
  put(LOOKED_AT_CPUS, lookedAt);
  return made;
}

/** 1 when nobody has to be told of what a CPU is about to do. Then it is noted. */
function isQuiet(cpu: number, region: number): number {
  const kind = at(region + 4 * KIND);
  const touches = at(TOUCHES_TABLE + 4 * kind);
  if (touches === NOTHING) return 1;
  if (touches === BLOCK || touches === BLOCKS) return isQuietBlock(cpu, region, kind, touches);
  if (touches !== WORD) return 0;
  const address = at(region + 4 * ADDRESS);
  if ((address & 3) !== 0 || (address - FIRST_ADDRESS) >>> 0 >= RAM_END - FIRST_ADDRESS) return 0;
  if (at(WRITES_TABLE + 4 * kind) !== 0 && isTold(address, address) !== 0) return 0;
  const asked = at(ASKED);
  const place = at(FUNCTIONS + 4 * at(FRAMES_AT + 4 * at(region + 4 * TOP) + 4 * FUNCTION));
  if ((asked & (ASKS_HEAP | ASKS_SLEEPERS)) !== 0 && useOfHeap(cpu, region, kind, address, place) === 0) return 0;
  if ((asked & ASKS_RACES) !== 0 && noteAccess(cpu, region, kind, address, place) === 0) return 0;
  if ((asked & ASKS_LOCKS) !== 0 && at(LOCKS_TABLE + 4 * kind) !== 0) {
    put(WANTED + 4 * cpu, address);
    put(WANTED_KIND + 4 * cpu, kind);
  }
  return 1;
}

/** The same of a block, or two of them of which the second is read: of no words, and outside RAM, somebody has to be told. */
function isQuietBlock(cpu: number, region: number, kind: number, blocks: number): number {
  const address = at(region + 4 * ADDRESS);
  const bytes = at(region + 4 * OPERAND2);
  const other = blocks === BLOCKS ? at(region + 4 * OPERAND) : address;
  if (isInRam(address, bytes) === 0 || isInRam(other, bytes) === 0) return 0;
  if (at(WRITES_TABLE + 4 * kind) !== 0 && isTold(address, address + bytes - 4) !== 0) return 0;
  const asked = at(ASKED);
  const place = at(FUNCTIONS + 4 * at(FRAMES_AT + 4 * at(region + 4 * TOP) + 4 * FUNCTION));
  if ((asked & (ASKS_HEAP | ASKS_SLEEPERS)) !== 0) {
    if (blockOfHeap(cpu, region, kind, other, bytes, place) === 0) return 0;
    if (other !== address && blockOfHeap(cpu, region, kind, address, bytes, place) === 0) return 0;
  }
  if ((asked & ASKS_RACES) === 0) return 1;
  if (blocks !== BLOCKS) return noteBlock(cpu, region, kind, address, bytes, place);
  return noteBlocks(cpu, region, kind, other, address, bytes, place);
}

/** 1 for a block of words that lies in RAM. One of a single word is looked at as a word is, which happens elsewhere. */
function isInRam(address: number, bytes: number): number {
  if (((address | bytes) & 3) !== 0 || bytes <= 4 || bytes > RAM_END || address < FIRST_ADDRESS) return 0;
  return address > RAM_END - bytes ? 0 : 1;
}

/** 1 when somebody is told of writes to a word from one to another. */
function isTold(first: number, last: number): number {
  for (let address = first; address <= last; address = address + 4) {
    const bits = (address >>> 7) << 2;
    if ((((at(OF_PROPERTIES + bits) | at(OF_DIRECTORIES + bits)) >>> ((address >>> 2) & 31)) & 1) !== 0) return 1;
  }
  return 0;
}
