/** Where things lie in the RAM of a bench: each word that two CPUs write has a line of 128 bytes to itself. */
import { MAX_CPUS } from '../../machine/limits.ts';
import { HARDWARE_END } from '../../machine/map.ts';
import { RECORD_BYTES } from '../../machine/locks/lock-kind.ts';

/** Two cache lines: processors fetch lines in pairs. */
const LINE = 128;
const BASE = (HARDWARE_END + 4095) & ~4095;

/** Non-zero: the round is over. */
export const STOP = BASE;
/** CPUs that have come to the first and to the second barrier of a round. */
export const ARRIVED = BASE + LINE;
export const STARTED = BASE + 2 * LINE;
/** The token of the ping-pong probe, and whether it is over. */
export const TOKEN = BASE + 3 * LINE;
export const PROBED = BASE + 4 * LINE;
/** In rounds with time stamps: 1 + number of the last one that held the lock alone; behind it, when it released (a double). */
export const HOLDER = BASE + 5 * LINE;
export const RELEASED = HOLDER + 8;

/** What CPUs write with the lock held. */
export const MOST_LINES = 64;
export const DATA = BASE + 8 * LINE;
export const DATA_LINE = LINE;

const RECORDS = DATA + MOST_LINES * LINE;
export const recordAddress = (cpu: number): number => RECORDS + RECORD_BYTES * cpu;

export const LOCK = RECORDS + MAX_CPUS * RECORD_BYTES + LINE;

/** Far from the lock: words for one CPU alone, for loops by hand and for measuring single operations. */
export const scratchAddress = (cpu: number): number => LOCK + 64 * 1024 + 4 * LINE * cpu;
