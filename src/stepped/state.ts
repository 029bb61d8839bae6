/**
 * Identity of a stepped machine's state: what can still be read, and nothing else. Dead words of frames, words above
 * the top frame and the leavings of finished accesses do not count (liveness.ts lists what does).
 *
 * A search that goes on from states has to tell apart more: what the machine knows of loops that may turn out to spin
 * decides who waits from here on. It is no part of where an execution has come to, so the fingerprint of an end leaves
 * it out: that of a search (searchHash) adds it.
 *
 * Fingerprints are two independent 32-bit hashes: 64 bits. Among n states the chance that two meet is at most n^2 / 2^65:
 * 3 in a hundred million for a million states.
 */
import { ADDRESS, CALLER, FUNCTION, KIND, RESULT, RESUME, TOP } from './frames.ts';
import type { Heap } from './heap.ts';
import type { Loops } from './loops.ts';
import type { Notes } from './notes.ts';
import { IDLE, SPIN } from '../machine/access.ts';
import { OPERANDS } from '../machine/access-kinds.ts';
import type { UsedWords } from './used-words.ts';

/** What compile.ts says of a module's frames. */
export interface Layout {
  readonly live: ReadonlyArray<Readonly<Record<number, readonly number[]>>>;
  /** Where the words of a region lie that an interrupt puts back (interrupts.ts); 0 for a machine that has none. */
  readonly saved?: number;
}

/** Mixes a word into a hash: a round of MurmurHash3. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** Its finish: every bit of the input reaches every bit of the result. */
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of one CPU's frames, from the top down, without the pending access. */
export function fingerprint(frames: Int32Array, region: number, { live }: Layout, seed = 0): number {
  return finish(framesHash(frames, frames[region + TOP] as number, live, seed));
}

function framesHash(frames: Int32Array, top: number, live: Layout['live'], seed: number): number {
  let hash = seed;
  for (let frame = top; frame !== 0; frame = frames[frame + CALLER] as number) {
    const number = frames[frame + FUNCTION] as number;
    const resume = frames[frame + RESUME] as number;
    hash = mix(mix(hash, number), resume);
    const words = live[number]?.[resume];
    if (words === undefined) continue;
    for (let i = 0; i < words.length; i++) hash = mix(hash, frames[frame + (words[i] as number)] as number);
  }
  return hash;
}

/** Of what was interrupted, or is asked whether it is to be: its frames, and what it is about to do. */
function savedHash(frames: Int32Array, saved: number, { live }: Layout, seed: number): number {
  const hash = mix(framesHash(frames, frames[saved] as number, live, seed), frames[saved] as number);
  return operandsHash(frames, saved + 1, hash);
}

/** Of a pending access whose kind lies here, and its operands behind it. */
function operandsHash(frames: Int32Array, at: number, seed: number): number {
  const kind = frames[at] as number;
  let hash = mix(seed, kind);
  const operands = OPERANDS[kind] as number;
  for (let i = 0; i < operands; i++) hash = mix(hash, frames[at + ADDRESS - KIND + i] as number);
  return hash;
}

/** Hash of one CPU that is not idle: its frames and what it is about to do. */
function cpuHash(frames: Int32Array, region: number, layout: Layout, seed: number): number {
  const hash = operandsHash(frames, region + KIND, fingerprint(frames, region, layout, seed));
  const saved = layout.saved === undefined || layout.saved === 0 ? 0 : region + layout.saved;
  const isSaved = saved > 0 && (frames[saved] !== 0 || frames[saved + 1] !== 0);
  return finish(isSaved ? savedHash(frames, saved, layout, hash) : hash);
}

/** Two hashes of a whole machine: RAM and every CPU. */
export interface StateHash {
  readonly high: number;
  readonly low: number;
}

const SEEDS = [0x2545f491, 0x6a09e667] as const;

const sums = new Int32Array(2);

/** Adds words that are not zero to `sums`: no closure, which would have to be compiled anew for every hash. */
function addWords(ram: Int32Array, from: number, to: number): void {
  let a = sums[0] as number;
  let b = sums[1] as number;
  for (let word = from; word < to; word++) {
    const value = ram[word] as number;
    if (value === 0) continue;
    a = mix(mix(a, word), value);
    b = mix(mix(b, value), word);
  }
  sums[0] = a;
  sums[1] = b;
}

/** Fingerprint of a machine's state. RAM words that are zero do not count, so neither does how far it has been used. */
export function stateHash({ frames, used, cpus, words, layout }: MachineShape): StateHash {
  sums.set(SEEDS);
  used.forEachStretch(addWords);
  let high = sums[0] as number;
  let low = sums[1] as number;
  for (let cpu = 0; cpu < cpus; cpu++) {
    const region = cpu * words;
    if (frames[region + KIND] === IDLE) {
      // Most that are hashed are ends, and most CPUs of an end are idle.
      high = mix(high, frames[region + RESULT] as number);
      low = mix(low, ~(frames[region + RESULT] as number));
      continue;
    }
    high = mix(high, cpuHash(frames, region, layout, SEEDS[0]));
    low = mix(low, cpuHash(frames, region, layout, SEEDS[1]));
  }
  return { high: finish(high) >>> 0, low: finish(low) >>> 0 };
}

/** The same for a search that goes on from the state: with what the CPUs have noted since their marks. */
export function searchHash(shape: MachineShape, { notes, late }: Loops): StateHash {
  const { frames, cpus, words } = shape;
  let { high: a, low: b } = stateHash(shape);
  for (let cpu = 0; cpu < cpus; cpu++) {
    const kind = frames[cpu * words + KIND] as number;
    // Once it has got somewhere, nothing it has noted is looked at again; a CPU that waits looks only at what it read.
    if (kind === IDLE || ((notes[cpu] as Notes).moved && kind !== SPIN)) continue;
    a = mix(a, notesHash(notes[cpu] as Notes, kind === SPIN, SEEDS[0] + cpu));
    b = mix(b, notesHash(notes[cpu] as Notes, kind === SPIN, SEEDS[1] - cpu));
  }
  late.forEach((set) => {
    a = mix(a, set);
    b = mix(b, ~set);
  });
  return { high: finish(a) >>> 0, low: finish(b) >>> 0 };
}

/** The same with what is known of the heap: who can be given which block. An end has none to be given. */
export function withHeap({ high, low }: StateHash, heap: Heap): StateHash {
  let [a, b] = [high, low];
  heap.forEach((word, value) => {
    a = mix(mix(a, word), value);
    b = mix(mix(b, value), word);
  });
  return { high: finish(a) >>> 0, low: finish(b) >>> 0 };
}

/** A sum, because it does not matter in which order the words were come to. */
function notesHash(notes: Notes, waits: boolean, seed: number): number {
  let sum = 0;
  notes.forEach((word, held, left, mode) => {
    const own = mix(mix(seed, word), mode);
    sum = (sum + finish(waits ? mix(own, mode === 0 ? held : 0) : mix(mix(own, held), left))) | 0;
  });
  if (waits) return mix(seed, sum);
  const own = [notes.mark, notes.place, notes.power, notes.arrivals, Number(notes.loose)];
  return own.reduce(mix, mix(seed, sum));
}

export interface MachineShape {
  readonly frames: Int32Array;
  readonly used: UsedWords;
  readonly cpus: number;
  /** Words of a region. */
  readonly words: number;
  readonly layout: Layout;
}

/** A fingerprint as one number: 53 bits of it. */
export function stateNumber({ high, low }: StateHash): number {
  return high * 0x200000 + (low >>> 11);
}

/** A fingerprint as 16 hexadecimal digits. */
export function hashText({ high, low }: StateHash): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
