/** A machine at the beginning of an execution, written into the memory of a search inside (src/stepped/inside/places.ts). */
import { bitCount, nthBit } from '../../base/bits.ts';
import { CHOOSE } from '../../machine/access.ts';
import {
  FREE_FROM,
  FREE_TO,
  LOCK,
  OPERANDS,
  QUEUES,
  REQUEUES,
  TOUCHES,
  WAITS_FOR,
  WRITES,
} from '../../machine/access-kinds.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { CALLER, FUNCTION, HEADER_WORDS, RESUME, TOP } from '../../stepped/frames.ts';
import * as places from '../../stepped/inside/places.ts';
import type { Snapshot } from '../../stepped/machine.ts';
import type { Unit } from '../../stepper/form/unit.ts';
import { type Cut, kindsOf } from '../../stepper/wasm/cut.ts';

export interface Beginning {
  readonly unit: Unit;
  readonly cpus: number;
  /** Words of a CPU's region. */
  readonly words: number;
  readonly initial: Snapshot;
  /** Number of finished(). */
  readonly finished: number | undefined;
  /** Number of invariant(), which changes nothing. */
  readonly invariant: number | undefined;
}

/** Bytes of memory that it all takes, however many words of RAM come to be in use. */
export function bytesOf(begun: Beginning): number {
  return levelsAt(begun) + (begun.unit.noting ? 0 : places.MOST_DEPTH * (places.LEVEL_BYTES + 4 * begun.words));
}

const levelsAt = (begun: Beginning): number =>
  notesAt(begun) + (begun.unit.noting ? (begun.cpus + 1) * places.NOTES_STRIDE : 0);

const notesOf = (begun: Beginning, cpu: number): number => notesAt(begun) + cpu * places.NOTES_STRIDE;

/** Where the CPUs' notes begin, behind the table of points. */
const notesAt = (begun: Beginning): number => pointsAt(begun) + pointsBytes(begun.unit);

/** Behind frames, the copy of what is in use of them, and that of RAM. */
const pointsAt = ({ cpus, words }: Beginning): number =>
  places.FRAMES + 2 * 4 * words * (cpus + 1) + (places.RAM_END - places.RAM);

/** Of each point an address, and a row of no more words than there are live ones. */
const pointsBytes = ({ resumable }: Unit): number =>
  resumable.reduce((sum, { graph, live }) => {
    const words = [...live.values()].reduce((most, one) => most + one.length, 0);
    return sum + 4 * (4 * graph.blocks.length + words);
  }, 0);

/** Writes what tells apart where a CPU stands: of each point function, block, and the words that matter (spin.ts). */
function writePoints(memory: Int32Array, begun: Beginning, points: Cut['points']): void {
  const table = pointsAt(begun) >> 2;
  let row = table + points.reduce((sum, one) => sum + one.size, 0);
  begun.unit.resumable.forEach(({ live }, number) => {
    for (const [block, point] of points[number] ?? []) {
      const words = live.get(block) ?? [];
      memory[table + point] = 4 * row;
      memory.set([number, block, 4 * words.length, ...words.map((word) => 4 * word)], row);
      row += 3 + words.length;
    }
  });
}

/** Writes all that stays for every execution. */
export function writeBeginning(memory: Int32Array, begun: Beginning, { tables, points }: Cut): void {
  const { cpus, words, initial, finished, invariant } = begun;
  const put = (address: number, value: number): void => {
    memory[address >> 2] = value;
  };
  put(places.CPUS, cpus);
  put(places.REGION_BYTES, 4 * words);
  put(places.READY_FIRST, initial.ready);
  put(places.LOOKED_AT_FIRST, initial.lookedAt);
  put(places.BEGINNING, places.FRAMES + 4 * words * (cpus + 1));
  const entry = (number: number | undefined): number =>
    number === undefined ? -1 : (points[number]?.get(0) as number);
  put(places.FINISHED, entry(finished));
  put(places.INVARIANT, entry(invariant));
  put(places.INVARIANT_FUNCTION, invariant ?? 0);
  put(places.FINISHED_FUNCTION, finished ?? 0);
  FREE_FROM.forEach((value, kind) => put(places.FREE_FROM_TABLE + 4 * kind, value));
  FREE_TO.forEach((value, kind) => put(places.FREE_TO_TABLE + 4 * kind, value));
  WAITS_FOR.forEach((value, kind) => put(places.WAITS_FOR_TABLE + 4 * kind, value));
  put(places.LEVELS, levelsAt(begun));
  TOUCHES.forEach((value, kind) => put(places.TOUCHES_TABLE + 4 * kind, value));
  OPERANDS.forEach((value, kind) => put(places.OPERANDS_TABLE + 4 * kind, value));
  LOCK.forEach((value, kind) => put(places.LOCK_TABLE + 4 * kind, value));
  WRITES.forEach((value, kind) => put(places.WRITES_TABLE + 4 * kind, value));
  QUEUES.forEach((value, kind) => put(places.QUEUES_TABLE + 4 * kind, value));
  REQUEUES.forEach((value, kind) => put(places.REQUEUES_TABLE + 4 * kind, value));
  put(places.NOTING, Number(begun.unit.noting));
  put(places.CHOOSING, Number(kindsOf(begun.unit).has(CHOOSE)));
  for (let set = 1; set < 1 << places.TABLED_CPUS; set++) {
    put(places.COUNT_TABLE + 4 * set, bitCount(set));
    for (let n = 0; n < bitCount(set); n++) put(places.NTH_TABLE + 4 * (places.TABLED_CPUS * set + n), nthBit(set, n));
  }
  put(places.POINTS_TABLE, pointsAt(begun));
  writePoints(memory, begun, points);
  // That of the CPU behind the others is nobody's copy.
  put(places.FRAMES + 4 * (cpus * words + places.NOTES_OF), notesOf(begun, cpus));
  for (const { at, numbers } of tables) memory.set(numbers, at >> 2);
}

/** Writes RAM and frames as they begin, with so many words of RAM in use. */
export function writeCopies(memory: Int32Array, begun: Beginning, { points }: Cut, size: number): void {
  memory[places.SIZE >> 2] = size;
  let at = (memory[places.BEGINNING >> 2] as number) >> 2;
  for (let cpu = 0; cpu < begun.cpus; cpu++) {
    const region = moved(begun, cpu, points);
    memory[(places.USED_TABLE >> 2) + cpu] = 4 * region.length;
    memory.set(region, at);
    at += region.length;
  }
  const { ram, end } = begun.initial.ram;
  memory.fill(0, at, at + size);
  memory.set(ram.subarray(0, end - FIRST_WORD), at);
}

const address = (frame: number): number => (frame === 0 ? 0 : places.FRAMES + 4 * frame);

/** What is in use of a CPU's region, with addresses for places in frames, and points of the whole module. */
function moved(begun: Beginning, cpu: number, points: Cut['points']): Int32Array {
  const { unit, words, initial } = begun;
  const { frames } = initial;
  const region = cpu * words;
  const copy = frames.slice(region, region + words);
  const top = frames[region + TOP] as number;
  copy[TOP] = address(top);
  copy[places.NOTES_OF] = notesOf(begun, cpu);
  for (let frame = top; frame !== 0; frame = frames[frame + CALLER] as number) {
    const at = frame - region;
    const point = points[frames[frame + FUNCTION] as number]?.get(frames[frame + RESUME] as number) ?? -1;
    if (frame === top) copy[places.NEXT_POINT] = point;
    copy[at + RESUME] = point;
    copy[at + CALLER] = address(frames[frame + CALLER] as number);
  }
  const frameWords = top === 0 ? 0 : (unit.resumable[frames[top + FUNCTION] as number]?.frameWords ?? 0);
  return copy.subarray(0, top === 0 ? HEADER_WORDS : top - region + frameWords);
}
