/**
 * What a CPU is about to do, read out of its region of the frames: the one place that knows which words an access comes
 * to. A machine has one of these, and fills it anew for whoever asks.
 */
import { BLOCK, BLOCKS, FREE, IDLE, LOOP, NOTHING, SPIN } from '../machine/access.ts';
import { OTHER, TOUCHES, WRITES } from '../machine/access-kinds.ts';
import { ADDRESS, KIND, OPERAND, OPERAND2 } from './frames.ts';
import type { Heap } from './heap.ts';
import type { Notes } from './notes.ts';

/** So many bytes from an address on are read, or may be written. */
export type Visit = (kind: number, address: number, bytes: number, writes: boolean) => void;

const NO_WORDS: readonly number[] = [];

export class Pending {
  kind = IDLE;
  /** What it comes to (access.ts). */
  touches = NOTHING;
  address = 0;
  /** Bytes of each block, as they were asked for; of all else those of a word. */
  bytes = 4;
  /** Where the second block lies. */
  other = 0;
  /** Words that a loop has read, while the CPU waits there. */
  awaited = NO_WORDS;

  read(frames: Int32Array, region: number, notes: Notes | undefined, heap?: Heap): this {
    const kind = frames[region + KIND] as number;
    const touches = TOUCHES[kind] as number;
    this.kind = kind;
    this.touches = touches;
    this.address = frames[region + ADDRESS] as number;
    this.bytes = 4;
    if (touches === BLOCK || touches === BLOCKS) {
      this.other = frames[region + OPERAND] as number;
      this.bytes = kind === FREE ? (heap?.bytesFrom(this.address) ?? 0) : (frames[region + OPERAND2] as number);
    } else if (touches === LOOP) this.awaited = notes?.reads() ?? NO_WORDS;
    return this;
  }

  /** Words of a block; of one that is larger than RAM, and so is going to fault, no more than there are. */
  words(ram: Int32Array): number {
    return Math.max(0, Math.min(this.bytes >> 2, ram.length));
  }

  /** Calls for each range it comes to, as observers are told: a second block first, the queue of a futex as its word. */
  forEachRange(visit: Visit): void {
    const { kind, touches, address, bytes } = this;
    if (touches === NOTHING) return;
    if (touches === LOOP) {
      for (const word of this.awaited) visit(SPIN, word << 2, 4, false);
      return;
    }
    if (touches === BLOCKS) visit(OTHER[kind] as number, this.other, bytes, false);
    visit(kind, address, bytes, WRITES[kind] === 1);
  }
}
